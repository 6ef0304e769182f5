/// An IPv6 address (RFC 4291), with the zone that tells which link is meant where the address alone does not (RFC 4007).
public struct IPv6Address: Sendable, Hashable {
    /// The address as a number: `::1` is 1.
    public let bits: UInt128

    /// The index of the interface whose link the address belongs to, or 0 for none.
    ///
    /// Always 0 unless `isZoned`, so that one address of global scope is never two values.
    public let zone: UInt32

    /// The address of this number.
    ///
    /// - Parameters:
    ///   - bits: The address as a number: 1 is `::1`.
    ///   - zone: An interface's index, or 0 for none. Ignored when the address is not one that has zones: see `isZoned`.
    public init(bits: UInt128, zone: UInt32 = 0) {
        self.bits = bits
        self.zone = Self.isZoned(bits) ? zone : 0
    }

    /// The address of these sixteen octets in network order, or nil when there are not sixteen.
    ///
    /// - Parameters:
    ///   - octets: The address in network order.
    ///   - zone: An interface's index, or 0 for none. Ignored when the address is not one that has zones: see `isZoned`.
    public init?(octets: some Collection<UInt8>, zone: UInt32 = 0) {
        guard octets.count == 16 else { return nil }
        self.init(bits: octets.reduce(0) { $0 << 8 | UInt128($1) }, zone: zone)
    }

    /// The sixteen octets in network order.
    public var octets: [UInt8] {
        stride(from: 120, through: 0, by: -8).map { UInt8(truncatingIfNeeded: bits >> $0) }
    }

    /// `::`: every address of this host, when a listener binds to it (RFC 4291 §2.5.2).
    public static let any = IPv6Address(bits: 0)

    /// `::1` (RFC 4291 §2.5.3).
    public static let loopback = IPv6Address(bits: 1)

    /// Whether the address is in `::ffff:0:0/96`, standing for an IPv4 address (RFC 4291 §2.5.5.2).
    public var isIPv4Mapped: Bool { bits >> 32 == 0xffff }

    /// The IPv4 address that this one stands for, or nil when it is not in `::ffff:0:0/96`.
    public var mappedIPv4: IPv4Address? {
        isIPv4Mapped ? IPv4Address(bits: UInt32(truncatingIfNeeded: bits)) : nil
    }

    /// Whether the address means a different node on each link, so that a zone completes it: link-local unicast
    /// (`fe80::/10`), and multicast of less than global scope (RFC 4007 §4, RFC 4291 §2.7).
    ///
    /// The loopback address has one zone only, and so needs none.
    public var isZoned: Bool { Self.isZoned(bits) }

    private static func isZoned(_ bits: UInt128) -> Bool {
        if bits >> 118 == 0xfe80 >> 6 { return true }
        guard bits >> 120 == 0xff else { return false }
        let scope = bits >> 112 & 0xf
        return scope >= 0x1 && scope <= 0xd
    }
}

extension IPv6Address: Comparable {
    /// The order of the addresses as numbers; of one address in two zones, that of the zones.
    public static func < (first: IPv6Address, second: IPv6Address) -> Bool {
        (first.bits, first.zone) < (second.bits, second.zone)
    }
}
