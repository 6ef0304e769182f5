/// What a block of addresses is for. A network has a property when one block of IANA's registries that has it holds all
/// of the network. What is IPv4-mapped is classified as the IPv4 address or network that it stands for.
extension IPBlock {
    /// Whether IANA's registry of special-purpose addresses says that it is not globally reachable: among others the
    /// private addresses of RFC 1918 and RFC 4193, loopback, link-local, documentation and benchmarking.
    ///
    /// Not private is the address space that providers share, `100.64.0.0/10`: see `isShared`. A part of a private block
    /// that has an entry of its own goes by that entry: `192.0.0.9` is global, and `192.0.0.0/24` as a whole private.
    public var isPrivate: Bool {
        IPAddressRegistry.notGloballyReachable.contains(self)
            && !IPAddressRegistry.globallyReachableParts.contains(self)
    }

    /// Whether it is neither `isPrivate` nor `isShared`.
    ///
    /// Of a network this says no more than that: of `0.0.0.0/0`, which is global, many parts are not. Multicast
    /// addresses are global.
    public var isGlobal: Bool { !isPrivate && !isShared }

    /// Whether it is in `100.64.0.0/10`, which lies between providers and their customers (RFC 6598).
    public var isShared: Bool { IPAddressRegistry.shared.contains(self) }

    /// Whether it is the unspecified address, `0.0.0.0` or `::`, which for a listener is every address of this host
    /// (RFC 1122 §3.2.1.3, RFC 4291 §2.5.2).
    public var isAny: Bool { IPAddressRegistry.unspecified.contains(self) }

    /// Whether it reaches this host only: `127.0.0.0/8` or `::1` (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3).
    public var isLoopback: Bool { IPAddressRegistry.loopback.contains(self) }

    /// Whether it is of one link only: `169.254.0.0/16` (RFC 3927) or `fe80::/10` (RFC 4291 §2.5.6).
    public var isLinkLocal: Bool { IPAddressRegistry.linkLocal.contains(self) }

    /// Whether it is in `fec0::/10`, the site-local addresses that RFC 3879 deprecates. For what replaced them, see
    /// `isPrivate`.
    public var isSiteLocal: Bool { IPAddressRegistry.siteLocal.contains(self) }

    /// Whether it is for groups of hosts: `224.0.0.0/4` (RFC 5771) or `ff00::/8` (RFC 4291 §2.7).
    public var isMulticast: Bool { IPAddressRegistry.multicast.contains(self) }

    /// Whether the IETF keeps it for later: `240.0.0.0/4` (RFC 1112 §4), or outside the IPv6 blocks that are in use.
    public var isReserved: Bool { IPAddressRegistry.reserved.contains(self) }
}
