/// What kind of data a record has (RFC 1035 section 3.2.2). Every number is a type, whether it has a name here or not.
public struct DNSRecordType: Sendable, Hashable, RawRepresentable {
    /// The number that IANA has given it.
    public let rawValue: UInt16

    /// The type of this number.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// An IPv4 address (RFC 1035).
    public static let a = DNSRecordType(rawValue: 1)
    /// A name server of a zone (RFC 1035).
    public static let ns = DNSRecordType(rawValue: 2)
    /// The name of which this one is an alias (RFC 1035).
    public static let cname = DNSRecordType(rawValue: 5)
    /// Where the authority of a zone begins (RFC 1035).
    public static let soa = DNSRecordType(rawValue: 6)
    /// A name that a name points to, such as the host of an address (RFC 1035).
    public static let ptr = DNSRecordType(rawValue: 12)
    /// A host that takes a domain's mail (RFC 1035).
    public static let mx = DNSRecordType(rawValue: 15)
    /// Text (RFC 1035).
    public static let txt = DNSRecordType(rawValue: 16)
    /// An IPv6 address (RFC 3596).
    public static let aaaa = DNSRecordType(rawValue: 28)
    /// A host and port of a service (RFC 2782).
    public static let srv = DNSRecordType(rawValue: 33)
    /// EDNS(0), which is no record (RFC 6891).
    static let opt = DNSRecordType(rawValue: 41)
    /// A certificate or key that a TLS server has (RFC 6698).
    public static let tlsa = DNSRecordType(rawValue: 52)
    /// How to reach a service (RFC 9460).
    public static let svcb = DNSRecordType(rawValue: 64)
    /// How to reach a web server (RFC 9460).
    public static let https = DNSRecordType(rawValue: 65)
    /// All types; servers may answer with as few as they like (RFC 8482).
    public static let any = DNSRecordType(rawValue: 255)
    /// Who may issue certificates (RFC 8659).
    public static let caa = DNSRecordType(rawValue: 257)

    private static let names: [(name: String, type: DNSRecordType)] = [
        ("A", .a), ("NS", .ns), ("CNAME", .cname), ("SOA", .soa), ("PTR", .ptr), ("MX", .mx), ("TXT", .txt),
        ("AAAA", .aaaa), ("SRV", .srv), ("TLSA", .tlsa), ("SVCB", .svcb), ("HTTPS", .https), ("ANY", .any),
        ("CAA", .caa),
    ]
}

extension DNSRecordType: LosslessStringConvertible {
    /// Reads the name of a type in either case, or `TYPE` and its number (RFC 3597 section 5); nil for any other text.
    public init?(_ description: String) {
        let name = description.uppercased()
        if let known = Self.names.first(where: { $0.name == name }) {
            self = known.type
        } else {
            guard name.hasPrefix("TYPE"), let number = UInt16(name.dropFirst(4)) else { return nil }
            self.init(rawValue: number)
        }
    }

    /// The name in capitals, or `TYPE` and the number.
    public var description: String {
        Self.names.first { $0.type == self }?.name ?? "TYPE\(rawValue)"
    }
}
