public import Netius

/// What a record says.
public enum DNSRecordData: Sendable, Hashable {
    /// A: an IPv4 address.
    case a(IPv4Address)
    /// AAAA: an IPv6 address.
    case aaaa(IPv6Address)
    /// CNAME: the name of which this one is an alias.
    case cname(DNSName)
    /// NS: a name server.
    case ns(DNSName)
    /// PTR: a name that this one points to.
    case ptr(DNSName)
    /// MX: a host that takes mail; of several, the one with the lowest preference first.
    case mx(preference: UInt16, exchange: DNSName)
    /// TXT: character strings of at most 255 octets, at least one.
    case txt([[UInt8]])
    /// SOA: where the authority of a zone begins.
    case soa(DNSStartOfAuthority)
    /// SRV: a host and port of a service.
    case srv(DNSService)
    /// CAA: who may issue certificates.
    case caa(DNSCertificationAuthority)
    /// TLSA: a certificate or key of a TLS server.
    case tlsa(DNSCertificateAssociation)
    /// SVCB: how to reach a service.
    case svcb(DNSServiceBinding)
    /// HTTPS: how to reach a web server.
    case https(DNSServiceBinding)
    /// Data of any other type, as it is (RFC 3597); that of these types too where it is not what it should be.
    case other(DNSRecordType, [UInt8])

    /// The type of record that has such data.
    public var type: DNSRecordType {
        switch self {
        case .a: .a
        case .aaaa: .aaaa
        case .cname: .cname
        case .ns: .ns
        case .ptr: .ptr
        case .mx: .mx
        case .txt: .txt
        case .soa: .soa
        case .srv: .srv
        case .caa: .caa
        case .tlsa: .tlsa
        case .svcb: .svcb
        case .https: .https
        case .other(let type, _): type
        }
    }

    /// Whether it is of a type that is taken apart here, but is not what it should be.
    package var isUnread: Bool {
        guard case .other(let type, _) = self else { return false }
        switch type {
        case .a, .aaaa, .cname, .ns, .ptr, .mx, .txt, .soa, .srv, .caa, .tlsa, .svcb, .https: return true
        default: return false
        }
    }

    /// TXT with one text, in as many character strings as it needs.
    public static func txt(_ text: String) -> DNSRecordData {
        let octets = Array(text.utf8)
        guard !octets.isEmpty else { return .txt([[]]) }
        return .txt(stride(from: 0, to: octets.count, by: 255).map { Array(octets[$0..<min($0 + 255, octets.count)]) })
    }
}
