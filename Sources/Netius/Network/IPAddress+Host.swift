extension IPAddress {
    /// What stands for the host of the address where hosts are counted. A host has a network of 64 bits to itself (RFC
    /// 4862), but for addresses with zones, as link-local ones, of which all hosts of a link share one.
    package var host: IPAddress {
        guard case .v6(let address) = unmapped else { return unmapped }
        return .v6(address.isZoned ? address : IPv6Address(bits: (address.bits >> 64) << 64))
    }
}
