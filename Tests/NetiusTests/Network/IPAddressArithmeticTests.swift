import Netius
import Testing

@Suite struct IPAddressArithmeticTests {
    @Test(
        "Addresses are added to and subtracted from",
        arguments: [
            ("127.0.0.2", 3, "127.0.0.5", "126.255.255.255"), ("127.0.0.2", -3, "126.255.255.255", "127.0.0.5"),
            ("127.0.0.2", 0, "127.0.0.2", "127.0.0.2"), ("::1:0", 0xffff, "::1:ffff", "::1"),
            ("128.0.0.0", 0x7fff_ffff, "255.255.255.255", "0.0.0.1"),
        ])
    func adding(_ text: String, _ distance: Int, _ sum: String, _ difference: String) throws {
        let address = try IPAddress(parsing: text)
        let results = (try address + distance, try address - distance, try address.advanced(by: distance))
        #expect(results.0.description == sum && results.1.description == difference && results.2 == results.0)
    }

    @Test("Each version is added to as itself, by integers of any type")
    func types() throws {
        let second = try IPv4Address.any + 1
        #expect(second.bits == 1)
        #expect(try IPv4Address.any.advanced(by: UInt32.max).bits == .max)
        #expect(try IPv6Address.any.advanced(by: UInt128.max).bits == .max)
        #expect(try IPv6Address(bits: .max).advanced(by: Int128.min).bits == 1 << 127 - 1)
        #expect(try IPAddress.v6(.loopback).advanced(by: -1 as Int8) == .v6(.any))
    }

    @Test("A zone is kept")
    func zones() throws {
        let address = try #require(IPv6Address("fe80::1%4000000000"))
        #expect(try address.advanced(by: 1).description == "fe80::2%4000000000")
        #expect(address.advanced(wrappingBy: .max).description == "fe80::%4000000000")
    }

    @Test("What is beyond the last address, or before the first, is an error")
    func overflow() throws {
        let (last4, last6) = (IPv4Address(bits: .max), IPv6Address(bits: .max))
        #expect(throws: IPAddressError.overflow("255.255.255.255 + 1")) { _ = try last4 + 1 }
        #expect(throws: IPAddressError.overflow("0.0.0.0 - 1")) { _ = try IPv4Address.any - 1 }
        #expect(throws: IPAddressError.overflow(":: - 9223372036854775808")) { _ = try IPv6Address.any + Int.min }
        #expect(throws: IPAddressError.self) { _ = try last6 + 1 }
        #expect(throws: IPAddressError.self) { _ = try last6 - Int.min }
        #expect(throws: IPAddressError.self) { try IPv6Address.loopback.advanced(by: Int128.min) }
        #expect(throws: IPAddressError.self) { try IPv6Address.loopback.advanced(by: UInt128.max) }
        #expect(throws: IPAddressError.self) { try last4.advanced(by: UInt64.max) }
        #expect(last4.advanced(wrappingBy: 1) == .any && last6.advanced(wrappingBy: 1) == .any)
        #expect(IPAddress.v4(last4).advanced(wrappingBy: 1 << 32) == .v4(last4))
    }

    @Test("Distances are signed, and too large ones or those between versions are errors")
    func distances() throws {
        let (first, last) = (IPv4Address.any, IPv4Address(bits: .max))
        #expect(try first.distance(to: last) == 0xffff_ffff)
        #expect(try last.distance(to: first) == -0xffff_ffff)
        #expect(try first.distance(to: first) == 0)
        let half = IPv6Address(bits: 1 << 127 - 1)
        #expect(try IPv6Address.any.distance(to: half) == .max)
        #expect(try half.distance(to: .any) == -.max)
        #expect(throws: IPAddressError.overflow("8000:: - ::")) {
            try IPv6Address.any.distance(to: IPv6Address(bits: 1 << 127))
        }
        #expect(throws: IPAddressError.differentVersions("0.0.0.0", "::1")) {
            try IPAddress.v4(first).distance(to: .v6(.loopback))
        }
    }

    @Test("Adding the distance leads from any address to any other: random addresses")
    func random() throws {
        var random = AddressRandom(seed: 12)
        for _ in 0..<2000 {
            let (first, second) = (random.ipv4(), random.ipv4())
            #expect(try first.advanced(by: first.distance(to: second)) == second)
            let (third, fourth) = (random.ipv6(), random.ipv6())
            if let distance = try? third.distance(to: fourth) {
                #expect(try third.advanced(by: distance) == fourth)
                #expect(try fourth.advanced(by: -distance) == third)
            }
            let step = UInt128(random.next()) << 64 | UInt128(random.next())
            #expect(third.advanced(wrappingBy: step).bits == third.bits &+ step)
            let sum = try? third.advanced(by: step)
            #expect(sum?.bits == (third.bits > .max - step ? nil : third.bits + step))
        }
    }
}
