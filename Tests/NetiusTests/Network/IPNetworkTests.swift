import Netius
import Testing

@Suite struct IPNetworkTests {
    @Test("A network is read with its prefix length, its netmask or its hostmask")
    func notations() throws {
        let network = try #require(IPv4Network("192.168.0.0/28"))
        #expect(network.networkAddress == IPv4Address("192.168.0.0") && network.prefixLength == 28)
        #expect(IPv4Network("192.168.0.0/255.255.255.240") == network)
        #expect(IPv4Network("192.168.0.0/0.0.0.15") == network)
        #expect(network.description(in: .prefixLength) == "192.168.0.0/28")
        #expect(network.description(in: .netmask) == "192.168.0.0/255.255.255.240")
        #expect(network.description(in: .hostmask) == "192.168.0.0/0.0.0.15")
        #expect(IPv6Network("2001:db8::/32")?.description(in: .netmask) == "2001:db8::/ffff:ffff::")
        #expect(IPv6Network("2001:db8::/96")?.description(in: .hostmask) == "2001:db8::/::ffff:ffff")
    }

    @Test("Every prefix length is read in all its notations")
    func everyPrefix() {
        for length in 0...32 {
            let network = IPv4Network(containing: IPv4Address(bits: 0xc0a8_0c0f), prefixLength: length)
            // A hostmask of no bits, or of all, is a netmask.
            for notation in IPMaskNotation.allCases where notation != .hostmask || (1...31).contains(length) {
                #expect(IPv4Network(network.description(in: notation)) == network)
                #expect(IPNetwork(network.description(in: notation)) == .v4(network))
            }
            #expect(network.netmask.bits == ~network.hostmask.bits)
            #expect(network.netmask.bits.nonzeroBitCount == length)
        }
        for length in 0...128 {
            let network = IPv6Network(containing: IPv6Address(bits: .max), prefixLength: length)
            #expect(IPv6Network(network.description) == network)
            #expect(network.netmask.bits == ~network.hostmask.bits)
            #expect(network.netmask.bits.nonzeroBitCount == length)
        }
    }

    @Test("Masks of no bits and of all bits are netmasks")
    func ambiguousMasks() {
        #expect(IPv4Network("0.0.0.0/0.0.0.0")?.prefixLength == 0)
        #expect(IPv4Network("1.2.3.4/255.255.255.255")?.prefixLength == 32)
    }

    @Test("Without a slash, the network is the address alone")
    func single() {
        #expect(IPNetwork("192.0.2.1")?.description == "192.0.2.1/32")
        #expect(IPNetwork("2001:db8::1")?.description == "2001:db8::1/128")
        #expect(IPNetwork(IPAddress.v4(.loopback)) == IPNetwork("127.0.0.1/32"))
    }

    @Test("Host bits are an error that says so, or are cleared")
    func hostBits() throws {
        for (text, masked) in [
            ("192.168.0.1/28", "192.168.0.0/28"), ("192.168.0.17/255.255.255.240", "192.168.0.16/28"),
            ("255.255.255.255/0", "0.0.0.0/0"), ("2001:db8::1/32", "2001:db8::/32"), ("::1/127", "::/127"),
        ] {
            #expect(IPNetwork(text) == nil)
            #expect(try IPNetwork(parsing: text, strict: false).description == masked)
            #expect(throws: IPAddressError.self) { try IPNetwork(parsing: text) }
        }
        let error = #expect(throws: IPAddressError.hostBitsSet("192.168.0.1/28")) {
            try IPv4Network(parsing: "192.168.0.1/28")
        }
        #expect(error?.description == "192.168.0.1/28 has host bits set")
    }

    @Test(
        "Any other text is refused",
        arguments: [
            "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/ 8", "10.0.0.0 /8",
            "10.0.0.0/08", "10.0.0.0/8/8", "10.0.0.0/8/", "10.0.0.0//8", "10.0.0.0/8 ", "10.0.0.0/8\n", "10.0.0.0/0x8",
            "10.0.0.0/255.0.255.0", "10.0.0.0/0.255.0.255", "10.0.0.0/255.0.0", "10.0.0.0/256.0.0.0", "10/8", "10.0/16",
            "10.0.0.0/255.0.0.0.0", "10.0.0.0/18446744073709551624", "10.0.0.0/264", "10.0.0.0/::", "::/129",
            "::/ffff::", "::/0.0.0.0", "::/", "2001:db8::/32/", "1:2::/032", "fe80::%1/64", "fe80::%lo/64",
            "fe80::/64%1",
            "10.0.0.0\0/8", "10.0.0.0/8\0", "10.0.0.0/٨", "10.0.0.0/8\u{301}", "10.0.0.0/\u{301}8", "a/b",
            "localhost/8",
        ])
    func refusing(_ text: String) {
        #expect(IPNetwork(text) == nil)
        #expect(IPv4Network(text) == nil && IPv6Network(text) == nil)
        #expect(throws: IPAddressError.invalidText(text, expected: "an IPv4 or IPv6 network")) {
            try IPNetwork(parsing: text, strict: false)
        }
    }

    @Test("Each version refuses the other's networks")
    func otherVersion() {
        #expect(throws: IPAddressError.invalidText("::/0", expected: "an IPv4 network")) {
            try IPv4Network(parsing: "::/0")
        }
        #expect(throws: IPAddressError.invalidText("0.0.0.0/0", expected: "an IPv6 network")) {
            try IPv6Network(parsing: "0.0.0.0/0")
        }
    }

    @Test("A network is made of an address and a prefix length, strictly or not")
    func making() throws {
        let address = try #require(IPv4Address("10.1.2.3"))
        #expect(try IPv4Network(address, prefixLength: 32).description == "10.1.2.3/32")
        #expect(try IPv4Network(address, prefixLength: 8, strict: false).description == "10.0.0.0/8")
        #expect(throws: IPAddressError.hostBitsSet("10.1.2.3/8")) { try IPv4Network(address, prefixLength: 8) }
        for length in [-1, 33, .min, .max] {
            #expect(throws: IPAddressError.invalidPrefixLength(length, allowed: 0...32)) {
                try IPv4Network(address, prefixLength: length, strict: false)
            }
            #expect(throws: IPAddressError.invalidPrefixLength(length, allowed: 0...32)) {
                try IPNetwork(.v4(address), prefixLength: length, strict: false)
            }
        }
        #expect(IPv4Network(containing: address, prefixLength: .min) == IPv4Network("0.0.0.0/0"))
        #expect(IPv4Network(containing: address, prefixLength: .max) == IPv4Network("10.1.2.3/32"))
        #expect(IPv6Network(containing: .loopback, prefixLength: .min) == IPv6Network("::/0"))
        #expect(IPv6Network(containing: .loopback, prefixLength: .max) == IPv6Network("::1/128"))
        // The network of a zoned address has no zone.
        let zoned = try #require(IPv6Address("fe80::1%7"))
        #expect(try IPv6Network(zoned, prefixLength: 10, strict: false) == IPv6Network("fe80::/10"))
        #expect(IPv6Network(zoned).networkAddress.zone == 0)
    }

    @Test("Networks know their first and last address, their masks and their size")
    func parts() throws {
        let network = try #require(IPv4Network("192.0.2.0/27"))
        #expect(network.hostmask.description == "0.0.0.31")
        #expect(network.netmask.description == "255.255.255.224")
        #expect(network.broadcastAddress.description == "192.0.2.31")
        #expect(network.addressCount == 32 && IPv4Network("192.0.2.0/24")?.addressCount == 256)
        let large = try #require(IPv6Network("2001:db8::/96"))
        #expect(large.hostmask.description == "::ffff:ffff" && large.addressCount == 4_294_967_296)
        #expect(large.netmask.description == "ffff:ffff:ffff:ffff:ffff:ffff::")
        #expect(large.broadcastAddress.description == "2001:db8::ffff:ffff")
        #expect(IPv6Network("::/0")?.addressCount == nil && IPv6Network("::/1")?.addressCount == 1 << 127)
        #expect(IPv4Network("0.0.0.0/0")?.addressCount == 1 << 32 && IPv6Network("::/128")?.addressCount == 1)
    }

    @Test("An address is in the network that has its prefix, of its version and in whatever zone")
    func containing() throws {
        let network = try #require(IPv4Network("192.0.2.0/28"))
        #expect(network.contains(try #require(IPv4Address("192.0.2.6"))))
        #expect(!network.contains(try #require(IPv4Address("192.0.3.6"))))
        #expect(!network.contains(try #require(IPv4Address("192.0.2.16"))))
        let link = try #require(IPNetwork("fe80::/10"))
        #expect(link.contains(try #require(IPAddress("fe80::1%7"))))
        #expect(link.contains(try #require(IPAddress("febf::"))))
        let (all4, all6) = (try #require(IPNetwork("0.0.0.0/0")), try #require(IPNetwork("::/0")))
        #expect(all4.contains(.v4(.loopback)) && !all4.contains(.v6(.loopback)))
        #expect(all6.contains(.v6(.loopback)) && !all6.contains(.v4(.any)))
        // A mapped address is an IPv6 address until it is unmapped.
        let mapped = try #require(IPAddress("::ffff:192.0.2.6"))
        #expect(!IPNetwork.v4(network).contains(mapped) && IPNetwork.v4(network).contains(mapped.unmapped))
    }

    @Test("Networks hold or overlap each other, or are apart")
    func relations() throws {
        let (large, small) = (try #require(IPNetwork("192.168.1.0/24")), try #require(IPNetwork("192.168.1.128/30")))
        #expect(small.isSubnet(of: large) && large.isSupernet(of: small))
        #expect(!large.isSubnet(of: small) && !small.isSupernet(of: large))
        #expect(large.isSubnet(of: large) && large.isSupernet(of: large))
        #expect(large.overlaps(small) && small.overlaps(large) && large.overlaps(large))
        let other = try #require(IPNetwork("192.168.2.0/24"))
        #expect(!large.overlaps(other) && !other.isSubnet(of: large) && !large.isSubnet(of: other))
        let (all4, all6) = (try #require(IPNetwork("0.0.0.0/0")), try #require(IPNetwork("::/0")))
        #expect(!all4.overlaps(all6) && !all6.isSupernet(of: all4) && !all4.isSubnet(of: all6))
    }

    @Test("Networks are in the order of their addresses, the larger first, IPv4 before IPv6")
    func order() {
        let texts = [
            "0.0.0.0/0", "0.0.0.0/32", "10.0.0.0/8", "10.0.0.0/9", "10.0.0.1/32", "10.128.0.0/9", "::/0", "::/128",
            "::ffff:0.0.0.0/96", "2001:db8::/32",
        ]
        #expect(texts.shuffled().compactMap(IPNetwork.init).sorted().map(\.description) == texts)
        #expect(Set(texts.compactMap(IPNetwork.init)).count == texts.count)
    }

    @Test("A network of mapped addresses is unmapped to the IPv4 network, any other stays")
    func unmapping() throws {
        for (text, unmapped) in [
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"), ("::ffff:0.0.0.0/96", "0.0.0.0/0"),
            ("::ffff:1.2.3.4/128", "1.2.3.4/32"), ("::/0", nil), ("10.0.0.0/8", nil),
            ("::fffe:0:0/95", nil), ("::10.0.0.0/104", nil),
        ] {
            let network = try #require(IPNetwork(text))
            #expect(network.unmapped.description == unmapped ?? network.description)
        }
    }

    @Test("Damaged text is refused, or read as what is then printed")
    func damaged() {
        var random = AddressRandom(seed: 28)
        var accepted = 0
        for index in 0..<20_000 {
            let address = index.isMultiple(of: 2) ? IPAddress.v4(random.ipv4()) : .v6(random.ipv6())
            let length = Int.random(in: 0...address.bitWidth, using: &random)
            let network = IPNetwork(containing: address, prefixLength: length)
            let notation = IPMaskNotation.allCases.randomElement(using: &random) ?? .prefixLength
            let text = random.mutation(of: network.description(in: notation))
            guard let read = try? IPNetwork(parsing: text, strict: false) else { continue }
            accepted += 1
            #expect(IPNetwork(read.description) == read, "\(text)")
            #expect(read.prefixLength >= 0 && read.prefixLength <= read.bitWidth)
            #expect(IPNetwork(text) == nil || IPNetwork(text) == read)
        }
        #expect(accepted > 1000 && accepted < 19_000)
    }

    @Test("Errors are one line for people")
    func errors() {
        let errors: [(IPAddressError, String)] = [
            (.invalidText("a\n\"", expected: "an IPv4 network"), #""a\n\"" is not an IPv4 network"#),
            (.invalidPrefixLength(33, allowed: 0...32), "the prefix length 33 is not from 0 to 32"),
            (.notContained("::/0", in: "::/1"), "::/0 is not contained in ::/1"),
            (.differentVersions("::", "1.2.3.4"), ":: and 1.2.3.4 are not of the same version"),
            (.outOfOrder("::1", "::"), "::1 comes after ::"),
            (.overflow("255.255.255.255 + 1"), "255.255.255.255 + 1 is out of range"),
        ]
        for (error, text) in errors { #expect(error.description == text) }
    }
}
