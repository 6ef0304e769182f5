import Netius
import Testing

@Suite struct IPClassificationTests {
    /// A property of addresses and networks, and the blocks that have it.
    struct Property: CustomTestStringConvertible, Sendable {
        let name: String
        let ofAddress: @Sendable (IPAddress) -> Bool
        let ofNetwork: @Sendable (IPNetwork) -> Bool
        let blocks: [String]

        var testDescription: String { name }
    }

    static let properties = [
        Property(
            name: "private", ofAddress: { $0.isPrivate }, ofNetwork: { $0.isPrivate },
            blocks: [
                "0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
                "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
                "::/128", "::1/128", "64:ff9b:1::/48", "100::/63", "2001::/23", "2001:db8::/32", "2002::/16",
                "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10",
            ]),
        Property(
            name: "shared", ofAddress: { $0.isShared }, ofNetwork: { $0.isShared }, blocks: ["100.64.0.0/10"]),
        Property(
            name: "unspecified", ofAddress: { $0.isAny }, ofNetwork: { $0.isAny }, blocks: ["0.0.0.0/32", "::/128"]),
        Property(
            name: "loopback", ofAddress: { $0.isLoopback }, ofNetwork: { $0.isLoopback },
            blocks: ["127.0.0.0/8", "::1/128"]),
        Property(
            name: "link-local", ofAddress: { $0.isLinkLocal }, ofNetwork: { $0.isLinkLocal },
            blocks: ["169.254.0.0/16", "fe80::/10"]),
        Property(
            name: "site-local", ofAddress: { $0.isSiteLocal }, ofNetwork: { $0.isSiteLocal }, blocks: ["fec0::/10"]),
        Property(
            name: "multicast", ofAddress: { $0.isMulticast }, ofNetwork: { $0.isMulticast },
            blocks: ["224.0.0.0/4", "ff00::/8"]),
        Property(
            name: "reserved", ofAddress: { $0.isReserved }, ofNetwork: { $0.isReserved },
            blocks: [
                "240.0.0.0/4", "::/3", "4000::/2", "8000::/2", "c000::/3", "e000::/4", "f000::/5", "f800::/6",
                "fe00::/9",
            ]),
    ]

    @Test(
        "A property holds for the first and the last address of its blocks, and not beside them", arguments: properties)
    func edges(_ property: Property) throws {
        let blocks = try property.blocks.map { try IPNetwork(parsing: $0) }
        let holds = { (address: IPAddress) in blocks.contains { $0.contains(address.unmapped) } }
        for block in blocks {
            let (first, last) = (block.networkAddress, block.broadcastAddress)
            #expect(property.ofAddress(first) && property.ofAddress(last), "\(block)")
            for outside in [first.advanced(wrappingBy: .max), last.advanced(wrappingBy: 1)] {
                #expect(property.ofAddress(outside) == holds(outside), "\(outside)")
            }
        }
    }

    @Test("A network has a property when a block that has it holds all of the network", arguments: properties)
    func networks(_ property: Property) throws {
        for text in property.blocks where text != "100::/63" {
            let block = try IPNetwork(parsing: text)
            #expect(property.ofNetwork(block), "\(block)")
            #expect(block.subnets().allSatisfy(property.ofNetwork), "\(block)")
            #expect(!property.ofNetwork(block.supernet()), "\(block)")
        }
        for text in ["0.0.0.0/0", "::/0", "::/1", "8.8.8.0/24", "2600::/12"] {
            #expect(!property.ofNetwork(try IPNetwork(parsing: text)), "\(text)")
        }
    }

    @Test("An IPv4-mapped address or network is what it stands for", arguments: properties)
    func mapped(_ property: Property) throws {
        for text in property.blocks {
            guard case .v4(let block) = try IPNetwork(parsing: text) else { continue }
            let address = block.broadcastAddress.mappedIPv6
            #expect(property.ofAddress(.v6(address)) && property.ofAddress(.v4(block.broadcastAddress)))
            let mapped = try IPNetwork(
                .v6(block.networkAddress.mappedIPv6), prefixLength: block.prefixLength + 96)
            #expect(property.ofNetwork(mapped), "\(mapped)")
        }
        #expect(!property.ofAddress(try IPAddress(parsing: "::ffff:8.8.8.8")))
        #expect(!property.ofNetwork(try IPNetwork(parsing: "::ffff:8.8.8.0/120")))
    }

    @Test(
        "Parts of private blocks that the registry makes reachable are global",
        arguments: [
            "192.0.0.9/32", "192.0.0.10/32", "2001:1::1/128", "2001:1::2/128", "2001:1::3/128", "2001:3::/32",
            "2001:4:112::/48", "2001:20::/28", "2001:30::/28",
        ])
    func reachableParts(_ text: String) throws {
        let network = try IPNetwork(parsing: text)
        #expect(network.isGlobal && !network.isPrivate)
        for address in [network.networkAddress, network.broadcastAddress] {
            #expect(address.isGlobal && !address.isPrivate)
        }
    }

    @Test(
        "What lies beside those parts is private",
        arguments: [
            "192.0.0.8", "192.0.0.11", "2001:1::", "2001:1::4", "2001:2:ffff::", "2001:4::", "2001:4:111:ffff::",
            "2001:4:113::", "2001:1f:ffff::", "2001:40::", "2001::/23", "192.0.0.0/24", "192.0.0.8/30",
        ])
    func besideReachableParts(_ text: String) throws {
        let network = try IPNetwork(parsing: text)
        #expect(network.isPrivate && !network.isGlobal)
    }

    @Test("An address is global unless it is private or shared, even a multicast one")
    func global() throws {
        for text in ["8.8.8.8", "224.0.0.1", "2600::1", "ff02::1", "192.88.99.1", "64:ff9b::1", "::ffff:8.8.8.8"] {
            let address = try IPAddress(parsing: text)
            #expect(address.isGlobal && !address.isPrivate && !address.isShared, "\(text)")
        }
        for text in ["10.0.0.1", "100.64.0.1", "100.127.255.255", "::1", "fe80::1%7", "::ffff:100.64.0.1"] {
            #expect(try !IPAddress(parsing: text).isGlobal, "\(text)")
        }
        for text in ["10.0.0.0/8", "100.64.0.0/10", "100.64.0.0/11", "2001:db8::/33"] {
            #expect(try !IPNetwork(parsing: text).isGlobal, "\(text)")
        }
        // Of networks that no block holds, parts may be anything.
        for text in ["0.0.0.0/0", "100.0.0.0/8", "::/0"] { #expect(try IPNetwork(parsing: text).isGlobal, "\(text)") }
    }

    @Test("The types of one version agree with those of both")
    func versions() throws {
        #expect(IPv4Address.loopback.isLoopback && IPv4Address.any.isAny && IPv4Address(bits: .max).isReserved)
        #expect(IPv6Address.loopback.isLoopback && IPv6Address.any.isAny && IPv6Address(bits: .max).isMulticast)
        #expect(try IPv4Network(parsing: "10.0.0.0/8").isPrivate && IPv6Network(parsing: "fc00::/7").isPrivate)
        #expect(try IPv4Network(parsing: "0.0.0.0/32").isAny && !IPv4Network(parsing: "0.0.0.0/31").isAny)
        #expect(try IPv6Network(parsing: "fec0::/11").isSiteLocal && IPv6Network(parsing: "fe80::/11").isLinkLocal)
    }
}
