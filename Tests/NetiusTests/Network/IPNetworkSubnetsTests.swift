import Netius
import Testing

@Suite struct IPNetworkSubnetsTests {
    private func networks(_ texts: [String]) -> [IPNetwork] { texts.compactMap(IPNetwork.init) }

    @Test("Subnets are the halves, or those of the length asked for")
    func subnets() throws {
        let network = try #require(IPv4Network("192.0.2.0/24"))
        #expect(network.subnets().map(\.description) == ["192.0.2.0/25", "192.0.2.128/25"])
        #expect(
            try network.subnets(prefixLength: 26).map(\.description)
                == ["192.0.2.0/26", "192.0.2.64/26", "192.0.2.128/26", "192.0.2.192/26"])
        #expect(try Array(network.subnets(prefixLength: 24)) == [network])
        for length in [23, 33, -1, .max, .min] {
            #expect(throws: IPAddressError.invalidPrefixLength(length, allowed: 24...32)) {
                try network.subnets(prefixLength: length)
            }
        }
        let single = try #require(IPv4Network("192.0.2.1/32"))
        #expect(Array(single.subnets()) == [single])
    }

    @Test("Subnets are not stored: those of all addresses cost nothing")
    func lazily() throws {
        let all = try #require(IPNetwork("::/0"))
        let subnets = try all.subnets(prefixLength: 64)
        #expect(subnets.exactCount == 1 << 64 && subnets.count == .max)
        #expect(subnets.element(at: 1)?.description == "0:0:0:1::/64")
        #expect(subnets.last?.description == "ffff:ffff:ffff:ffff::/64")
        #expect(try IPv4Network("0.0.0.0/0")?.subnets(prefixLength: 32).count == 1 << 32)
    }

    @Test("A supernet is of twice the size, or of the length asked for")
    func supernets() throws {
        let network = try #require(IPv4Network("192.0.2.0/24"))
        #expect(network.supernet().description == "192.0.2.0/23")
        #expect(try network.supernet(prefixLength: 22).description == "192.0.0.0/22")
        #expect(try network.supernet(prefixLength: 20).description == "192.0.0.0/20")
        #expect(try network.supernet(prefixLength: 24) == network)
        for length in [25, -1, .max, .min] {
            #expect(throws: IPAddressError.invalidPrefixLength(length, allowed: 0...24)) {
                try network.supernet(prefixLength: length)
            }
        }
        for text in ["0.0.0.0/0", "::/0"] {
            let all = try #require(IPNetwork(text))
            #expect(all.supernet() == all)
        }
    }

    @Test("Excluding a subnet leaves the fewest networks beside it, in their order")
    func excluding() throws {
        let network = try #require(IPv4Network("192.0.2.0/28"))
        let single = try #require(IPv4Network("192.0.2.1/32"))
        #expect(
            try network.excluding(single).map(\.description)
                == ["192.0.2.0/32", "192.0.2.2/31", "192.0.2.4/30", "192.0.2.8/29"])
        #expect(try network.excluding(network) == [])
        #expect(throws: IPAddressError.notContained("192.0.2.0/28", in: "192.0.2.1/32")) {
            try single.excluding(network)
        }
        #expect(throws: IPAddressError.notContained("::/128", in: "0.0.0.0/0")) {
            try #require(IPNetwork("0.0.0.0/0")).excluding(try #require(IPNetwork("::/128")))
        }
        let rest = try #require(IPv6Network("::/0")).excluding(try #require(IPv6Network("8000::1/128")))
        #expect(rest.count == 128 && rest == rest.sorted())
        #expect(!rest.contains { $0.contains(IPv6Address(bits: 1 << 127 | 1)) })
    }

    @Test("A range of addresses is summarized in the fewest networks")
    func summarizing() throws {
        for (first, last, expected) in [
            ("192.0.2.0", "192.0.2.130", ["192.0.2.0/25", "192.0.2.128/31", "192.0.2.130/32"]),
            ("0.0.0.0", "255.255.255.255", ["0.0.0.0/0"]), ("1.1.1.1", "1.1.1.1", ["1.1.1.1/32"]),
            ("255.255.255.254", "255.255.255.255", ["255.255.255.254/31"]),
            ("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ["::/0"]), ("::1", "::2", ["::1/128", "::2/128"]),
        ] {
            let (first, last) = (try #require(IPAddress(first)), try #require(IPAddress(last)))
            #expect(try IPNetwork.summarizing(from: first, through: last).map(\.description) == expected)
        }
        let most = try IPv6Network.summarizing(from: .loopback, through: IPv6Address(bits: .max - 1))
        #expect(most.count == 254 && most == most.sorted())
    }

    @Test("A range of two versions, or from a later address to an earlier one, is an error")
    func noRange() throws {
        let (one, two) = (IPv4Address(bits: 1), IPv4Address(bits: 2))
        #expect(throws: IPAddressError.outOfOrder("0.0.0.2", "0.0.0.1")) {
            try IPv4Network.summarizing(from: two, through: one)
        }
        #expect(throws: IPAddressError.differentVersions("0.0.0.1", "::1")) {
            try IPNetwork.summarizing(from: .v4(one), through: .v6(.loopback))
        }
    }

    @Test("Collapsing joins halves and drops what another network holds, each version for itself")
    func collapsing() {
        for (texts, expected) in [
            (["192.0.2.0/25", "192.0.2.128/25"], ["192.0.2.0/24"]), ([], []),
            (["192.0.2.128/26", "192.0.2.0/26", "192.0.2.192/26", "192.0.2.64/26"], ["192.0.2.0/24"]),
            (["10.0.0.1", "10.0.0.2", "10.0.0.3"], ["10.0.0.1/32", "10.0.0.2/31"]),
            (["10.0.0.0/8", "10.1.0.0/16", "10.0.0.0/8", "10.255.255.255"], ["10.0.0.0/8"]),
            (["10.0.1.0/24", "10.0.2.0/24"], ["10.0.1.0/24", "10.0.2.0/24"]),
            (["128.0.0.0/1", "0.0.0.0/1", "8000::/1", "::/1"], ["0.0.0.0/0", "::/0"]),
            (["::/0", "0.0.0.0/0"], ["0.0.0.0/0", "::/0"]),
        ] {
            #expect(IPNetwork.collapsing(networks(texts)).map(\.description) == expected)
        }
    }

    @Test("What is summarized, collapsed or excluded has the same addresses as before: random small networks")
    func addresses() throws {
        var random = AddressRandom(seed: 21)
        for _ in 0..<300 {
            let within = { (random: inout AddressRandom) in
                IPv4Network(
                    containing: IPv4Address(bits: UInt32.random(in: 0...255, using: &random)),
                    prefixLength: Int.random(in: 25...32, using: &random))
            }
            let networks = (0..<Int.random(in: 0...8, using: &random)).map { _ in within(&random) }
            let collapsed = IPv4Network.collapsing(networks)
            let addresses = Set(networks.flatMap { $0 })
            #expect(
                Set(collapsed.flatMap { $0 }) == addresses && collapsed.reduce(0) { $0 + $1.count } == addresses.count)
            #expect(IPv4Network.collapsing(collapsed) == collapsed)
            #expect(IPNetwork.collapsing(networks.map(IPNetwork.v4)) == collapsed.map(IPNetwork.v4))

            let bounds = (0..<2).map { _ in IPv4Address(bits: UInt32.random(in: 0...255, using: &random)) }.sorted()
            let summary = try IPv4Network.summarizing(from: bounds[0], through: bounds[1])
            #expect(summary.flatMap { $0 }.map(\.bits) == Array(bounds[0].bits...bounds[1].bits))
            #expect(IPv4Network.collapsing(summary) == summary)

            let inner = within(&random)
            let outer = try inner.supernet(prefixLength: Int.random(in: 24...inner.prefixLength, using: &random))
            let rest = try outer.excluding(inner)
            #expect(rest.flatMap { $0 } == outer.filter { !inner.contains($0) })
            #expect(rest.count == inner.prefixLength - outer.prefixLength)
        }
    }
}
