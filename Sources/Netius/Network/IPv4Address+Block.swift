extension IPv4Address: IPAddressProtocol {
    /// `an IPv4 address`.
    public static var kind: String { "an IPv4 address" }

    /// 32.
    public var bitWidth: Int { 32 }

    /// The address as a number: `127.0.0.1` is `0x7f00_0001`.
    public var integer: UInt128 { UInt128(bits) }

    /// The four octets in decimal: an IPv4 address has no shorter form.
    public var exploded: String { description }

    /// The network of this address alone.
    public var ipNetwork: IPNetwork { .v4(IPv4Network(self)) }

    /// The address so many further on; after the last address comes the first.
    public func advanced(wrappingBy distance: UInt128) -> IPv4Address {
        IPv4Address(bits: bits &+ UInt32(truncatingIfNeeded: distance))
    }

    /// The IPv6 address that stands for this one (RFC 4291 §2.5.5.2): `::ffff:192.0.2.1`.
    public var mappedIPv6: IPv6Address { IPv6Address(bits: 0xffff << 32 | UInt128(bits)) }

    /// The IPv6 network that belongs to this address in 6to4 (RFC 3056 §2): `2002:c000:201::/48`.
    public var sixToFourNetwork: IPv6Network {
        IPv6Network(containing: IPv6Address(bits: 0x2002 << 112 | UInt128(bits) << 80), prefixLength: 48)
    }
}
