import Netius
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct IPv4AddressTests {
    @Test("Four decimal octets are the number, in network order")
    func reading() throws {
        let address = try #require(IPv4Address("192.0.2.1"))
        #expect(address.bits == 0xc000_0201)
        #expect(address.octets == [192, 0, 2, 1])
        #expect(address.description == "192.0.2.1")
        #expect(IPv4Address("0.0.0.0") == .any)
        #expect(IPv4Address("127.0.0.1") == .loopback)
        #expect(IPv4Address("255.255.255.255")?.bits == .max)
        #expect(IPv4Address("100.10.1.0")?.octets == [100, 10, 1, 0])
    }

    @Test(
        "Any other text is refused",
        arguments: [
            "", ".", "...", "1", "1.2", "1.2.3", "1.2.3.", ".1.2.3", "1.2.3.4.", "1.2.3.4.5", "1..2.3", "1.2..3.4",
            "256.1.1.1", "1.1.1.256", "1.2.3.999", "1.2.3.4294967297", "01.2.3.4", "1.2.3.04", "00.0.0.0", "0.0.0.00",
            "0x7f.0.0.1", "0x7f000001", "2130706433", "127.1", "017700000001", " 1.2.3.4", "1.2.3.4 ", "1.2.3. 4",
            "1.2.3.4\n", "1.2.3.4\0", "\01.2.3.4", "+1.2.3.4", "-1.2.3.4", "1.2.3.-4", "1,2,3,4", "1.2.3.4/24",
            "1.2.3.4:80", "1.2.3.4%1", "[1.2.3.4]", "a.b.c.d", "1.2.3.a", "١.٢.٣.٤", "1.2.3.4\u{301}", "１.2.3.4",
            "1。2。3。4", "::1", "localhost",
        ])
    func refusing(_ text: String) {
        #expect(IPv4Address(text) == nil)
        #expect(IPAddress(text) == nil || text == "::1")
    }

    @Test("Octets make an address when there are four")
    func octets() {
        #expect(IPv4Address(octets: [10, 0, 0, 255]) == IPv4Address("10.0.0.255"))
        #expect(IPv4Address(octets: [9, 10, 0, 0, 255].dropFirst()) == IPv4Address("10.0.0.255"))
        #expect(IPv4Address(octets: []) == nil)
        #expect(IPv4Address(octets: [1, 2, 3]) == nil)
        #expect(IPv4Address(octets: [1, 2, 3, 4, 5]) == nil)
    }

    @Test("The loopback network is 127.0.0.0/8, and the unspecified address is one")
    func predicates() throws {
        #expect(IPv4Address.loopback.isLoopback && !IPv4Address.loopback.isAny)
        #expect(IPv4Address.any.isAny && !IPv4Address.any.isLoopback)
        #expect(try #require(IPv4Address("127.255.255.255")).isLoopback)
        #expect(try !#require(IPv4Address("126.255.255.255")).isLoopback)
        #expect(try !#require(IPv4Address("128.0.0.0")).isLoopback)
        #expect(try !#require(IPv4Address("0.0.0.1")).isAny)
    }

    @Test("Addresses are in the order of their numbers, not of their text")
    func order() {
        let texts = ["0.0.0.0", "2.0.0.0", "10.0.0.0", "10.0.0.9", "10.0.0.10", "128.0.0.0", "255.255.255.255"]
        #expect(texts.shuffled().compactMap(IPv4Address.init).sorted().map(\.description) == texts)
    }

    @Test("Random addresses survive their text and their octets, and the C library agrees")
    func roundTrips() {
        var random = AddressRandom(seed: 4)
        for _ in 0..<20_000 {
            let address = random.ipv4()
            let text = address.description
            guard IPv4Address(text) == address, IPv4Address(octets: address.octets) == address,
                AddressOracle.text(address.octets) == text,
                AddressOracle.octets(text, family: AF_INET) == address.octets
            else {
                Issue.record("\(text) does not survive")
                return
            }
        }
    }

    @Test("What is read of damaged text, inet_pton reads alike")
    func damaged() {
        var random = AddressRandom(seed: 44)
        var accepted = 0
        for _ in 0..<20_000 {
            let text = random.mutation(of: random.ipv4().description)
            guard let address = IPv4Address(text) else {
                #if canImport(Glibc)
                    // Equally strict, except that a C string ends at its first zero.
                    if !text.utf8.contains(0) { #expect(AddressOracle.octets(text, family: AF_INET) == nil, "\(text)") }
                #endif
                continue
            }
            accepted += 1
            #expect(AddressOracle.octets(text, family: AF_INET) == address.octets, "\(text)")
            #expect(address.description == text)
        }
        #expect(accepted > 1000 && accepted < 19_000)
    }

    @Test("Truncated text is read only where the rest is an address")
    func truncations() {
        let text = "192.168.100.123"
        let read = text.indices.map { String(text[..<$0]) }.filter { IPv4Address($0) != nil }
        #expect(read == ["192.168.100.1", "192.168.100.12"])
        let readEnds = text.indices.dropFirst().map { String(text[$0...]) }.filter { IPv4Address($0) != nil }
        #expect(readEnds == ["92.168.100.123", "2.168.100.123"])
    }
}
