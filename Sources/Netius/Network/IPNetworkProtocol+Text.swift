/// How the size of a network is written after the slash.
public enum IPMaskNotation: Sendable, Hashable, CaseIterable {
    /// As the length of the prefix: `/28`.
    case prefixLength
    /// As the address with the prefix's bits: `/255.255.255.240`.
    case netmask
    /// As the address with the other bits: `/0.0.0.15`.
    case hostmask
}

extension IPNetworkProtocol {
    /// Reads an address and, after a slash, the length of the prefix in decimal without leading zeros; for IPv4 also a
    /// netmask or a hostmask, where `/0.0.0.0` and `/255.255.255.255` are netmasks. Without a slash it is the network
    /// of the address alone. Nil for any other text, for a zone, and when the address has bits set beyond the prefix.
    public init?(_ description: String) {
        guard let network = try? Self(parsing: description) else { return nil }
        self = network
    }

    /// Reads what `init(_:)` reads, and says what is wrong with any other text.
    ///
    /// - Parameters:
    ///   - text: An address, and after a slash a prefix length or a mask.
    ///   - strict: Whether an address with bits set beyond the prefix is an error; otherwise they are cleared.
    /// - Throws: `IPAddressError.invalidText`, or `.hostBitsSet`.
    public init(parsing text: String, strict: Bool = true) throws(IPAddressError) {
        // Looked for first: to read an address with a zone may ask the system.
        guard !text.utf8.contains(UInt8(ascii: "%")), let (address, prefixLength) = Address.withPrefixLength(text)
        else {
            throw .invalidText(text, expected: Self.kind)
        }
        try self.init(address, prefixLength: prefixLength, strict: strict)
    }

    /// The first address and the length of the prefix: `192.0.2.0/28`.
    public var description: String { description(in: .prefixLength) }

    /// The first address, and the size in this notation. Of IPv6 networks, only that with the prefix length is read.
    public func description(in notation: IPMaskNotation) -> String {
        "\(networkAddress)/\(mask(in: notation))"
    }

    /// The text without abbreviation: of an IPv6 network, eight groups of four digits and the length of the prefix.
    public var exploded: String { "\(networkAddress.exploded)/\(prefixLength)" }

    func mask(in notation: IPMaskNotation) -> String {
        switch notation {
        case .prefixLength: "\(prefixLength)"
        case .netmask: netmask.description
        case .hostmask: hostmask.description
        }
    }
}

extension IPAddressProtocol {
    /// Reads an address and what follows its slash; without a slash, the prefix is the whole address.
    static func withPrefixLength(_ text: String) -> (address: Self, prefixLength: Int)? {
        guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) else {
            return Self(text).map { ($0, $0.bitWidth) }
        }
        let mask = String(text[text.utf8.index(after: slash)...])
        guard let address = Self(String(text[..<slash])), let length = address.prefixLength(ofMask: mask) else {
            return nil
        }
        return (address, length)
    }

    private func prefixLength(ofMask text: String) -> Int? {
        if let length = UInt8(decimal: text.utf8Span.span) { return length <= bitWidth ? Int(length) : nil }
        guard bitWidth == 32, let mask = IPv4Address(text)?.bits else { return nil }
        return Self.leadingOnes(mask) ?? Self.leadingOnes(~mask)
    }

    /// How many bits are set, if they are the first ones.
    private static func leadingOnes(_ bits: UInt32) -> Int? {
        let count = (~bits).leadingZeroBitCount
        return bits << count == 0 ? count : nil
    }
}
