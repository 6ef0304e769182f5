extension IPNetworkProtocol {
    /// The two halves of the network, or, where it has a single address, the network itself.
    public func subnets() -> IPRange<Self> {
        subnets(checkedPrefixLength: Swift.min(prefixLength + 1, bitWidth))
    }

    /// The networks of another size that make up this one, in their order.
    ///
    /// - Parameter prefixLength: From this network's to the address's width in bits.
    /// - Returns: The subnets, none of them stored.
    /// - Throws: `IPAddressError.invalidPrefixLength`.
    public func subnets(prefixLength: Int) throws(IPAddressError) -> IPRange<Self> {
        let allowed = self.prefixLength...bitWidth
        guard allowed.contains(prefixLength) else { throw .invalidPrefixLength(prefixLength, allowed: allowed) }
        return subnets(checkedPrefixLength: prefixLength)
    }

    private func subnets(checkedPrefixLength length: Int) -> IPRange<Self> {
        IPRange(
            first: Self(containing: networkAddress, prefixLength: length), lastOffset: hostBits >> (bitWidth - length))
    }

    /// The network of twice the size that holds this one, or, where it has all addresses, the network itself.
    public func supernet() -> Self { Self(containing: networkAddress, prefixLength: prefixLength - 1) }

    /// The network of another size that holds this one.
    ///
    /// - Parameter prefixLength: From 0 to this network's.
    /// - Returns: The supernet; this network itself, if the length is its own.
    /// - Throws: `IPAddressError.invalidPrefixLength`.
    public func supernet(prefixLength: Int) throws(IPAddressError) -> Self {
        let allowed = 0...self.prefixLength
        guard allowed.contains(prefixLength) else { throw .invalidPrefixLength(prefixLength, allowed: allowed) }
        return Self(containing: networkAddress, prefixLength: prefixLength)
    }

    /// The fewest networks that make up this one without the other, in their order; none when they are equal.
    ///
    /// - Throws: `IPAddressError.notContained` when the other is not a subnet of this one.
    public func excluding(_ other: Self) throws(IPAddressError) -> [Self] {
        guard other.isSubnet(of: self) else { throw .notContained("\(other)", in: "\(self)") }
        var (before, after): ([Self], [Self]) = ([], [])
        var rest = self
        while rest.prefixLength < other.prefixLength {
            let lower = Self(containing: rest.networkAddress, prefixLength: rest.prefixLength + 1)
            let upper = lower.advanced(wrappingBy: 1)
            if other.isSubnet(of: lower) {
                after.append(upper)
                rest = lower
            } else {
                before.append(lower)
                rest = upper
            }
        }
        return before + after.reversed()
    }
}
