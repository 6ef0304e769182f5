extension IPv6Address: IPAddressProtocol {
    /// `an IPv6 address`.
    public static var kind: String { "an IPv6 address" }

    /// 128.
    public var bitWidth: Int { 128 }

    /// The address as a number: `::1` is 1.
    public var integer: UInt128 { bits }

    /// Eight groups of four digits, and the index of the zone after a `%`, if there is one.
    public var exploded: String {
        let digits = hexadecimal.utf8
        let groups = stride(from: 0, to: 32, by: 4).map { String(Substring(digits.dropFirst($0).prefix(4))) }
        return groups.joined(separator: ":") + (zone == 0 ? "" : "%\(zone)")
    }

    /// The network of this address alone, which has no zone.
    public var ipNetwork: IPNetwork { .v6(IPv6Network(self)) }

    /// The address so many further on, in the same zone; after the last address comes the first.
    public func advanced(wrappingBy distance: UInt128) -> IPv6Address {
        IPv6Address(bits: bits &+ distance, zone: zone)
    }

    /// Writes the text of the address, the zone as its index, so that the system is not asked.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(numericDescription)
    }
}

// MARK: transition addresses

extension IPv6Address {
    /// The IPv4 address in a 6to4 address (RFC 3056 §2), or nil when it is not in `2002::/16`.
    public var sixToFourIPv4: IPv4Address? {
        bits >> 112 == 0x2002 ? IPv4Address(bits: UInt32(truncatingIfNeeded: bits >> 80)) : nil
    }

    /// The IPv4 addresses in a Teredo address (RFC 4380 §4): that of the server, and that which the server saw as the
    /// client's. Nil when it is not in `2001::/32`.
    public var teredoIPv4: (server: IPv4Address, client: IPv4Address)? {
        guard bits >> 96 == 0x2001_0000 else { return nil }
        return (
            IPv4Address(bits: UInt32(truncatingIfNeeded: bits >> 64)),
            IPv4Address(bits: ~UInt32(truncatingIfNeeded: bits))
        )
    }
}
