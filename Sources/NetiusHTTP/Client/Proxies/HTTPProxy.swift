/// A server that passes requests on: those for `http` as they are, those for `https` through a tunnel that it only sees
/// from outside (RFC 9110 §7.6, §9.3.6).
public struct HTTPProxy: Sendable, Hashable {
    /// Where the proxy is: `http`, or `https` where the connection to the proxy itself is encrypted; without a user, path
    /// and fragment.
    public let url: HTTPURL
    /// What the proxy wants to know of its user.
    public var credentials: HTTPCredentials?

    /// A proxy.
    ///
    /// - Parameters:
    ///   - url: Where it is. Its user and password become Basic credentials; its path means nothing.
    ///   - credentials: What the proxy wants to know of its user, instead of what the URL says.
    public init(_ url: HTTPURL, credentials: HTTPCredentials? = nil) {
        var address = url.withoutUserInformation
        address.path = "/"
        self.url = address
        self.credentials = credentials ?? HTTPCredentials(of: url)
    }

    /// Reads a proxy.
    ///
    /// - Parameter text: Its URL, such as `http://user:password@proxy.example:3128`, or a host and port alone, which is
    ///   an `http` URL. Without a port it is the scheme's own.
    /// - Throws: `HTTPURLError`.
    public init(parsing text: String) throws(HTTPURLError) {
        let isURL = text.contains("://") || text.hasPrefix("unix:")
        self.init(try HTTPURL(parsing: isURL ? text : "http://" + text))
    }
}

extension HTTPProxy: CustomStringConvertible {
    /// Where the proxy is, without what it wants to know of its user.
    public var description: String { url.description }
}
