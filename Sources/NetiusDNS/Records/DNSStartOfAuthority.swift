/// SOA: where the authority of a zone begins (RFC 1035 section 3.3.13). Times are in seconds.
public struct DNSStartOfAuthority: Sendable, Hashable {
    /// The name server from which the others copy.
    public var primary: DNSName
    /// The mailbox of who is responsible, with a dot for its `@`.
    public var responsible: DNSName
    /// The version of the zone.
    public var serial: UInt32
    /// How often copies are compared.
    public var refresh: UInt32
    /// How soon a comparison that failed is repeated.
    public var retry: UInt32
    /// How long a copy lasts that could not be compared.
    public var expire: UInt32
    /// How long it may be remembered that there is no record (RFC 2308 section 4).
    public var minimum: UInt32

    /// The beginning of a zone.
    public init(
        primary: DNSName, responsible: DNSName, serial: UInt32, refresh: UInt32 = 7200, retry: UInt32 = 3600,
        expire: UInt32 = 1_209_600, minimum: UInt32 = 3600
    ) {
        self.primary = primary
        self.responsible = responsible
        self.serial = serial
        self.refresh = refresh
        self.retry = retry
        self.expire = expire
        self.minimum = minimum
    }
}
