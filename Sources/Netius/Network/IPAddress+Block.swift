extension IPAddress: IPAddressProtocol {
    /// `an IPv4 or IPv6 address`.
    public static var kind: String { "an IPv4 or IPv6 address" }

    /// 32 or 128.
    public var bitWidth: Int {
        switch self {
        case .v4(let address): address.bitWidth
        case .v6(let address): address.bitWidth
        }
    }

    /// The address as a number, whatever its version: `0.0.0.1` and `::1` are 1.
    public var integer: UInt128 {
        switch self {
        case .v4(let address): address.integer
        case .v6(let address): address.integer
        }
    }

    /// As the address of its version: an IPv6 address as eight groups of four digits.
    public var exploded: String {
        switch self {
        case .v4(let address): address.exploded
        case .v6(let address): address.exploded
        }
    }

    /// The network of this address alone, which has no zone.
    public var ipNetwork: IPNetwork {
        switch self {
        case .v4(let address): address.ipNetwork
        case .v6(let address): address.ipNetwork
        }
    }

    /// The address of the same version so many further on; after the last address comes the first.
    public func advanced(wrappingBy distance: UInt128) -> IPAddress {
        switch self {
        case .v4(let address): .v4(address.advanced(wrappingBy: distance))
        case .v6(let address): .v6(address.advanced(wrappingBy: distance))
        }
    }

    /// Writes the text of the address, a zone as its index, so that the system is not asked.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(numericDescription)
    }

    /// As `description`, but a zone always as an index, so that the system is not asked.
    var numericDescription: String {
        switch self {
        case .v4(let address): address.description
        case .v6(let address): address.numericDescription
        }
    }
}
