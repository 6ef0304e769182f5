/// TLSA: a certificate or key that a TLS server has, or that is above its own (RFC 6698).
public struct DNSCertificateAssociation: Sendable, Hashable {
    /// What is constrained: 2 an authority, 3 the server's own, 0 and 1 the same with the usual checks besides.
    public var usage: UInt8
    /// 0 for the whole certificate, 1 for its key.
    public var selector: UInt8
    /// 0 for the octets themselves, 1 for their SHA-256, 2 for their SHA-512.
    public var matching: UInt8
    /// What is compared.
    public var data: [UInt8]

    /// An association.
    public init(usage: UInt8, selector: UInt8, matching: UInt8, data: [UInt8]) {
        self.usage = usage
        self.selector = selector
        self.matching = matching
        self.data = data
    }
}
