import TestSupport
import Testing

@testable import Netius

@Suite("Connections over TLS")
struct ConnectionTLSTests {
    @Test("carry bytes both ways and say what they have agreed on")
    func bothWays() async throws {
        try await withLoops(2) { group in
            let pair = try await ConnectionPair.protected(on: group.loops[0], and: group.loops[1], TLSContexts())
            try await pair.first.write("question")
            #expect(try await pair.second.read(atLeast: 8) == Array("question".utf8))
            try await pair.second.write("answer")
            #expect(try await pair.first.read(atLeast: 6) == Array("answer".utf8))
            let seen = try #require(await pair.first.tls)
            #expect(seen.version == .tls13)
            #expect(seen.cipherSuite.hasPrefix("TLS_"))
            #expect(seen.peerCertificates.count == 1)
            #expect(seen.peerCertificates.first?.dnsNames == ["localhost"])
            let served = try #require(await pair.second.tls)
            #expect(served.serverName == "localhost")
            #expect(served.peerCertificates.isEmpty)
            #expect(!served.isResumed)
            await pair.first.close()
            await pair.second.close()
        }
    }

    @Test("carry much, whole and in order, to a reader that takes its time")
    func bulk() async throws {
        try await withLoops(2) { group in
            let pair = try await ConnectionPair.protected(on: group.loops[0], and: group.loops[1], TLSContexts())
            var random = SeededRandom(seed: 20_261_121)
            let parts = (0..<200).map { _ in
                let count =
                    random.next() % 4 == 0
                    ? Int.random(in: 0...300_000, using: &random) : Int.random(in: 0...300, using: &random)
                return [UInt8]((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ count) })
            }
            async let received = pair.second.readAll()
            for part in parts { try await pair.first.write(part) }
            await pair.first.finishWriting()
            let all = try await received
            #expect(all == parts.flatMap { $0 })
            await pair.first.close()
            await pair.second.close()
        }
    }

    @Test("tell an orderly end from one that was cut off")
    func truncation() async throws {
        try await withLoops(2) { group in
            let contexts = try TLSContexts()
            let orderly = try await ConnectionPair.protected(on: group.loops[0], and: group.loops[1], contexts)
            try await orderly.first.write("all of it")
            await orderly.first.close()
            #expect(try await orderly.second.readAll() == Array("all of it".utf8))
            await orderly.second.close()

            let cut = try await ConnectionPair.protected(on: group.loops[0], and: group.loops[1], contexts)
            try await cut.first.write("a part")
            await cut.first.cutOff()
            #expect(try await cut.second.read(atLeast: 6) == Array("a part".utf8))
            let error = await #expect(throws: TLSError.self) { try await cut.second.read() }
            #expect(error == .truncated)
            await cut.first.close()
            await cut.second.close()
        }
    }

    @Test("end one way and go on the other")
    func halfClose() async throws {
        try await withLoops(2) { group in
            let pair = try await ConnectionPair.protected(on: group.loops[0], and: group.loops[1], TLSContexts())
            try await pair.first.write("question")
            await pair.first.finishWriting()
            #expect(try await pair.second.readAll() == Array("question".utf8))
            try await pair.second.write("answer")
            await pair.second.close()
            #expect(try await pair.first.readAll() == Array("answer".utf8))
            await pair.first.close()
        }
    }

    @Test("never take what came before the handshake for something after it")
    func injection() async throws {
        try await withLoops(2) { group in
            let contexts = try TLSContexts()
            let pair = try await ConnectionPair(on: group.loops[0], and: group.loops[1])
            // Somebody on the way has added a command behind the one that begins TLS (CVE-2011-0411).
            try await pair.first.write("STARTTLS\r\n")
            #expect(try await pair.second.read(atLeast: 10) == Array("STARTTLS\r\n".utf8))
            try await pair.first.write("MAIL FROM:<mallory@example.com>\r\n")
            let failed = Task { try await pair.first.startTLS(contexts.client, serverName: "localhost") }
            let error = await #expect(throws: TLSError.self) { try await pair.second.startTLS(contexts.server) }
            #expect(error == .notTLS)
            await #expect(throws: (any Error).self) { try await failed.value }
            #expect(await pair.second.tls == nil)
        }
    }

    @Test("refuse to begin TLS behind bytes that are unread")
    func unreadPlaintext() async throws {
        try await withLoop { loop in
            let pair = try await TransportPair(on: loop)
            pair.write("STARTTLS\r\nNOOP\r\n")
            _ = await pair.receive()
            let contexts = try TLSContexts()
            let error = await #expect(throws: TLSError.self) {
                try await pair.perform { transport in
                    transport.consume(10)
                    try transport.startTLS(contexts.server.makeSession())
                }
            }
            #expect(error == .plaintextBeforeHandshake)
            await pair.close()
        }
    }

    @Test("give up a handshake that takes too long, or is cancelled")
    func patience() async throws {
        try await withLoops(2) { group in
            let contexts = try TLSContexts()
            let slow = try await ConnectionPair(on: group.loops[0], and: group.loops[1])
            let error = await #expect(throws: TLSError.self) {
                try await slow.first.startTLS(contexts.client, serverName: "localhost", within: .milliseconds(50))
            }
            #expect(error == .timedOut)
            await slow.second.close()

            let cancelled = try await ConnectionPair(on: group.loops[0], and: group.loops[1])
            let task = Task { try await cancelled.second.startTLS(contexts.server) }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            // The other side sees that nobody is there.
            await #expect(throws: (any Error).self) {
                try await cancelled.first.startTLS(contexts.client, serverName: "localhost")
            }
        }
    }

    @Test("refuse a second handshake while one is under way")
    func twice() async throws {
        try await withLoops(2) { group in
            let contexts = try TLSContexts()
            let pair = try await ConnectionPair(on: group.loops[0], and: group.loops[1])
            let tasks = (0..<2).map { _ in Task { try await pair.second.startTLS(contexts.server) } }
            let first = Task { try await pair.first.startTLS(contexts.client, serverName: "localhost") }
            let results = [await tasks[0].result, await tasks[1].result]
            let succeeded = results.filter { (try? $0.get()) != nil }
            #expect(succeeded.count <= 1)
            await pair.second.close()
            _ = await first.result
            await pair.first.close()
        }
    }

    @Test("are protected once")
    func alreadyProtected() async throws {
        try await withLoops(2) { group in
            let contexts = try TLSContexts()
            let pair = try await ConnectionPair.protected(on: group.loops[0], and: group.loops[1], contexts)
            let error = await #expect(throws: TLSError.self) { try await pair.second.startTLS(contexts.server) }
            #expect(error == .alreadyStarted)
            // Nothing has changed.
            try await pair.first.write("question")
            #expect(try await pair.second.read(atLeast: 8) == Array("question".utf8))
            await pair.first.close()
            await pair.second.close()
        }
    }

    @Test("that are cut off within a write do not seem to end there")
    func cutWithinWrite() async throws {
        try await withLoops(2) { group in
            let pair = try await ConnectionPair.protected(on: group.loops[0], and: group.loops[1], TLSContexts())
            let writing = Task { try await pair.first.write([UInt8](repeating: 7, count: 50_000_000)) }
            _ = try await pair.second.read()
            writing.cancel()
            await #expect(throws: (any Error).self) { try await writing.value }
            await #expect(throws: (any Error).self) { try await pair.second.readAll() }
            await pair.second.close()
        }
    }

    @Test("that break while they write leave alone what another has still to send")
    func brokenWrite() async throws {
        try await withLoop { loop in
            let contexts = try TLSContexts()
            let innocent = try await TransportPair(on: loop)
            let broken = try await TransportPair(on: loop)
            // A session that was never shaken hands with cannot write.
            try await broken.perform { try $0.startTLS(contexts.server.makeSession()) }
            let failed = try await loop.run {
                innocent.assumeIsolated { $0.perform { $0.output.append(text: "an answer") } }
                return broken.assumeIsolated { pair in
                    pair.perform { transport in
                        if case .failed = transport.flush(then: [UInt8](repeating: 1, count: 20_000)[...]).0 {
                            return true
                        }
                        return false
                    }
                }
            }
            #expect(failed)
            _ = await innocent.perform { $0.flush() }
            #expect(String(decoding: innocent.read(100), as: UTF8.self) == "an answer")
            await innocent.close()
            await broken.close()
        }
    }
}
