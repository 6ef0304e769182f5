import Netius
import Testing

@Suite struct IPInterfaceTests {
    @Test("An interface is an address and the network that it is in")
    func parts() throws {
        let interface = try IPInterface(parsing: "192.0.2.5/24")
        #expect(interface.address == IPAddress("192.0.2.5") && interface.network == IPNetwork("192.0.2.0/24"))
        #expect(interface.description(in: .prefixLength) == "192.0.2.5/24")
        #expect(interface.description(in: .netmask) == "192.0.2.5/255.255.255.0")
        #expect(interface.description(in: .hostmask) == "192.0.2.5/0.0.0.255")
        #expect(IPInterface("192.0.2.5/255.255.255.0") == interface && IPInterface("192.0.2.5/0.0.0.255") == interface)
        #expect(try IPInterface(#require(IPAddress("192.0.2.5")), prefixLength: 24) == interface)
        #expect(interface.network.contains(interface.address))
    }

    @Test("Without a slash the network is the address alone")
    func single() {
        #expect(IPInterface("192.0.2.5")?.description == "192.0.2.5/32")
        #expect(IPInterface("2001:db8::1")?.network == IPNetwork("2001:db8::1/128"))
    }

    @Test("The address may have a zone, the network has none")
    func zones() throws {
        let interface = try IPInterface(parsing: "fe80::1%4000000000/64")
        #expect(interface.description == "fe80::1%4000000000/64" && interface.network == IPNetwork("fe80::/64"))
        #expect(interface.exploded == "fe80:0000:0000:0000:0000:0000:0000:0001%4000000000/64")
        #expect(IPInterface(interface.description) == interface && interface != IPInterface("fe80::1/64"))
    }

    @Test("Interfaces are in the order of their networks, then of their addresses")
    func order() {
        let texts = ["10.0.0.9/8", "10.1.0.0/8", "10.0.0.1/16", "11.0.0.0/8", "::5/0", "::1/64", "::2/64"]
        #expect(texts.shuffled().compactMap(IPInterface.init).sorted().map(\.description) == texts)
    }

    @Test(
        "Any other text is refused, and any other length",
        arguments: [
            "", "192.0.2.5/", "192.0.2.5/33", "192.0.2.5/255.0.255.0", "192.0.2.5/24/", "::1/ffff::", "/24", "x",
        ])
    func refusing(_ text: String) throws {
        #expect(IPInterface(text) == nil)
        #expect(throws: IPAddressError.invalidText(text, expected: "an IPv4 or IPv6 address with a prefix length")) {
            try IPInterface(parsing: text)
        }
        for length in [-1, 33, .max, .min] {
            #expect(throws: IPAddressError.invalidPrefixLength(length, allowed: 0...32)) {
                try IPInterface(.v4(.loopback), prefixLength: length)
            }
        }
    }
}
