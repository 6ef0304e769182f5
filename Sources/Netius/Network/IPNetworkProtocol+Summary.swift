extension IPNetworkProtocol {
    /// The fewest networks that make up all addresses from the first to the last, both included, in their order.
    ///
    /// - Throws: `IPAddressError.differentVersions`, or `.outOfOrder` when the last comes before the first.
    public static func summarizing(from first: Address, through last: Address) throws(IPAddressError) -> [Self] {
        guard first.bitWidth == last.bitWidth else { throw .differentVersions("\(first)", "\(last)") }
        guard first.integer <= last.integer else { throw .outOfOrder("\(first)", "\(last)") }
        return networks(from: first, through: last.integer)
    }

    /// The fewest networks that make up the same addresses as these, in their order.
    ///
    /// Networks of both versions may be among those of an `IPNetwork`; they are not joined.
    public static func collapsing(_ networks: some Sequence<Self>) -> [Self] {
        var collapsed: [Self] = []
        for network in networks.sorted() {
            // In this order, a network that overlaps one before it is a subnet of the last.
            if let last = collapsed.last, network.isSubnet(of: last) { continue }
            collapsed.append(network)
            while let joined = joinedHalves(of: collapsed.suffix(2)) {
                collapsed.removeLast(2)
                collapsed.append(joined)
            }
        }
        return collapsed
    }

    /// The network that two networks are the halves of.
    private static func joinedHalves(of networks: ArraySlice<Self>) -> Self? {
        guard networks.count == 2, let lower = networks.first, let upper = networks.last,
            lower.prefixLength == upper.prefixLength, lower.prefixLength > 0
        else { return nil }
        let joined = lower.supernet()
        return upper.isSubnet(of: joined) ? joined : nil
    }

    /// As `summarizing`; `last` is not before `first`, and a number of its version.
    static func networks(from first: Address, through last: UInt128) -> [Self] {
        var networks: [Self] = []
        var start = first.integer
        while true {
            // The largest network that begins here and does not end after the last address.
            let hostBits = Swift.min(first.bitWidth, start.trailingZeroBitCount, (last - start).bitsOfLargestNetwork)
            networks.append(
                Self(containing: first.with(integer: start), prefixLength: first.bitWidth - hostBits))
            // Also right for all 128 bits: shifted so far, 1 becomes 0.
            let end = start + ((1 << hostBits) &- 1)
            guard end < last else { return networks }
            start = end + 1
        }
    }
}

extension UInt128 {
    /// The most host bits of a network that has no more than this many addresses beside its first.
    fileprivate var bitsOfLargestNetwork: Int { self == .max ? 128 : 127 - (self + 1).leadingZeroBitCount }
}
