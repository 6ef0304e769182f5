/// An address of either version of the Internet Protocol.
public enum IPAddress: Sendable, Hashable {
    /// An IPv4 address.
    case v4(IPv4Address)
    /// An IPv6 address.
    case v6(IPv6Address)

    /// The address of these octets in network order, four or sixteen; nil when there are neither.
    public init?(octets: some Collection<UInt8>) {
        if let address = IPv4Address(octets: octets) {
            self = .v4(address)
        } else if let address = IPv6Address(octets: octets) {
            self = .v6(address)
        } else {
            return nil
        }
    }

    /// The four or sixteen octets in network order.
    public var octets: [UInt8] {
        switch self {
        case .v4(let address): address.octets
        case .v6(let address): address.octets
        }
    }

    /// The IPv4 address that an IPv4-mapped one stands for; any other address as it is.
    ///
    /// A listener that serves both versions sees its IPv4 peers in the mapped form. Compare peers with lists of
    /// addresses in this form.
    public var unmapped: IPAddress {
        guard case .v6(let address) = self, let mapped = address.mappedIPv4 else { return self }
        return .v4(mapped)
    }
}

extension IPAddress: Comparable {
    /// A total order: every IPv4 address before every IPv6 address, and within a version that version's order.
    ///
    /// An IPv4-mapped address is an IPv6 address here, as in `==`.
    public static func < (first: IPAddress, second: IPAddress) -> Bool {
        switch (first, second) {
        case (.v4(let first), .v4(let second)): first < second
        case (.v6(let first), .v6(let second)): first < second
        case (.v4, .v6): true
        case (.v6, .v4): false
        }
    }
}

extension IPAddress: LosslessStringConvertible {
    /// Reads what `IPv4Address` or `IPv6Address` reads; nil for any other text.
    public init?(_ description: String) {
        let utf8 = description.utf8Span
        self.init(utf8: utf8.span)
    }

    package init?(utf8: Span<UInt8>) {
        if let address = IPv4Address(utf8: utf8) {
            self = .v4(address)
        } else if let address = IPv6Address(utf8: utf8) {
            self = .v6(address)
        } else {
            return nil
        }
    }

    /// As the address of its version prints itself.
    public var description: String {
        switch self {
        case .v4(let address): address.description
        case .v6(let address): address.description
        }
    }
}
