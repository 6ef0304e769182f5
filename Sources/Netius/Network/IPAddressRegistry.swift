/// The blocks of addresses with a meaning of their own: IANA's registries of special-purpose addresses for IPv4 and
/// IPv6 (RFC 6890, as of 2025), and the registries of the address spaces.
struct IPAddressRegistry {
    private let v4: [IPv4Network]
    private let v6: [IPv6Network]

    /// Text that is not a network would be left out: the tests look for each.
    private init(v4: [String] = [], v6: [String] = []) {
        self.v4 = v4.compactMap(IPv4Network.init)
        self.v6 = v6.compactMap(IPv6Network.init)
    }

    /// Whether one of the blocks holds all of this one. What is IPv4-mapped counts as what it stands for.
    func contains(_ block: some IPBlock) -> Bool {
        switch block.ipNetwork.unmapped {
        case .v4(let network): v4.contains(where: network.isSubnet)
        case .v6(let network): v6.contains(where: network.isSubnet)
        }
    }
}

extension IPAddressRegistry {
    /// What the registry says is not globally reachable.
    static let notGloballyReachable = IPAddressRegistry(
        v4: [
            "0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
            "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
        ],
        // The registry leaves it open whether 6to4, 2002::/16, is reachable: the careful answer is no.
        v6: [
            "::/128", "::1/128", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/23", "2001:db8::/32",
            "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10",
        ])

    /// The parts of those blocks that are globally reachable; `2001:20::/27` is ORCHIDv2 and drone identifiers.
    static let globallyReachableParts = IPAddressRegistry(
        v4: ["192.0.0.9/32", "192.0.0.10/32"],
        v6: ["2001:1::1/128", "2001:1::2/128", "2001:1::3/128", "2001:3::/32", "2001:4:112::/48", "2001:20::/27"])

    /// Between a provider and its customers (RFC 6598).
    static let shared = IPAddressRegistry(v4: ["100.64.0.0/10"])

    /// RFC 1122 §3.2.1.3, RFC 4291 §2.5.2.
    static let unspecified = IPAddressRegistry(v4: ["0.0.0.0/32"], v6: ["::/128"])

    /// RFC 1122 §3.2.1.3, RFC 4291 §2.5.3.
    static let loopback = IPAddressRegistry(v4: ["127.0.0.0/8"], v6: ["::1/128"])

    /// RFC 3927 §2.1, RFC 4291 §2.5.6.
    static let linkLocal = IPAddressRegistry(v4: ["169.254.0.0/16"], v6: ["fe80::/10"])

    /// RFC 4291 §2.5.7.
    static let siteLocal = IPAddressRegistry(v6: ["fec0::/10"])

    /// RFC 5771 §3, RFC 4291 §2.7.
    static let multicast = IPAddressRegistry(v4: ["224.0.0.0/4"], v6: ["ff00::/8"])

    /// What the IETF keeps for later: RFC 1112 §4, and all of IPv6 that is neither global unicast, `2000::/3`, nor
    /// unique local, link-local, site-local or multicast.
    static let reserved = IPAddressRegistry(
        v4: ["240.0.0.0/4"],
        v6: ["::/3", "4000::/2", "8000::/2", "c000::/3", "e000::/4", "f000::/5", "f800::/6", "fe00::/9"])
}
