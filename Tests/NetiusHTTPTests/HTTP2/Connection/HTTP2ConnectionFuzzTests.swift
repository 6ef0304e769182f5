import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Random frames")
struct HTTP2ConnectionFuzzTests {
    private static func limits() -> HTTP2Limits {
        var limits = HTTP2Limits()
        limits.concurrentStreams = 6
        limits.headerListSize = 400
        limits.headerBlock = 300
        limits.streamErrors = HTTP2Limits.Rate(burst: 40, perSecond: 0)
        limits.emptyData = HTTP2Limits.Rate(burst: 20, perSecond: 0)
        limits.queuedControlFrames = 60
        return limits
    }

    private static func probe(_ role: HTTP2Connection.Role) -> CoreProbe {
        var probe = CoreProbe(role, limits: limits())
        if role == .client { for _ in 0..<3 { _ = probe.open(endsStream: false) } }
        probe.forget()
        return probe
    }

    @Test("Are read alike however they are cut, and end in an error or are taken", arguments: 0..<8)
    func splits(seed: Int) {
        let role: HTTP2Connection.Role = seed % 2 == 0 ? .server : .client
        var generator = FrameGenerator(seed: seed, role: role)
        var codes: Set<HTTP2ErrorCode> = []
        for round in 0..<150 {
            var input: [UInt8] = []
            for _ in 0..<Int.random(in: 1...40, using: &generator.random) {
                input += generator.next().flatMap(\.octets)
            }
            var whole = Self.probe(role)
            whole.feed(input)
            var cut = Self.probe(role)
            let sizes = round % 5 == 0 ? 1...1 : 1...max(1, input.count / 3)
            var pieces: [Int] = []
            var sum = 0
            while sum < input.count {
                pieces.append(Int.random(in: sizes, using: &generator.random))
                sum += pieces[pieces.count - 1]
            }
            cut.feed(input, pieces: pieces)
            let isSame =
                cut.seen == whole.seen && cut.error == whole.error && cut.output.bytes == whole.output.bytes
            guard isSame, whole.violation == nil, cut.violation == nil else {
                Issue.record("seed \(seed), round \(round): \(input) \(pieces)")
                return
            }
            if let error = whole.error { codes.insert(error.code) }
            #expect(whole.output.count <= 2 * input.count + 100)
        }
        #expect(codes.isSuperset(of: [.protocolError, .frameSizeError, .compressionError]))
    }

    @Test("Meet a connection that does something itself, and it holds to its limits", arguments: 0..<8)
    func actions(seed: Int) {
        let role: HTTP2Connection.Role = seed % 2 == 0 ? .server : .client
        var generator = FrameGenerator(seed: seed + 100, role: role)
        for _ in 0..<150 {
            var probe = Self.probe(role)
            for _ in 0..<200 where probe.error == nil {
                if Bool.random(using: &generator.random) {
                    for frame in generator.next() { probe.feed(frame) }
                } else {
                    Self.act(&probe, &generator.random)
                }
                guard Self.check(probe) else { return }
                if Int.random(in: 0..<10, using: &generator.random) == 0 {
                    #expect(probe.sent() != nil)
                    probe.connection.outputDrained()
                }
            }
            #expect(probe.violation == nil)
        }
    }

    private static func act(_ probe: inout CoreProbe, _ random: inout SeededGenerator) {
        let live = probe.connection.streams.slots.filter { probe.connection.streams[$0].id != 0 }
        guard let slot = live.randomElement(using: &random) else {
            if probe.connection.role == .client { _ = probe.open(endsStream: false) }
            return
        }
        let state = probe.connection.streams[slot]
        switch Int.random(in: 0..<6, using: &random) {
        case 0:
            if !state.isLocalEnded { probe.sendHead(slot, endsStream: Bool.random(using: &random)) }
        case 1:
            let count = probe.connection.sendable(slot)
            guard count > 0, !state.isLocalEnded else { return }
            probe.send(
                [UInt8](repeating: 1, count: Int.random(in: 1...count, using: &random)), on: slot,
                endsStream: Int.random(in: 0..<4, using: &random) == 0)
        case 2: probe.connection.reset(slot, .cancel, to: probe.output)
        case 3: probe.connection.release(slot, .cancel, to: probe.output)
        case 4:
            probe.connection.consumed(slot, Int.random(in: 0...40_000, using: &random), to: probe.output)
        default:
            if probe.connection.role == .client { _ = probe.open(endsStream: Bool.random(using: &random)) }
        }
    }

    private static func check(_ probe: CoreProbe) -> Bool {
        let connection = probe.connection
        #expect(connection.streams.count <= 6)
        #expect(connection.earlyPriorities.count <= 6)
        #expect(connection.sendWindow <= 0x7FFF_FFFF)
        #expect(connection.receiveWindow.available <= connection.receiveWindow.size)
        if case .continuation(let open) = connection.phase { #expect(open.block.count <= 300) }
        for slot in connection.streams.slots {
            #expect(connection.streams[slot].sendWindow <= 0x7FFF_FFFF)
            #expect(connection.streams[slot].receiveWindow.available <= connection.streams[slot].receiveWindow.size)
        }
        #expect(probe.kept.count < 16_384 + 9)
        return probe.violation == nil
    }

    @Test("Random octets end the connection soon", arguments: 0..<4)
    func garbage(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 1)
        for _ in 0..<500 {
            var probe = Self.probe(seed % 2 == 0 ? .server : .client)
            let input = (0..<Int.random(in: 0...300, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            probe.feed(input, pieces: [input.count / 2])
            #expect(probe.violation == nil)
            // The length of a frame has three octets, of which the highest is seldom zero.
            if input.count >= 9, input[0] > 0 { #expect(probe.error?.code == .frameSizeError) }
        }
    }
}
