/// An IPv4 address (RFC 791).
///
/// Its text is four decimal octets and nothing else: the short, octal and hexadecimal forms that `inet_aton` reads are
/// refused, because programs disagree about what they mean.
public struct IPv4Address: Sendable, Hashable {
    /// The address as a number: `127.0.0.1` is `0x7f00_0001`.
    public let bits: UInt32

    /// The address of this number: `0x7f00_0001` is `127.0.0.1`.
    public init(bits: UInt32) {
        self.bits = bits
    }

    /// The address of these four octets in network order, or nil when there are not four.
    public init?(octets: some Collection<UInt8>) {
        guard octets.count == 4 else { return nil }
        bits = octets.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The four octets in network order.
    public var octets: [UInt8] {
        stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: bits >> $0) }
    }

    /// `0.0.0.0`: every address of this host, when a listener binds to it (RFC 1122 §3.2.1.3).
    public static let any = IPv4Address(bits: 0)

    /// `127.0.0.1`.
    public static let loopback = IPv4Address(bits: 0x7f00_0001)
}

extension IPv4Address: Comparable {
    /// The order of the addresses as numbers.
    public static func < (first: IPv4Address, second: IPv4Address) -> Bool {
        first.bits < second.bits
    }
}

extension IPv4Address: LosslessStringConvertible {
    /// Reads four decimal octets joined by dots, without leading zeros, spaces or signs; nil for any other text.
    public init?(_ description: String) {
        let utf8 = description.utf8Span
        self.init(utf8: utf8.span)
    }

    package init?(utf8: Span<UInt8>) {
        guard utf8.count >= 7, utf8.count <= 15 else { return nil }
        var bits: UInt32 = 0
        var dots = 0
        var octet: UInt32?
        for index in utf8.indices {
            switch utf8[index] {
            case let byte where byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"):
                if octet == 0 { return nil }
                let grown = (octet ?? 0) * 10 + UInt32(byte - UInt8(ascii: "0"))
                if grown > 255 { return nil }
                octet = grown
            case UInt8(ascii: "."):
                guard let complete = octet, dots < 3 else { return nil }
                bits = bits << 8 | complete
                dots += 1
                octet = nil
            default:
                return nil
            }
        }
        guard let last = octet, dots == 3 else { return nil }
        self.init(bits: bits << 8 | last)
    }

    /// The four octets in decimal, joined by dots.
    public var description: String {
        "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)"
    }
}
