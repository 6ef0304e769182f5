/// Networks to look addresses up in: an access list, for example, or the proxies to trust.
///
/// To look one up takes a binary search, so that a hundred thousand networks cost some twenty comparisons. What overlaps
/// or touches is joined. IPv4 and IPv6 are kept apart, and an IPv4-mapped IPv6 address counts as its IPv4 address, as
/// does a network of such: a listener that serves both versions sees its IPv4 peers so. Thus `::/0` holds no IPv4
/// address, in either form. Zones do not count.
public struct IPNetworkSet: Sendable, Hashable {
    private var v4 = SortedIntervals<UInt32>()
    private var v6 = SortedIntervals<UInt128>()

    /// An empty set.
    public init() {}

    /// The set of all addresses of these networks.
    public init(_ networks: some Sequence<IPNetwork>) {
        insert(contentsOf: networks)
    }

    /// Reads addresses and networks, as `IPNetwork` does.
    ///
    /// - Parameters:
    ///   - texts: What to read.
    ///   - strict: Whether an address with bits set beyond the prefix is an error; otherwise they are cleared.
    /// - Throws: `IPAddressError` for the first text that cannot be read.
    public init(parsing texts: some Sequence<String>, strict: Bool = true) throws(IPAddressError) {
        var networks: [IPNetwork] = []
        for text in texts { networks.append(try IPNetwork(parsing: text, strict: strict)) }
        self.init(networks)
    }

    /// Whether there is no address in the set.
    public var isEmpty: Bool { v4.isEmpty && v6.isEmpty }

    /// Whether the address is in one of the networks.
    public func contains(_ address: IPAddress) -> Bool {
        switch address.unmapped {
        case .v4(let address): v4.contains(address.bits...address.bits)
        case .v6(let address): v6.contains(address.bits...address.bits)
        }
    }

    /// Whether every address of the network is in the set.
    public func contains(_ network: IPNetwork) -> Bool {
        switch network.unmapped {
        case .v4(let network): v4.contains(network.bounds)
        case .v6(let network): v6.contains(network.bounds)
        }
    }

    /// Adds the addresses of one network. To add many, `insert(contentsOf:)` is much faster.
    public mutating func insert(_ network: IPNetwork) {
        insert(contentsOf: CollectionOfOne(network))
    }

    /// Adds the addresses of all the networks.
    public mutating func insert(contentsOf networks: some Sequence<IPNetwork>) {
        var (added4, added6): ([ClosedRange<UInt32>], [ClosedRange<UInt128>]) = ([], [])
        for network in networks {
            switch network.unmapped {
            case .v4(let network): added4.append(network.bounds)
            case .v6(let network): added6.append(network.bounds)
            }
        }
        v4.insert(added4)
        v6.insert(added6)
    }

    /// The fewest networks that make up the set, in their order.
    public var networks: [IPNetwork] {
        v4.intervals.flatMap { interval in
            IPv4Network.networks(from: IPv4Address(bits: interval.lowerBound), through: UInt128(interval.upperBound))
                .map(IPNetwork.v4)
        }
            + v6.intervals.flatMap { interval in
                IPv6Network.networks(from: IPv6Address(bits: interval.lowerBound), through: interval.upperBound)
                    .map(IPNetwork.v6)
            }
    }
}

extension IPv4Network {
    fileprivate var bounds: ClosedRange<UInt32> { networkAddress.bits...broadcastAddress.bits }
}

extension IPv6Network {
    fileprivate var bounds: ClosedRange<UInt128> { networkAddress.bits...broadcastAddress.bits }
}
