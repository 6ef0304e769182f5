import Testing

@testable import Netius

@Suite("The limit on handshakes")
struct TLSHandshakeLimitTests {
    @Test("As many as allowed may be under way, and one that ends makes room for another")
    func limit() {
        let limit = TLSHandshakeLimit(maximum: 2)
        #expect(limit.begin())
        #expect(limit.begin())
        #expect(!limit.begin())
        #expect(limit.count == 2)
        limit.end()
        #expect(limit.begin())
        #expect(!limit.begin())
    }

    @Test("Less than one counts as one, and an end too many does no harm")
    func extremes() {
        let limit = TLSHandshakeLimit(maximum: -1)
        limit.end()
        #expect(limit.count == 0)
        #expect(limit.begin())
        #expect(!limit.begin())
    }

    @Test("Threads that count at once lose nothing")
    func threads() async {
        let limit = TLSHandshakeLimit(maximum: 10_000)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<1000 { _ = limit.begin() } }
            }
        }
        #expect(limit.count == 8000)
    }
}
