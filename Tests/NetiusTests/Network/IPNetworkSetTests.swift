import Netius
import Testing

@Suite struct IPNetworkSetTests {
    @Test("An address is in the set when one of its networks holds it")
    func containing() throws {
        let set = try IPNetworkSet(parsing: ["10.0.0.0/8", "192.0.2.1", "2001:db8::/32", "::1"])
        for text in ["10.0.0.0", "10.255.255.255", "192.0.2.1", "2001:db8:ffff::", "::1", "::ffff:10.1.2.3"] {
            #expect(set.contains(try IPAddress(parsing: text)), "\(text)")
        }
        for text in ["9.255.255.255", "11.0.0.0", "192.0.2.0", "192.0.2.2", "::", "::2", "2001:db9::", "::10.1.2.3"] {
            #expect(!set.contains(try IPAddress(parsing: text)), "\(text)")
        }
    }

    @Test("An IPv4-mapped address or network counts as IPv4, and all of IPv6 holds none")
    func mapped() throws {
        let mapped = try IPNetworkSet(parsing: ["::ffff:10.0.0.0/104"])
        #expect(mapped.contains(try IPAddress(parsing: "10.1.2.3")))
        #expect(mapped.contains(try IPAddress(parsing: "::ffff:10.1.2.3")))
        #expect(try mapped == IPNetworkSet(parsing: ["10.0.0.0/8"]))
        let all6 = try IPNetworkSet(parsing: ["::/0"])
        #expect(all6.contains(.v6(.any)) && all6.contains(.v6(IPv6Address(bits: .max))))
        #expect(!all6.contains(.v4(.any)))
        #expect(!all6.contains(try IPAddress(parsing: "::ffff:10.1.2.3")))
        #expect(all6.contains(try IPAddress(parsing: "fe80::1%7")))
    }

    @Test("The set of nothing is empty, and holds nothing")
    func empty() {
        let set = IPNetworkSet()
        #expect(set.isEmpty && set.networks.isEmpty && set == IPNetworkSet([]))
        #expect(!set.contains(.v4(.any)) && !set.contains(.v6(.any)))
        #expect(!set.contains(IPNetwork(IPAddress.v4(.any))))
    }

    @Test("The set of everything reaches to the last addresses")
    func everything() throws {
        let set = try IPNetworkSet(parsing: ["0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1"])
        #expect(set.contains(.v4(IPv4Address(bits: .max))) && set.contains(.v6(IPv6Address(bits: .max))))
        #expect(set.networks.map(\.description) == ["0.0.0.0/0", "::/0"])
    }

    @Test("What overlaps or touches is joined, and the networks are the fewest")
    func joining() throws {
        var set = try IPNetworkSet(parsing: ["10.0.1.0/24", "10.0.2.0/24", "10.0.1.7", "10.0.0.0/24"])
        #expect(set.networks.map(\.description) == ["10.0.0.0/23", "10.0.2.0/24"])
        set.insert(try IPNetwork(parsing: "10.0.3.0/24"))
        #expect(try set == IPNetworkSet(parsing: ["10.0.0.0/22"]))
        set.insert(contentsOf: try ["::2", "::1", "::1"].map { try IPNetwork(parsing: $0) })
        #expect(set.networks.map(\.description) == ["10.0.0.0/22", "::1/128", "::2/128"])
    }

    @Test("A network is in the set when all its addresses are")
    func networks() throws {
        let set = try IPNetworkSet(parsing: ["10.0.0.0/9", "10.128.0.0/9", "2001:db8::/33"])
        for text in ["10.0.0.0/8", "10.0.0.0/9", "10.64.0.0/10", "::ffff:10.0.0.0/104", "2001:db8::/33"] {
            #expect(set.contains(try IPNetwork(parsing: text)), "\(text)")
        }
        for text in ["10.0.0.0/7", "11.0.0.0/32", "0.0.0.0/0", "2001:db8::/32", "::/0", "::ffff:0.0.0.0/96"] {
            #expect(!set.contains(try IPNetwork(parsing: text)), "\(text)")
        }
    }

    @Test("The first text that cannot be read is the error, and host bits are one unless they are cleared")
    func refusing() throws {
        #expect(throws: IPAddressError.hostBitsSet("10.0.0.1/8")) {
            try IPNetworkSet(parsing: ["1.2.3.4", "10.0.0.1/8", "x"])
        }
        #expect(throws: IPAddressError.self) { try IPNetworkSet(parsing: ["x"]) }
        #expect(try IPNetworkSet(parsing: ["10.0.0.1/8"], strict: false) == IPNetworkSet(parsing: ["10.0.0.0/8"]))
    }

    @Test("Among a hundred thousand networks, the answer is that of asking each")
    func many() {
        var random = AddressRandom(seed: 100)
        let networks = (0..<100_000).map { index -> IPNetwork in
            index.isMultiple(of: 2)
                ? .v4(IPv4Network(containing: random.ipv4(), prefixLength: Int.random(in: 18...32, using: &random)))
                : .v6(IPv6Network(containing: random.ipv6(), prefixLength: Int.random(in: 24...128, using: &random)))
        }
        let set = IPNetworkSet(networks)
        let (v4, v6) = (networks.filter { $0.bitWidth == 32 }, networks.filter { $0.bitWidth == 128 })
        let naively = { (address: IPAddress) in
            (address.bitWidth == 32 ? v4 : v6).contains { $0.unmapped.contains(address) }
                || (address.bitWidth == 32 && v6.contains { $0.unmapped.contains(address) })
        }
        var found = 0
        for index in 0..<150 {
            let near = networks[Int.random(in: networks.indices, using: &random)].unmapped
            let address: IPAddress =
                switch index % 4 {
                case 0: near.networkAddress
                case 1: near.broadcastAddress.advanced(wrappingBy: 1)
                case 2: .v4(random.ipv4())
                default: .v6(random.ipv6())
                }
            let expected = naively(address.unmapped)
            found += expected ? 1 : 0
            #expect(set.contains(address) == expected, "\(address)")
            if case .v4(let address) = address { #expect(set.contains(.v6(address.mappedIPv6)) == expected) }
        }
        #expect(found > 30 && found < 140)
    }

    @Test("However they are inserted, the same networks make the same set: random small networks")
    func insertion() {
        var random = AddressRandom(seed: 7)
        for _ in 0..<200 {
            let networks = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                IPNetwork(
                    containing: .v4(IPv4Address(bits: UInt32.random(in: 0...255, using: &random))),
                    prefixLength: Int.random(in: 26...32, using: &random))
            }
            let set = IPNetworkSet(networks)
            var grown = IPNetworkSet()
            for network in networks.shuffled(using: &random) { grown.insert(network) }
            #expect(grown == set && grown.hashValue == set.hashValue)
            #expect(set.networks == IPNetwork.collapsing(networks) && IPNetworkSet(set.networks) == set)
            for bits in 0...256 as ClosedRange<UInt32> {
                let address = IPAddress.v4(IPv4Address(bits: bits))
                #expect(set.contains(address) == networks.contains { $0.contains(address) })
            }
        }
    }
}
