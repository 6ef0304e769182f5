public import Netius

/// The address of a mailbox: RFC 5321 section 4.1.2 `Mailbox`, RFC 5322 section 3.4.1 `addr-spec`, with the UTF-8 that
/// RFC 6531 allows in both.
///
/// Local parts are compared by the letter, domains without regard to case.
public struct MailAddress: Sendable, Hashable {
    /// The most octets of a domain (RFC 5321 section 4.5.3.1.2).
    public static let maximumDomainLength = 255
    /// The most octets of an address as it is written: a path of 256 without its brackets (RFC 5321 section 4.5.3.1.3).
    /// Local parts have no other limit: real ones are longer than the 64 octets of section 4.5.3.1.1, which asks for as
    /// many as can be.
    public static let maximumLength = 254

    /// What is before the `@`, without the quotes that it may need on the wire.
    public let localPart: String
    /// A host name in lower case, or an address literal such as `[127.0.0.1]` or `[IPv6:::1]`.
    public let domain: String

    /// Whether it can only be said to those who speak SMTPUTF8 (RFC 6531).
    public var requiresUTF8: Bool { !localPart.utf8.allSatisfy { $0 < 0x80 } || !domain.utf8.allSatisfy { $0 < 0x80 } }

    /// The address that an address literal is; nil for the domain of a name.
    public var literalAddress: IPAddress? {
        guard domain.hasPrefix("["), domain.hasSuffix("]") else { return nil }
        let text = domain.dropFirst().dropLast()
        return text.hasPrefix(Self.literalTag)
            ? IPv6Address(String(text.dropFirst(5))).map { .v6($0) } : IPv4Address(String(text)).map { .v4($0) }
    }

    /// Reads an address, the whole text of which it must be; nil for anything that is none.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let (address, end) = MailAddress.read(bytes.span, from: 0), end == bytes.count else { return nil }
        self = address
    }

    /// An address of its two parts; nil where a part is none. The local part is as it is without quotes.
    public init?(localPart: String, domain: String) {
        let local = Array(localPart.utf8)
        guard !local.isEmpty, local.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        let bytes = Array(domain.utf8)
        guard let (domain, end) = Self.readDomain(bytes.span, from: 0), end == bytes.count else { return nil }
        self.init(checkedLocalPart: localPart, domain: domain)
        guard writtenCount <= Self.maximumLength else { return nil }
    }

    /// What an IPv6 address has before it (RFC 5321 section 4.1.3), in whatever case it is read.
    static let literalTag = "IPv6:"

    init(checkedLocalPart: String, domain: String) {
        localPart = checkedLocalPart
        self.domain = domain
    }
}

extension MailAddress: LosslessStringConvertible {
    /// The address as it is on the wire: `frank@example.com`, `"frank jones"@example.com`.
    public var description: String { "\(quotedLocalPart)@\(domain)" }

    /// How many octets the address is on the wire.
    var writtenCount: Int { quotedLocalPart.utf8.count + 1 + domain.utf8.count }

    /// Appends the address as it is on the wire.
    func append(to octets: inout [UInt8]) {
        octets += quotedLocalPart.utf8
        octets.append(UInt8(ascii: "@"))
        octets += domain.utf8
    }

    /// The local part as it is on the wire: in quotes unless it is a `Dot-string`.
    var quotedLocalPart: String {
        guard !isDotString else { return localPart }
        var text = "\""
        for character in localPart.unicodeScalars {
            if character == "\"" || character == "\\" { text.append("\\") }
            text.unicodeScalars.append(character)
        }
        return text + "\""
    }

    /// Whether the local part is atoms with a dot between each two.
    private var isDotString: Bool {
        let dot = UInt8(ascii: ".")
        var last = dot
        for octet in localPart.utf8 {
            guard octet.isAtomText || (octet == dot && last != dot) else { return false }
            last = octet
        }
        return last != dot
    }
}
