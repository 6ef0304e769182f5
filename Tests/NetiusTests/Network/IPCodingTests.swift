import Foundation
import Netius
import Testing

@Suite struct IPCodingTests {
    private func roundTrip<Value: Codable & Equatable>(_ value: Value, _ text: String) throws {
        let data = try JSONEncoder().encode([value])
        #expect(String(decoding: data, as: UTF8.self).replacing("\\/", with: "/") == "[\"\(text)\"]")
        #expect(try JSONDecoder().decode([Value].self, from: data) == [value])
    }

    @Test("Addresses, networks and interfaces are coded as their text")
    func roundTrips() throws {
        try roundTrip(IPv4Address.loopback, "127.0.0.1")
        try roundTrip(IPv6Address.loopback, "::1")
        try roundTrip(IPAddress.v4(.loopback), "127.0.0.1")
        try roundTrip(IPAddress.v6(.loopback), "::1")
        try roundTrip(try IPv4Network(parsing: "10.0.0.0/8"), "10.0.0.0/8")
        try roundTrip(try IPv6Network(parsing: "2001:db8::/32"), "2001:db8::/32")
        try roundTrip(try IPNetwork(parsing: "2001:db8::/32"), "2001:db8::/32")
        try roundTrip(try IPInterface(parsing: "10.1.2.3/8"), "10.1.2.3/8")
    }

    @Test("A zone is coded as its index, though it is printed by name")
    func zones() throws {
        guard let interface = AddressOracle.interface else { return }
        let address = try IPv6Address(parsing: "fe80::1%\(interface.name)")
        try roundTrip(address, "fe80::1%\(interface.index)")
        try roundTrip(IPAddress.v6(address), "fe80::1%\(interface.index)")
        try roundTrip(IPInterface(.v6(address), prefixLength: 64), "fe80::1%\(interface.index)/64")
    }

    @Test(
        "What is not the text of one is refused",
        arguments: [#"["10.0.0.1/8"]"#, #"["10.0.0.0/33"]"#, #"[""]"#, "[1]", "[null]", "[[]]", #"[{"v4": {}}]"#])
    func refusing(_ json: String) {
        let data = Data(json.utf8)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([IPNetwork].self, from: data) }
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([IPAddress].self, from: data) }
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([IPv4Address].self, from: data) }
        if json != #"["10.0.0.1/8"]"# {
            #expect(throws: DecodingError.self) { try JSONDecoder().decode([IPInterface].self, from: data) }
        }
    }
}
