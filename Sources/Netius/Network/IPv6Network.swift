/// An IPv6 network (RFC 4291 §2.3): the addresses that share a prefix of 0 to 128 bits.
public struct IPv6Network: IPNetworkProtocol {
    /// The first address, which has the prefix and no bit beyond it, and no zone.
    public let networkAddress: IPv6Address

    /// How many bits its addresses have in common: from 0 to 128.
    public let prefixLength: Int

    /// The network of this size that the address is in. A length below 0 counts as 0, one above 128 as 128.
    public init(containing address: IPv6Address, prefixLength: Int) {
        self.prefixLength = Swift.min(Swift.max(prefixLength, 0), 128)
        networkAddress = IPv6Address(bits: address.bits & ~(UInt128.max >> self.prefixLength))
    }

    /// `an IPv6 network`.
    public static var kind: String { "an IPv6 network" }

    /// This network, as one of either version.
    public var ipNetwork: IPNetwork { .v6(self) }

    /// The IPv4 network that this one stands for, or nil when it is not in `::ffff:0:0/96`.
    public var mappedIPv4: IPv4Network? {
        guard prefixLength >= 96, let address = networkAddress.mappedIPv4 else { return nil }
        return IPv4Network(containing: address, prefixLength: prefixLength - 96)
    }
}
