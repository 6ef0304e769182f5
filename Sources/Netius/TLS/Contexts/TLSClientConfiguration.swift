/// Whom a TLS client trusts, and what it shows. `Docs/TLS.md` tells more of it.
public struct TLSClientConfiguration: Sendable {
    /// Whose signatures make a server's certificate trustworthy; the system's authorities by default.
    public var trustRoots: TLSTrustRoots = .system
    /// Whether a server's certificate must be signed by one who is trusted, be valid now, and be for the server's name
    /// or address (RFC 9525); true by default.
    ///
    /// Without that, anybody on the way may read and change everything, unless there are `pins`.
    public var verifiesPeer = true
    /// The certificates and keys that a server may have, one of which it must; any by default. With `verifiesPeer` off a
    /// pin suffices.
    public var pins: [TLSPin] = []
    /// The name to ask for, and that the server's certificate must be for, in place of the host's own; none by default.
    public var serverName: String?
    /// The certificate to show to servers that ask for one; none by default.
    public var identity: TLSIdentity?
    /// The oldest version that is spoken; TLS 1.2 by default.
    public var minimumVersion: TLSVersion = .tls12
    /// The most certificates between a server's own and an authority's; 8 by default.
    public var maximumIntermediates = 8
    /// The servers, by name and port, of which sessions are kept to be resumed, at most 8 of each; 1,024 by default, and
    /// with 0 none is.
    public var maximumResumableServers = 1024

    /// The defaults.
    public init() {}
}
