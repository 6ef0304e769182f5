/// Whom a client talks to (RFC 6454 §4): what one origin is told, no other may learn.
public struct HTTPOrigin: Sendable, Hashable {
    /// The scheme.
    public let scheme: HTTPURL.Scheme
    /// The name or address of the host, as `HTTPURL.host` has it.
    public let host: String
    /// The zone of a link-local IPv6 address.
    public let zone: String?
    /// The port, be it the URL's or the scheme's own.
    public let port: UInt16
    /// The path of the Unix domain socket; nil for a host.
    public let socketPath: String?

    /// The origin of a URL.
    init(_ url: HTTPURL) {
        scheme = url.scheme
        host = url.host
        zone = url.zone
        port = url.port
        socketPath = url.socketPath
    }
}

extension HTTPOrigin: CustomStringConvertible {
    /// Such as `https://example.com:8443`.
    public var description: String {
        HTTPURL.prefix(scheme: scheme, host: host, zone: zone, port: port, socketPath: socketPath, userInformation: "")
    }
}
