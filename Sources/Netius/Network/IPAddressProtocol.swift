/// An address of one version, or of either: what `IPv4Address`, `IPv6Address` and `IPAddress` have in common.
public protocol IPAddressProtocol: IPBlock {
    /// How many bits the address has: 32 or 128.
    var bitWidth: Int { get }

    /// The address as a number, whatever its version: `0.0.0.1` and `::1` are 1.
    var integer: UInt128 { get }

    /// The text without abbreviation: of an IPv6 address, eight groups of four digits. A zone follows as its index.
    var exploded: String { get }
}

extension IPAddressProtocol {
    /// Reads what the type's `init(_:)` reads, and says what is wrong with any other text.
    public init(parsing text: String) throws(IPAddressError) {
        guard let address = Self(text) else { throw .invalidText(text, expected: Self.kind) }
        self = address
    }

    /// The number in hexadecimal, with its leading zeros: 8 or 32 digits in lower case.
    public var hexadecimal: String { padded(radix: 16, bitsPerDigit: 4) }

    /// The number in binary, with its leading zeros: 32 or 128 digits.
    public var binary: String { padded(radix: 2, bitsPerDigit: 1) }

    private func padded(radix: Int, bitsPerDigit: Int) -> String {
        let digits = String(integer, radix: radix)
        return String(repeating: "0", count: bitWidth / bitsPerDigit - digits.utf8.count) + digits
    }

    /// The number of the version's last address.
    var lastInteger: UInt128 { .max >> (128 - bitWidth) }

    /// The address of the same version and zone with this number, of which only the low bits that fit count.
    func with(integer: UInt128) -> Self {
        advanced(wrappingBy: integer &- self.integer)
    }
}
