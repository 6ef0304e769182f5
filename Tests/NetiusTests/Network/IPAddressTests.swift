import Netius
import Testing

@Suite struct IPAddressTests {
    @Test("Text and octets choose the version")
    func versions() throws {
        let first = try #require(IPv4Address("192.0.2.1"))
        let second = try #require(IPv6Address("2001:db8::1"))
        #expect(IPAddress("192.0.2.1") == .v4(first))
        #expect(IPAddress("2001:DB8::1") == .v6(second))
        #expect(IPAddress(octets: first.octets) == .v4(first))
        #expect(IPAddress(octets: second.octets) == .v6(second))
        for count in [0, 1, 3, 5, 15, 17] { #expect(IPAddress(octets: [UInt8](repeating: 1, count: count)) == nil) }
        #expect(IPAddress.v4(first).octets == first.octets && IPAddress.v6(second).octets == second.octets)
        #expect(IPAddress.v4(first).description == "192.0.2.1" && IPAddress.v6(second).description == "2001:db8::1")
    }

    @Test("IPv4 addresses come before IPv6 addresses, each version in its order")
    func order() {
        let texts = ["0.0.0.0", "9.0.0.0", "10.0.0.0", "255.255.255.255", "::", "::1", "::ffff:1.2.3.4", "ffff::"]
        #expect(texts.shuffled().compactMap(IPAddress.init).sorted().map(\.description) == texts)
    }

    @Test("A mapped address is unmapped to the IPv4 address, any other stays")
    func unmapping() throws {
        let mapped = try #require(IPAddress("::ffff:192.0.2.1"))
        #expect(mapped != IPAddress("192.0.2.1"))
        #expect(mapped.unmapped == IPAddress("192.0.2.1"))
        for text in ["192.0.2.1", "::1", "::192.0.2.1", "fe80::1%4000000000", "64:ff9b::192.0.2.1"] {
            let address = try #require(IPAddress(text))
            #expect(address.unmapped == address)
        }
    }

    @Test("The predicates are those of the version")
    func predicates() throws {
        for text in ["127.0.0.2", "::1", "::ffff:127.0.0.1"] {
            let address = try #require(IPAddress(text))
            #expect(address.isLoopback && !address.isAny, "\(text)")
            #expect(address.unmapped.isLoopback)
        }
        for text in ["0.0.0.0", "::", "::ffff:0.0.0.0"] {
            let address = try #require(IPAddress(text))
            #expect(address.isAny && !address.isLoopback, "\(text)")
            #expect(address.unmapped.isAny)
        }
    }
}
