/// A network of either version of the Internet Protocol.
///
/// Networks are ordered as addresses are: every IPv4 network comes before every IPv6 network. Networks of different
/// versions never overlap.
public enum IPNetwork: IPNetworkProtocol {
    /// An IPv4 network.
    case v4(IPv4Network)
    /// An IPv6 network.
    case v6(IPv6Network)

    /// The network of this size that the address is in. A length beyond those that there are counts as the nearest.
    public init(containing address: IPAddress, prefixLength: Int) {
        switch address {
        case .v4(let address): self = .v4(IPv4Network(containing: address, prefixLength: prefixLength))
        case .v6(let address): self = .v6(IPv6Network(containing: address, prefixLength: prefixLength))
        }
    }

    /// The first address, which has the prefix and no bit beyond it, and no zone.
    public var networkAddress: IPAddress {
        switch self {
        case .v4(let network): .v4(network.networkAddress)
        case .v6(let network): .v6(network.networkAddress)
        }
    }

    /// How many bits its addresses have in common: from 0 to 32, or to 128.
    public var prefixLength: Int {
        switch self {
        case .v4(let network): network.prefixLength
        case .v6(let network): network.prefixLength
        }
    }

    /// `an IPv4 or IPv6 network`.
    public static var kind: String { "an IPv4 or IPv6 network" }

    /// This network.
    public var ipNetwork: IPNetwork { self }

    /// The IPv4 network that one of IPv4-mapped addresses stands for; any other network as it is.
    public var unmapped: IPNetwork {
        guard case .v6(let network) = self, let mapped = network.mappedIPv4 else { return self }
        return .v4(mapped)
    }
}
