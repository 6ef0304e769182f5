import Netius
import Testing

@Suite struct IPAddressTextTests {
    @Test("Exploded text has every digit")
    func exploded() {
        for (text, exploded) in [
            ("::abc:7:def", "0000:0000:0000:0000:0000:0abc:0007:0def"),
            ("2001:db8::", "2001:0db8:0000:0000:0000:0000:0000:0000"),
            ("::ffff:1.2.3.4", "0000:0000:0000:0000:0000:ffff:0102:0304"), ("192.0.2.1", "192.0.2.1"),
            ("fe80::1%4000000000", "fe80:0000:0000:0000:0000:0000:0000:0001%4000000000"),
        ] {
            let address = IPAddress(text)
            #expect(address?.exploded == exploded)
            #expect(IPAddress(exploded) == address)
        }
        #expect(IPNetwork("2001:db8::/32")?.exploded == "2001:0db8:0000:0000:0000:0000:0000:0000/32")
        #expect(IPNetwork("10.0.0.0/8")?.exploded == "10.0.0.0/8")
    }

    @Test("The number is printed in binary and hexadecimal with its zeros")
    func numbers() throws {
        let address = try #require(IPAddress("1.2.0.4"))
        #expect(address.hexadecimal == "01020004" && address.binary == "00000001000000100000000000000100")
        #expect(address.integer == 16_908_292 && address.bitWidth == 32)
        #expect(IPv6Address.loopback.hexadecimal == "00000000000000000000000000000001")
        #expect(IPv6Address.loopback.binary == String(repeating: "0", count: 127) + "1")
        #expect(IPv6Address(bits: .max).hexadecimal == String(repeating: "f", count: 32))
        #expect(IPAddress("2001:db8::1")?.integer == 42_540_766_411_282_592_856_903_984_951_653_826_561)
    }

    @Test("The reverse name of an address has its octets or its digits, the last first")
    func reverseNames() {
        #expect(IPAddress("127.0.0.1")?.reverseName == "1.0.0.127.in-addr.arpa")
        #expect(
            IPAddress("2001:db8::1")?.reverseName
                == "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")
        // RFC 3596 §2.5.
        #expect(
            IPv6Address("4321:0:1:2:3:4:567:89ab")?.reverseName
                == "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa")
        #expect(IPAddress("fe80::1%7")?.reverseName == IPAddress("fe80::1")?.reverseName)
    }

    @Test(
        "The reverse name of a network is its domain, with a label for what is left of the prefix",
        arguments: [
            ("192.0.2.0/24", "2.0.192.in-addr.arpa"), ("10.0.0.0/8", "10.in-addr.arpa"), ("0.0.0.0/0", "in-addr.arpa"),
            ("192.0.2.1/32", "1.2.0.192.in-addr.arpa"), ("172.16.0.0/12", "16/12.172.in-addr.arpa"),
            // RFC 2317 §4.
            ("192.0.2.0/25", "0/25.2.0.192.in-addr.arpa"), ("192.0.2.128/26", "128/26.2.0.192.in-addr.arpa"),
            ("192.0.2.192/26", "192/26.2.0.192.in-addr.arpa"), ("128.0.0.0/1", "128/1.in-addr.arpa"),
            ("2001:db8::/32", "8.b.d.0.1.0.0.2.ip6.arpa"), ("::/0", "ip6.arpa"), ("fe80::/10", "8/10.e.f.ip6.arpa"),
        ])
    func reverseNames(_ text: String, _ name: String) throws {
        let network = try #require(IPNetwork(text))
        #expect(network.reverseName == name)
        if case .v4(let network) = network { #expect(network.reverseName == name) }
        if case .v6(let network) = network { #expect(network.reverseName == name) }
    }

    @Test("IPv4 addresses are found within transition addresses, and make them")
    func transition() throws {
        let address = try #require(IPv4Address("192.0.2.4"))
        #expect(address.mappedIPv6.description == "::ffff:192.0.2.4" && address.mappedIPv6.mappedIPv4 == address)
        #expect(address.sixToFourNetwork.description == "2002:c000:204::/48")
        for inside in [address.sixToFourNetwork.networkAddress, address.sixToFourNetwork.broadcastAddress] {
            #expect(inside.sixToFourIPv4 == address)
        }
        #expect(IPv6Address("2003:c000:204::")?.sixToFourIPv4 == nil)
        // RFC 4380 §4 and its layout: the client's address is stored inverted.
        let teredo = try #require(IPv6Address("2001:0:4136:e378:8000:63bf:3fff:fdd2")?.teredoIPv4)
        #expect(teredo.server.description == "65.54.227.120" && teredo.client.description == "192.0.2.45")
        #expect(IPv6Address("2001:1:4136:e378:8000:63bf:3fff:fdd2")?.teredoIPv4 == nil)
    }

    @Test("Text that is not an address is an error that says what was expected")
    func parsing() throws {
        #expect(try IPAddress(parsing: "192.168.0.1") == IPAddress("192.168.0.1"))
        #expect(try IPv6Address(parsing: "2001:db8::").bits == 0x2001_0db8 << 96)
        for text in ["256.1.1.1", "1.2.3", "01.2.3.4", "", "::g", "1.2.3.4/32"] {
            let error = #expect(throws: IPAddressError.self) { try IPAddress(parsing: text) }
            #expect(error?.description == "\"\(text)\" is not an IPv4 or IPv6 address")
        }
        #expect(throws: IPAddressError.invalidText("::1", expected: "an IPv4 address")) {
            try IPv4Address(parsing: "::1")
        }
        #expect(throws: IPAddressError.invalidText("1.2.3.4", expected: "an IPv6 address")) {
            try IPv6Address(parsing: "1.2.3.4")
        }
    }
}
