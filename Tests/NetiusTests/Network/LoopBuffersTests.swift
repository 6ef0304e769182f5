import TestSupport
import Testing

@testable import Netius

/// Connections of one loop share one input and one output buffer and take them from each other.
@Suite struct LoopBuffersTests {
    /// One connection with a model of what has to be where.
    private struct Stream {
        let pair: TransportPair
        var toReceive: [UInt8] = []
        var toArrive: [UInt8] = []
    }

    private static let streamCount = 4

    @Test(
        "Random turns of receiving, consuming, appending and sending lose and mix up nothing", arguments: 0..<6 as Range
    )
    func interleavings(seed: Int) async throws {
        try await withLoop { loop in
            var random = SeededRandom(seed: UInt64(seed))
            var streams: [Stream] = []
            for _ in 0..<Self.streamCount { streams.append(Stream(pair: try await TransportPair(on: loop))) }
            for _ in 0..<700 {
                let index = Int.random(in: streams.indices, using: &random)
                try await Self.step(&streams[index], &random)
                if Int.random(in: 0..<6, using: &random) == 0 { await loop.yield() }
            }
            for index in streams.indices { try await Self.finish(&streams[index], loop) }
            for stream in streams { await stream.pair.close() }
        }
    }

    private static func size(_ random: inout SeededRandom) -> Int {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: Int.random(in: 0...200_000, using: &random)
        case 1: 65_536
        case 2: Int.random(in: 60_000...70_000, using: &random)
        default: Int.random(in: 1...300, using: &random)
        }
    }

    private static func step(_ stream: inout Stream, _ random: inout SeededRandom) async throws {
        let pair = stream.pair
        switch Int.random(in: 0..<7, using: &random) {
        case 0, 1:
            let bytes = random.bytes(size(&random))
            stream.toReceive += bytes[..<pair.write(bytes)]
        case 2:
            guard await pair.perform({ $0.unreadCount }) < 500_000 else { return }
            await pair.perform { _ = $0.receive() }
            try await checkUnread(stream)
        case 3:
            try await checkUnread(stream)
            let unread = await pair.perform { $0.unreadCount }
            let count = Bool.random(using: &random) ? unread : Int.random(in: 0...unread, using: &random)
            await pair.perform { $0.consume(count) }
            stream.toReceive.removeFirst(count)
        case 4:
            guard await pair.perform({ $0.unsentCount }) < 500_000 else { return }
            let bytes = random.bytes(size(&random))
            await pair.perform { $0.output.append(bytes) }
            stream.toArrive += bytes
        case 5:
            let body = random.bytes(Bool.random(using: &random) ? 0 : size(&random))
            let dropped = min(body.count, 3)
            let sent = await pair.perform { $0.flush(then: body.dropFirst(dropped)).bodySent }
            stream.toArrive += body.dropFirst(dropped).prefix(sent)
        default:
            let bytes = pair.read(size(&random))
            try #require(stream.toArrive.starts(with: bytes))
            stream.toArrive.removeFirst(bytes.count)
        }
    }

    private static func checkUnread(_ stream: Stream) async throws {
        let expected = stream.toReceive
        let matches = await stream.pair.perform { transport in
            transport.withUnread { unread in
                unread.count == transport.unreadCount && expected.starts(with: [UInt8](unread))
            }
        }
        try #require(matches)
    }

    private static func finish(_ stream: inout Stream, _ loop: EventLoop) async throws {
        let pair = stream.pair
        while !stream.toReceive.isEmpty {
            await pair.perform { _ = $0.receive() }
            try await checkUnread(stream)
            let count = await pair.perform { transport in
                let count = transport.unreadCount
                transport.consume(count)
                return count
            }
            stream.toReceive.removeFirst(count)
            await loop.yield()
        }
        while !stream.toArrive.isEmpty {
            await pair.perform { _ = $0.flush() }
            let bytes = pair.read(1 << 20)
            try #require(stream.toArrive.starts(with: bytes))
            stream.toArrive.removeFirst(bytes.count)
            await loop.yield()
        }
        #expect(await pair.perform { $0.unsentCount } == 0)
        #expect(await pair.perform { $0.unreadCount } == 0)
        #expect(pair.read(1).isEmpty)
    }

    @Test("What was appended is sent at the end of the turn, without being asked to")
    func sentAtEndOfTurn() async throws {
        try await withLoop { loop in
            let pair = try await TransportPair(on: loop)
            await pair.perform { $0.output.append("hello" as StaticString) }
            try await eventually { await pair.perform { $0.unsentCount } == 0 }
            #expect(pair.read(10) == Array("hello".utf8))
            await pair.close()
        }
    }

    @Test("A transport that closes while it holds the buffers leaves nothing in them for others")
    func closedHolder() async throws {
        try await withLoop { loop in
            let first = try await TransportPair(on: loop)
            let second = try await TransportPair(on: loop)
            first.write("secret")
            try await eventually { await first.receive() == "secret" }
            try await loop.run {}
            await first.perform { $0.output.append("dropped" as StaticString) }
            await first.close()
            #expect(await second.unread.isEmpty)
            await second.perform { $0.output.append("own" as StaticString) }
            try await loop.run {}
            try await eventually { await second.perform { $0.unsentCount } == 0 }
            #expect(second.read(100) == Array("own".utf8))
            await second.close()
        }
    }

    @Test("A connection with nothing unread and nothing unsent owns no memory for either")
    func idleOwnsNothing() async throws {
        try await withLoop { loop in
            let pair = try await TransportPair(on: loop)
            for _ in 0..<20 {
                pair.write([UInt8](repeating: 1, count: 50_000))
                try await eventually { !(await pair.receive().isEmpty) }
                await pair.perform { transport in
                    transport.output.append([UInt8](repeating: 2, count: 10_000))
                    transport.consume(transport.unreadCount)
                }
                try await eventually { await pair.perform { $0.unsentCount } == 0 }
                while !pair.read(100_000).isEmpty {}
                while !(await pair.receive().isEmpty) { await pair.perform { $0.consume($0.unreadCount) } }
            }
            let owned = await pair.perform { transport in
                Mirror(reflecting: transport).children.reduce(0) { $0 + (($1.value as? [UInt8])?.capacity ?? 0) }
            }
            #expect(owned == 0)
            await pair.close()
        }
    }
}
