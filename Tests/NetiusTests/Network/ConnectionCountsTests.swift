import Netius
import Testing

@Suite("The count of connections")
struct ConnectionCountsTests {
    private func peer(_ text: String) throws -> SocketAddress {
        .ip(try #require(IPAddress(text)), port: 1)
    }

    @Test("As many as allowed may be there, in all and of one address, and one that ends makes room for another")
    func limits() throws {
        let counts = ConnectionCounts(maximum: 3, maximumPerAddress: 2)
        let (first, second) = (try peer("192.0.2.1"), try peer("192.0.2.2"))
        #expect(counts.add(first) && counts.add(first))
        #expect(!counts.add(first))
        #expect(counts.add(second))
        #expect(!counts.add(second))
        counts.remove(first)
        #expect(counts.add(second))
        #expect(!counts.add(.unix(path: "/x")))
        counts.remove(second)
        #expect(counts.add(.unix(path: "/x")))
    }

    @Test("The addresses that an IPv6 host may choose from count as one, and a mapped one is the IPv4 address")
    func hosts() throws {
        let counts = ConnectionCounts(maximum: 100, maximumPerAddress: 1)
        let texts = [
            "2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1", "fe80::1%1", "fe80::2%1", "192.0.2.1",
            "::ffff:192.0.2.1",
        ]
        let peers = try texts.map(peer)
        #expect(peers.map(counts.add) == [true, false, true, true, true, true, false])
        counts.remove(peers[1])
        #expect(counts.add(peers[0]))
        #expect(!counts.add(peers[1]))
    }
}
