/// An IPv4 network (RFC 4632): the addresses that share a prefix of 0 to 32 bits.
public struct IPv4Network: IPNetworkProtocol {
    /// The first address, which has the prefix and no bit beyond it.
    public let networkAddress: IPv4Address

    /// How many bits its addresses have in common: from 0 to 32.
    public let prefixLength: Int

    /// The network of this size that the address is in. A length below 0 counts as 0, one above 32 as 32.
    public init(containing address: IPv4Address, prefixLength: Int) {
        self.prefixLength = Swift.min(Swift.max(prefixLength, 0), 32)
        networkAddress = IPv4Address(bits: address.bits & ~(UInt32.max >> self.prefixLength))
    }

    /// `an IPv4 network`.
    public static var kind: String { "an IPv4 network" }

    /// This network, as one of either version.
    public var ipNetwork: IPNetwork { .v4(self) }
}
