/// A network of one version, or of either: what `IPv4Network`, `IPv6Network` and `IPNetwork` have in common.
///
/// A network is the addresses that share its prefix (RFC 4632 §3.1, RFC 4291 §2.3). It is a collection of all of them,
/// without storing any; see `IPRange` about `count`. A network has no zone: it contains an address in every zone.
public protocol IPNetworkProtocol: IPBlock, RandomAccessCollection
where Element == Address, Index == IPRangeIndex, SubSequence == Slice<Self>, Indices == DefaultIndices<Self> {
    /// The type of its addresses.
    associatedtype Address: IPAddressProtocol

    /// The first address, which has the prefix and no bit beyond it.
    var networkAddress: Address { get }

    /// How many bits its addresses have in common: from 0 to 32, or to 128.
    var prefixLength: Int { get }

    /// The network of this size that the address is in. A length beyond those that there are counts as the nearest.
    init(containing address: Address, prefixLength: Int)
}

extension IPNetworkProtocol {
    /// The network of an address and a prefix length.
    ///
    /// - Parameters:
    ///   - address: The network's first address; a zone is dropped.
    ///   - prefixLength: From 0 to the address's width in bits.
    ///   - strict: Whether an address with bits set beyond the prefix is an error; otherwise they are cleared.
    /// - Throws: `IPAddressError.invalidPrefixLength`, or `.hostBitsSet`.
    public init(_ address: Address, prefixLength: Int, strict: Bool = true) throws(IPAddressError) {
        let allowed = 0...address.bitWidth
        guard allowed.contains(prefixLength) else { throw .invalidPrefixLength(prefixLength, allowed: allowed) }
        self.init(containing: address, prefixLength: prefixLength)
        guard !strict || networkAddress.integer == address.integer else {
            throw .hostBitsSet("\(address)/\(prefixLength)")
        }
    }

    /// The network of one address alone.
    public init(_ address: Address) {
        self.init(containing: address, prefixLength: address.bitWidth)
    }

    /// How many bits its addresses have: 32 or 128.
    public var bitWidth: Int { networkAddress.bitWidth }

    /// The address of which the bits of the prefix are set, and no others.
    public var netmask: Address { networkAddress.with(integer: networkAddress.lastInteger ^ hostBits) }

    /// The address of which the bits beyond the prefix are set, and no others.
    public var hostmask: Address { networkAddress.with(integer: hostBits) }

    /// The last address: of an IPv4 network with more than two, the one that reaches all its hosts (RFC 919 §7). IPv6
    /// has no broadcast.
    public var broadcastAddress: Address { networkAddress.with(integer: networkAddress.integer | hostBits) }

    /// The network so many of its size further on; after the last comes the first.
    public func advanced(wrappingBy distance: UInt128) -> Self {
        let size = distance << (bitWidth - prefixLength)
        return Self(containing: networkAddress.advanced(wrappingBy: size), prefixLength: prefixLength)
    }

    /// The order of the first addresses; of two networks with the same, the larger comes first.
    public static func < (first: Self, second: Self) -> Bool {
        (first.networkAddress, first.prefixLength) < (second.networkAddress, second.prefixLength)
    }

    /// The number of which the bits beyond the prefix are set.
    var hostBits: UInt128 { networkAddress.lastInteger >> prefixLength }
}
