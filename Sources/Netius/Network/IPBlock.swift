/// An address or a network: consecutive addresses of one version, in number a power of two.
///
/// The text of a block is strict, and what is printed is read back. Blocks of one version are in the order of their
/// first addresses, a larger network before the smaller ones that begin with it. Blocks are coded as their text.
public protocol IPBlock: Sendable, Hashable, Comparable, Codable, LosslessStringConvertible {
    /// What the type is, as it follows "is not": `an IPv4 address`.
    static var kind: String { get }

    /// The network of these addresses; that of an address holds the address alone.
    var ipNetwork: IPNetwork { get }

    /// The block of the same size and version that lies so many blocks further on.
    ///
    /// After the last block of the version comes its first: this is arithmetic without overflow. For arithmetic that
    /// throws, see `advanced(by:)` of `IPAddressProtocol`.
    func advanced(wrappingBy distance: UInt128) -> Self
}

extension IPBlock {
    /// The name under which the reverse domain has the block (RFC 1035 §3.5, RFC 3596 §2.5): `1.2.0.192.in-addr.arpa`.
    ///
    /// A network has the domain of the octets (IPv6: the hexadecimal digits) that its prefix fills:
    /// `2.0.192.in-addr.arpa` for `192.0.2.0/24`. Where the prefix ends within an octet or a digit, one more label in
    /// the style of RFC 2317 names the part: `0/25.2.0.192.in-addr.arpa`.
    public var reverseName: String {
        let network = ipNetwork
        let (bits, width) = (network.networkAddress.integer, network.bitWidth)
        let unit = width == 32 ? 8 : 4
        let label = { (index: Int) in
            String(bits >> (width - unit * (index + 1)) & (1 << unit - 1), radix: width == 32 ? 10 : 16)
        }
        let (whole, rest) = network.prefixLength.quotientAndRemainder(dividingBy: unit)
        let part = rest == 0 ? [] : ["\(label(whole))/\(network.prefixLength)"]
        let domain = width == 32 ? "in-addr.arpa" : "ip6.arpa"
        return (part + (0..<whole).reversed().map(label) + [domain]).joined(separator: ".")
    }
}

extension IPBlock {
    /// Reads the text of the block.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let block = Self(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\(IPAddressError.invalidText(text, expected: Self.kind))")
        }
        self = block
    }

    /// Writes the block as its text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
