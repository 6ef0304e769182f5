/// What a TLS server shows, asks for and allows. `Docs/TLS.md` tells more of it.
public struct TLSServerConfiguration: Sendable {
    /// Whether clients show certificates, and whose are accepted.
    public enum ClientCertificates: Sendable {
        /// They are not asked for any.
        case none
        /// They are asked; one that shows a certificate which these authorities have not signed is refused.
        case optional(TLSTrustRoots)
        /// They must show one that these authorities have signed.
        case required(TLSTrustRoots)
    }

    /// The certificate for clients that ask for no name, or for one that is not in `identities`. Where there is none,
    /// they are refused.
    public var identity: TLSIdentity?
    /// The certificates by the names that clients ask for (RFC 6066 section 3): `www.example.com`, or `*.example.com`
    /// for any one label in the star's place. An exact name wins.
    public var identities: [String: TLSIdentity] = [:]
    /// Whether clients are refused, with the alert `unrecognized_name`, that ask for no name, or for one that is
    /// neither in `identities` nor in the certificate of `identity`; false by default.
    public var requiresKnownName = false
    /// The oldest version that is spoken; TLS 1.2 by default.
    public var minimumVersion: TLSVersion = .tls12
    /// The protocols that are spoken over TLS (RFC 7301), the preferred one first; none by default. A client that offers
    /// others only is refused; one that offers none is not. An `HTTPServer` sets its own.
    public var applicationProtocols: [String] = []
    /// Whether clients show certificates; they are not asked by default.
    public var clientCertificates: ClientCertificates = .none
    /// The most certificates between a client's own and an authority's; 4 by default.
    public var maximumIntermediates = 4
    /// Whether clients may resume their sessions, with tickets (RFC 8446 section 2.2, RFC 5077); true by default.
    public var resumesSessions = true
    /// How long after its full handshake a session may be resumed, however often it is; 12 hours by default, at most 7
    /// days. One in which the client has shown a certificate ends with the certificate at the latest.
    public var sessionLifetime: Duration = .seconds(12 * 3600)
    /// How long tickets are sealed with one key, which opens them for as long again; 12 hours by default.
    public var ticketKeyRotation: Duration = .seconds(12 * 3600)
    /// A file with an OCSP response (DER) to send with the certificate of `identity`; none by default.
    public var stapleFile: String?
    /// Files with OCSP responses for `identities`, by the same names.
    public var stapleFiles: [String: String] = [:]
    /// Whether certificates are served that have expired or are not valid yet; false by default: they are an error.
    public var allowsInvalidDates = false
    /// How long a handshake may take; 10 seconds by default.
    public var handshakeTimeout: Duration = .seconds(10)
    /// The handshakes there may be at a time, on all loops; 1,024 by default. One more connection is closed at once.
    public var maximumHandshakes = 1024
    /// How many of them there may be with one address, so that no host takes them all; nil, the default, is an eighth of
    /// `maximumHandshakes`, 128. Less than 1 counts as 1. Of an IPv6 address the first 64 bits count: the rest a host
    /// may choose as it likes (RFC 4862).
    public var maximumHandshakesPerAddress: Int?

    /// The defaults.
    ///
    /// - Parameter identity: The certificate to show; none where `identities` has those there are.
    public init(identity: TLSIdentity? = nil) {
        self.identity = identity
    }
}
