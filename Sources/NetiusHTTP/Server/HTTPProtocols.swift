/// The versions of HTTP that a server speaks.
public struct HTTPProtocols: OptionSet, Sendable, Hashable {
    /// The bits.
    public let rawValue: UInt8

    /// A set of the bits' versions.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// HTTP/1.1, and 1.0 (RFC 9112).
    public static let http1 = HTTPProtocols(rawValue: 1)
    /// HTTP/2 (RFC 9113): over TLS where the client chooses it by ALPN, in clear text where it begins with it ("prior
    /// knowledge"); there is no upgrade from HTTP/1.1, which RFC 9113 has done away with.
    public static let http2 = HTTPProtocols(rawValue: 2)

    /// What clients are offered by ALPN (RFC 7301), the best first.
    var applicationProtocols: [String] {
        (contains(.http2) ? ["h2"] : []) + (contains(.http1) ? ["http/1.1"] : [])
    }
}
