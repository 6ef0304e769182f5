import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

/// Makes frames, most of which are in order.
private struct RandomFrames {
    var random: SeededGenerator
    /// The streams of the connection that were opened last, and of these the ones that were not ended.
    private var streams: [UInt32] = []
    private var unended: [UInt32] = []

    init(seed: Int) { random = SeededGenerator(seed: UInt64(seed)) }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    private mutating func happens(oneIn count: Int) -> Bool { number(1...count) == 1 }

    private mutating func bytes(upTo count: Int) -> [UInt8] {
        [UInt8](repeating: UInt8(number(0...255)), count: number(0...count))
    }

    /// Forgets the streams of another connection.
    mutating func reconnect() { (streams, unended) = ([], []) }

    private mutating func stream() -> UInt32 { streams.randomElement(using: &random) ?? 1 }

    /// One that may have content, mostly.
    private mutating func unendedStream(ends: Bool) -> UInt32 {
        guard let stream = unended.randomElement(using: &random), !happens(oneIn: 100) else { return stream() }
        if ends { unended.removeAll { $0 == stream } }
        return stream
    }

    private mutating func open(_ client: RawHTTP2Client) -> [RawFrame] {
        let paths = ["/", "/echo", "/size", "/wait", "/trailers", "/zeros/70000", "/stream/3"]
        let stream = client.newStream()
        streams = streams.suffix(8) + [stream]
        var fields = happens(oneIn: 4) ? [("priority", "u=\(number(0...7))\(happens(oneIn: 2) ? ", i" : "")")] : []
        if happens(oneIn: 8) { fields.append(("content-length", "\(number(0...30_000))")) }
        if happens(oneIn: 8) { fields.append(("expect", "100-continue")) }
        if happens(oneIn: 30) { fields.append(("X-Malformed", "a")) }
        var block = client.block(happens(oneIn: 3) ? "POST" : "GET", paths[number(0...6)], fields)
        if happens(oneIn: 3) { block += RawHPACK.literal("x-\(number(0...9))", "value", .incremental) }
        let ends = happens(oneIn: 2)
        if !ends { unended.append(stream) }
        guard happens(oneIn: 5) else {
            let frame = RawFrame.headers(stream, block, ends: ends)
            return [happens(oneIn: 6) ? frame.padded(UInt8(number(0...50))) : frame]
        }
        let cut = number(0...block.count)
        return [
            .headers(stream, Array(block.prefix(cut)), ends: ends, isWhole: false),
            .continuation(stream, Array(block.dropFirst(cut))),
        ]
    }

    mutating func next(_ client: RawHTTP2Client) -> [RawFrame] {
        switch unended.isEmpty ? 0 : number(0...40) {
        case 0...11: return open(client)
        case 12...22:
            let ends = happens(oneIn: 4)
            let frame = RawFrame.data(unendedStream(ends: ends), bytes: bytes(upTo: 3000), ends: ends)
            return [happens(oneIn: 4) ? frame.padded(UInt8(number(0...255))) : frame]
        case 23...25: return [.reset(unendedStream(ends: true))]
        case 26...29: return [.windowUpdate(happens(oneIn: 3) ? 0 : stream(), UInt32(number(1...100_000)))]
        case 30: return [.windowUpdate(stream(), happens(oneIn: 2) ? 0 : 1 << 31 - 1)]
        case 31: return [.priority(stream(), on: stream())]
        case 32...33: return [.priorityUpdate(stream() + (happens(oneIn: 2) ? 20 : 0), "u=\(number(0...9)), i")]
        case 34...35:
            let values: [(UInt16, UInt32)] = [
                (RawFrame.Setting.initialWindowSize, UInt32(number(0...200_000))),
                (RawFrame.Setting.maximumFrameSize, UInt32(number(16_384...100_000))),
                (RawFrame.Setting.headerTableSize, UInt32(number(0...5000))), (0xABCD, 7),
            ]
            return [.settings(values[number(0...3)])]
        case 36...37: return [.headers(unendedStream(ends: true), RawHPACK.block([("x-trailer", "a")]))]
        case 38: return [RawFrame(kind: UInt8(number(0x11...0xFF)), stream: stream(), payload: bytes(upTo: 100))]
        case 39: return [.ping(UInt64(number(0...1000)))]
        default:
            // Anything at all.
            guard happens(oneIn: 8) else { return [.data(unendedStream(ends: false))] }
            let kind = UInt8(number(0...10))
            return [RawFrame(kind: kind, flags: UInt8(number(0...255)), stream: stream(), payload: bytes(upTo: 20))]
        }
    }
}

@Suite("HTTP/2 abuse: random frames", .timeLimit(.minutes(5)))
struct HTTP2RandomFramesTests {
    @Test(
        "Whatever a client sends, what it is sent is in order, nothing is left behind, others go on", arguments: 1...12)
    func random(seed: Int) async throws {
        var frames = RandomFrames(seed: seed)
        try await withHTTP2Server(over: seed.isMultiple(of: 4) ? .tls : .clear) {
            // So that it takes a while.
            $0.http2.streamErrors = .init(burst: 10_000, perSecond: 0)
            $0.lingerTimeout = .milliseconds(100)
        } _: { server in
            let bystander = try await server.connect()
            for _ in 0..<6 {
                frames.reconnect()
                let client = try await server.connect(opensWindows: frames.number(0...1) == 0)
                for _ in 0..<40 where !client.isEnded && client.goAways.isEmpty {
                    try await exchange(client, &frames)
                }
                // In order or not.
                if frames.number(0...1) == 0 { await client.connection.abort() } else { await client.close() }
            }
            try await bystander.expectLife()
            await bystander.close()
            server.release.open()
            try await server.server.waitForConnections(0)
            #expect(server.handled.count > 10)
        }
    }

    /// Sends some frames, in pieces, and reads until the server has taken them, or ended the connection.
    private func exchange(_ client: RawHTTP2Client, _ frames: inout RandomFrames) async throws {
        var octets: [UInt8] = []
        for _ in 0..<frames.number(1...12) {
            let next = frames.next(client)
            for frame in next { client.windows.sent(frame) }
            octets += next.flatMap(\.octets)
        }
        do {
            while !octets.isEmpty {
                let piece = octets.prefix(frames.number(1...5000))
                octets.removeFirst(piece.count)
                try await client.send(octets: Array(piece))
            }
        } catch is SystemError {}
        try await client.roundTripOrEnd()
    }
}
