import Netius
import Testing

@Suite struct IPv6ZoneTests {
    @Test(
        "A zone is read as an index where the address has zones",
        arguments: ["fe80::1", "febf::1", "ff02::fb", "ff01::1", "ff0d::1", "ff12::1"])
    func index(_ text: String) throws {
        let address = try #require(IPv6Address(text + "%4294967295"))
        let plain = try #require(IPv6Address(text))
        #expect(address.zone == .max && address.isZoned)
        #expect(address.bits == plain.bits && address != plain && plain.zone == 0)
        #expect(address.octets == plain.octets)
        #expect(address.description == text + "%4294967295")
        #expect(IPv6Address(bits: plain.bits, zone: .max) == address)
        #expect(IPv6Address(octets: plain.octets, zone: .max) == address)
    }

    @Test("Zone 0 is no zone")
    func zero() {
        #expect(IPv6Address("fe80::1%0") == IPv6Address("fe80::1"))
        #expect(IPv6Address("fe80::1%0")?.description == "fe80::1")
    }

    @Test(
        "An address of global scope never has a zone, so that it equals itself",
        arguments: ["::", "::1", "2001:db8::1", "fd00::1", "fec0::1", "ff0e::1", "ff00::1", "::ffff:169.254.0.1"])
    func global(_ text: String) throws {
        let address = try #require(IPv6Address(text))
        #expect(!address.isZoned)
        #expect(IPv6Address(bits: address.bits, zone: 7) == address)
        #expect(IPv6Address(octets: address.octets, zone: 7) == address)
    }

    @Test("A zone is read and printed as the name of the interface that has its index")
    func name() throws {
        guard let interface = AddressOracle.interface else { return }
        let named = try #require(IPv6Address("fe80::1%\(interface.name)"))
        #expect(named.zone == interface.index)
        #expect(named == IPv6Address("fe80::1%\(interface.index)"))
        #expect(named.description == "fe80::1%\(interface.name)")
        #expect(IPv6Address(named.description) == named)
        #expect(IPv6Address("2001:db8::1%\(interface.name)") == nil)
        #expect(IPv6Address("fe80::1%\(interface.name)x") == nil)
        #expect(IPv6Address("fe80::1%\(interface.name) ") == nil)
    }
}
