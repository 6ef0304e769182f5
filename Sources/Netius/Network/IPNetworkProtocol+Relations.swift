extension IPNetworkProtocol {
    /// Whether the address is in the network, in whatever zone. An address of the other version never is; an
    /// IPv4-mapped one is an IPv6 address here (`IPAddress.unmapped` is the other view).
    public func contains(_ address: Address) -> Bool {
        address.bitWidth == bitWidth && (address.integer ^ networkAddress.integer) & ~hostBits == 0
    }

    /// Whether all addresses of this network are in the other, which may be equal.
    public func isSubnet(of other: Self) -> Bool {
        prefixLength >= other.prefixLength && other.contains(networkAddress)
    }

    /// Whether all addresses of the other network are in this one, which may be equal.
    public func isSupernet(of other: Self) -> Bool { other.isSubnet(of: self) }

    /// Whether an address is in both networks: one is then a subnet of the other.
    public func overlaps(_ other: Self) -> Bool { isSubnet(of: other) || other.isSubnet(of: self) }
}
