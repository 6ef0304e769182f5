extension IPNetworkProtocol {
    /// How many addresses there are; nil for `::/0`, whose 2¹²⁸ do not fit.
    public var addressCount: UInt128? { range.exactCount }

    /// The address at an offset from the first, or, if it is negative, from the end: 0 is the first address and -1 the
    /// last. Nil when there is no such address.
    public func address(at offset: some BinaryInteger) -> Address? { range.element(at: offset) }

    /// The addresses that hosts may have.
    ///
    /// Not among them are the first and the last address of an IPv4 network (RFC 1122 §3.2.1.3), unless it has only two
    /// (RFC 3021) or one; and the first of an IPv6 network, which is the subnet-router anycast address (RFC 4291
    /// §2.6.1), unless it has only two (RFC 6164) or one.
    public var hosts: IPRange<Address> {
        guard bitWidth - prefixLength > 1 else { return range }
        return IPRange(
            first: networkAddress.advanced(wrappingBy: 1), lastOffset: bitWidth == 32 ? hostBits - 2 : hostBits - 1)
    }

    private var range: IPRange<Address> { IPRange(first: networkAddress, lastOffset: hostBits) }
}

extension IPNetworkProtocol {
    /// The first address's index.
    public var startIndex: IPRangeIndex { range.startIndex }

    /// The index after the last address's.
    public var endIndex: IPRangeIndex { range.endIndex }

    /// The address at the index, which must be one of this network's. `address(at:)` takes any integer.
    public subscript(position: IPRangeIndex) -> Address { range[position] }

    /// The next index; that after the end is the end.
    public func index(after index: IPRangeIndex) -> IPRangeIndex { range.index(after: index) }

    /// The index before; that before the start is the start.
    public func index(before index: IPRangeIndex) -> IPRangeIndex { range.index(before: index) }

    /// The index so many addresses away, not beyond the start or the end.
    public func index(_ index: IPRangeIndex, offsetBy distance: Int) -> IPRangeIndex {
        range.index(index, offsetBy: distance)
    }

    /// How many addresses lie between two indices, or `Int.max` or `Int.min` when they are more.
    public func distance(from start: IPRangeIndex, to end: IPRangeIndex) -> Int {
        range.distance(from: start, to: end)
    }
}
