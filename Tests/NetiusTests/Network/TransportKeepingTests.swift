import Testing

@testable import Netius

@Suite("What a transport keeps of its input", .timeLimit(.minutes(1)))
struct TransportKeepingTests {
    @Test("What was consumed is given back, though something is always unread")
    func consumed() async throws {
        try await withLoop { loop in
            let pair = try await TransportPair(on: loop)
            let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1000)
            for round in 0..<1000 {
                #expect(pair.write(piece) == piece.count)
                let (unread, kept) = await pair.perform { transport in
                    _ = transport.receive()
                    // Another connection takes the buffer, so that what is unread is kept.
                    transport.keepUnread()
                    transport.consume(transport.unreadCount - 1)
                    return (transport.unreadCount, transport.state.kept.count)
                }
                #expect(unread == 1)
                try #require(kept <= 4 * piece.count, "after \(round) pieces")
            }
            await pair.close()
        }
    }
}
