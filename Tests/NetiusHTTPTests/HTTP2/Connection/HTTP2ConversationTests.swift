import Netius
import Testing

@testable import NetiusHTTP

@Suite("A client's state and a server's talk to each other")
struct HTTP2ConversationTests {
    private static func limits(_ random: inout SeededGenerator) -> HTTP2Limits {
        var limits = HTTP2Limits()
        limits.streamWindow = [1, 100, 1000, 16_384, 65_535, 200_000].randomElement(using: &random) ?? 100
        limits.maximumStreamWindow = limits.streamWindow * (Bool.random(using: &random) ? 1 : 16)
        limits.connectionWindow = Bool.random(using: &random) ? 65_535 : 1024 * 1024
        limits.headerTableSize = [0, 100, 4096, 10_000].randomElement(using: &random) ?? 0
        limits.concurrentStreams = [1, 3, 100].randomElement(using: &random) ?? 1
        limits.frameSize = Bool.random(using: &random) ? 16_384 : 50_000
        // Who talks octet by octet talks much.
        let rate = HTTP2Limits.Rate(burst: .max, perSecond: 0)
        limits.windowUpdates = rate
        limits.pings = rate
        limits.streamErrors = rate
        limits.resetsByPeer = rate
        return limits
    }

    /// Moves some of what one side has sent to the other.
    private static func carry(
        _ pipe: inout [UInt8], from: inout ModelPeer, to: inout ModelPeer, _ random: inout SeededGenerator, all: Bool
    ) {
        pipe += from.probe.output.bytes
        from.probe.output.removeAll()
        from.probe.connection.outputDrained()
        let count = all ? pipe.count : Int.random(in: 0...pipe.count, using: &random)
        let pieces = (0..<3).map { _ in Int.random(in: 0...max(1, count / 2), using: &random) }
        to.feed(Array(pipe.prefix(count)), pieces: pieces)
        pipe.removeFirst(count)
    }

    @Test("Everything arrives that is not broken off, and nothing gets stuck", arguments: 0..<24)
    func conversation(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 1)
        let (clientLimits, serverLimits) = (Self.limits(&random), Self.limits(&random))
        let largest = min(clientLimits.streamWindow, serverLimits.streamWindow) * 8 % 120_000 + 50
        var client = ModelPeer(.client, limits: clientLimits, largest: largest, seed: seed)
        var server = ModelPeer(.server, limits: serverLimits, largest: largest, seed: seed + 1000)
        var (toServer, toClient): ([UInt8], [UInt8]) = ([], [])
        let mayBreakOff = seed % 3 == 0
        var opened = 0
        for step in 0..<60_000 {
            let isOver = step > 2000
            if !isOver, Int.random(in: 0..<20, using: &random) == 0 {
                client.open()
                opened += 1
            }
            client.act(mayBreakOff: mayBreakOff)
            server.act(mayBreakOff: mayBreakOff)
            if Int.random(in: 0..<6, using: &random) == 0 {
                Self.carry(&toServer, from: &client, to: &server, &random, all: isOver)
            }
            if Int.random(in: 0..<6, using: &random) == 0 {
                Self.carry(&toClient, from: &server, to: &client, &random, all: isOver)
            }
            if let complaint = client.complaint ?? server.complaint {
                Issue.record("step \(step): \(complaint)")
                return
            }
            if isOver, client.isIdle, server.isIdle, toServer.isEmpty, toClient.isEmpty { break }
        }
        #expect(opened > 20)
        #expect(client.isIdle)
        #expect(server.isIdle)
        #expect(client.complete > 0)
        if !mayBreakOff {
            #expect(server.complete == client.complete)
            #expect(client.probe.connection.streams.count == 0)
            #expect(server.probe.connection.streams.count == 0)
        } else {
            #expect(client.brokenOff > 0)
        }
        // The connection's windows are as they were, but for what is not due yet.
        for connection in [client.probe.connection, server.probe.connection] {
            #expect(connection.receiveWindow.available > connection.receiveWindow.size * 3 / 4 - 1)
        }
        #expect(client.probe.connection.sendWindow == server.probe.connection.receiveWindow.available)
        #expect(server.probe.connection.sendWindow == client.probe.connection.receiveWindow.available)
    }
}
