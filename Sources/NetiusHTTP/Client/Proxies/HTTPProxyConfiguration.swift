public import Netius

/// Which requests go by way of which proxy.
public struct HTTPProxyConfiguration: Sendable, Hashable {
    /// The proxy for `http` URLs; nil for none.
    public var http: HTTPProxy?
    /// The proxy for `https` URLs; nil for none.
    public var https: HTTPProxy?
    /// The hosts that are asked directly.
    public var exceptions: HTTPProxyExceptions
    /// Whether this machine itself (`localhost`, loopback addresses) is asked directly. Default false, but true in what
    /// is read from the environment: to a proxy it would be another machine.
    public var bypassesLoopback = false

    /// Proxies.
    ///
    /// - Parameters:
    ///   - http: The proxy for `http` URLs; none by default.
    ///   - https: The proxy for `https` URLs; none by default.
    ///   - exceptions: The hosts that are asked directly; none by default.
    public init(
        http: HTTPProxy? = nil, https: HTTPProxy? = nil, exceptions: HTTPProxyExceptions = HTTPProxyExceptions()
    ) {
        self.http = http
        self.https = https
        self.exceptions = exceptions
    }

    /// No proxy at all.
    public static let none = HTTPProxyConfiguration()

    /// Reads `http_proxy`, `https_proxy`, `all_proxy` (for what the others leave) and `no_proxy`, of each first the name
    /// in lower case, then that in upper case.
    ///
    /// In a CGI program (where `REQUEST_METHOD` is set) `HTTP_PROXY` is not read: there it is what a client sent in a
    /// field `Proxy`.
    ///
    /// - Throws: `ConfigurationError` for a value that is not understood, a scheme other than `http` and `https` too.
    public init(environment: Environment) throws(ConfigurationError) {
        let isCGI = environment.string("REQUEST_METHOD") != nil
        let all = try Self.proxy(environment, "all_proxy", "ALL_PROXY")
        http = try Self.proxy(environment, "http_proxy", isCGI ? nil : "HTTP_PROXY") ?? all
        https = try Self.proxy(environment, "https_proxy", "HTTPS_PROXY") ?? all
        exceptions = HTTPProxyExceptions()
        bypassesLoopback = true
        for name in ["no_proxy", "NO_PROXY"] {
            guard let text = environment.string(name) else { continue }
            guard let read = HTTPProxyExceptions(text) else {
                throw ConfigurationError(name: name, value: text, expected: HTTPProxyExceptions.expected)
            }
            exceptions = read
            break
        }
    }

    private static func proxy(
        _ environment: Environment, _ names: String?...
    ) throws(ConfigurationError) -> HTTPProxy? {
        for case let name? in names {
            guard let text = environment.string(name) else { continue }
            guard let proxy = try? HTTPProxy(parsing: text) else {
                // The value may hold a password.
                throw ConfigurationError(name: name, value: "…", expected: "the http or https URL of a proxy")
            }
            return proxy
        }
        return nil
    }

    /// The proxy that a request goes by way of; nil where it goes directly, as all do over a Unix domain socket.
    public func proxy(for url: HTTPURL) -> HTTPProxy? {
        guard let proxy = url.scheme == .https ? https : http, url.socketPath == nil,
            !(bypassesLoopback && url.isLoopback), !exceptions.contains(url)
        else { return nil }
        return proxy
    }
}
