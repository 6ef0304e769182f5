/// An address of a host, with the network that it is in: `192.0.2.5/24`.
public struct IPInterface: Sendable, Hashable {
    /// The address, with its zone if it has one.
    public let address: IPAddress

    /// The network of the address.
    public let network: IPNetwork

    /// The interface of an address in a network of this size.
    ///
    /// - Throws: `IPAddressError.invalidPrefixLength`, unless the length is from 0 to the address's width in bits.
    public init(_ address: IPAddress, prefixLength: Int) throws(IPAddressError) {
        self.address = address
        network = try IPNetwork(address, prefixLength: prefixLength, strict: false)
    }

    /// Reads an address, and after a slash a prefix length or, for IPv4, a mask; without a slash the network is that of
    /// the address alone.
    ///
    /// - Throws: `IPAddressError.invalidText`.
    public init(parsing text: String) throws(IPAddressError) {
        guard let (address, prefixLength) = IPAddress.withPrefixLength(text) else {
            throw .invalidText(text, expected: "an IPv4 or IPv6 address with a prefix length")
        }
        try self.init(address, prefixLength: prefixLength)
    }

    /// The address, and the size of the network in this notation.
    public func description(in notation: IPMaskNotation) -> String { "\(address)/\(network.mask(in: notation))" }

    /// The text without abbreviation.
    public var exploded: String { "\(address.exploded)/\(network.prefixLength)" }
}

extension IPInterface: LosslessStringConvertible {
    /// Reads what `init(parsing:)` reads; nil for any other text.
    public init?(_ description: String) {
        guard let interface = try? IPInterface(parsing: description) else { return nil }
        self = interface
    }

    /// The address and the length of the prefix: `192.0.2.5/24`.
    public var description: String { description(in: .prefixLength) }
}

extension IPInterface: Comparable {
    /// The order of the networks; in one network, that of the addresses.
    public static func < (first: IPInterface, second: IPInterface) -> Bool {
        (first.network, first.address) < (second.network, second.address)
    }
}

extension IPInterface: Codable {
    /// Reads the text of the interface.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do throws(IPAddressError) {
            try self.init(parsing: text)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(error)")
        }
    }

    /// Writes the interface as its text, a zone as its index, so that the system is not asked.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode("\(address.numericDescription)/\(network.prefixLength)")
    }
}
