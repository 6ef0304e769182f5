import Testing

@testable import Netius

@Suite("The limit on handshakes")
struct TLSHandshakeLimitTests {
    @Test("As many as allowed may be under way, and one that ends makes room for another")
    func limit() {
        let limit = TLSHandshakeLimit(maximum: 2)
        #expect(limit.begin(from: nil))
        #expect(limit.begin(from: nil))
        #expect(!limit.begin(from: nil))
        #expect(limit.count == 2)
        limit.end(from: nil)
        #expect(limit.begin(from: nil))
        #expect(!limit.begin(from: nil))
    }

    @Test("Less than one counts as one, and an end too many does no harm")
    func extremes() {
        let limit = TLSHandshakeLimit(maximum: -1)
        limit.end(from: nil)
        limit.end(from: .v4(.loopback))
        #expect(limit.count == 0)
        #expect(limit.maximumPerAddress == 1)
        #expect(limit.begin(from: .v4(.loopback)))
        #expect(!limit.begin(from: nil))
        #expect(TLSHandshakeLimit(maximum: 1024).maximumPerAddress == 128)
        #expect(TLSHandshakeLimit(maximum: 1024, perAddress: 0).maximumPerAddress == 1)
        #expect(TLSHandshakeLimit(maximum: 4, perAddress: 99).maximumPerAddress == 99)
    }

    @Test("One address has its share and no more, and leaves the rest to others")
    func addresses() throws {
        let limit = TLSHandshakeLimit(maximum: 16)
        let (first, second) = (try #require(IPAddress("192.0.2.1")), try #require(IPAddress("192.0.2.2")))
        let mapped = try #require(IPAddress("::ffff:192.0.2.1"))
        #expect(limit.begin(from: first))
        #expect(limit.begin(from: mapped))
        #expect(!limit.begin(from: first))
        #expect(!limit.begin(from: mapped))
        #expect(limit.begin(from: second))
        #expect(limit.count == 3)
        limit.end(from: first)
        #expect(limit.begin(from: mapped))
        #expect(!limit.begin(from: first))
    }

    @Test("The addresses that an IPv6 host may choose count as one, those of a link each for itself")
    func networks() throws {
        let limit = TLSHandshakeLimit(maximum: 8)
        let texts = [
            "2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1", "fe80::1%1", "fe80::2%1", "::1", "127.0.0.1",
        ]
        let addresses = try texts.map { try #require(IPAddress($0)) }
        #expect(addresses.map { limit.begin(from: $0) } == [true, false, true, true, true, true, true])
        #expect(limit.addresses == 6)
    }

    @Test("Nothing is kept of an address whose handshakes are over")
    func memory() {
        let limit = TLSHandshakeLimit(maximum: 16)
        for number in 0..<1000 {
            let address = IPAddress.v4(IPv4Address(bits: UInt32(number)))
            #expect(limit.begin(from: address))
            #expect(limit.begin(from: address))
            limit.end(from: address)
            limit.end(from: address)
        }
        #expect(limit.count == 0)
        #expect(limit.addresses == 0)
    }

    @Test("Threads that count at once lose nothing")
    func threads() async {
        let limit = TLSHandshakeLimit(maximum: 10_000)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<1000 { _ = limit.begin(from: nil) } }
            }
        }
        #expect(limit.count == 8000)
    }
}
