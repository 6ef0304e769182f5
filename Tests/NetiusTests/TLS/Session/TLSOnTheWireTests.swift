import TestSupport
import Testing

@testable import Netius

@Suite("TLS on the wire")
struct TLSOnTheWireTests {
    @Test("is the same however the bytes are cut", arguments: [1, 2, 3, 5, 17, 1000])
    func pieces(count: Int) async throws {
        try await withLoops(2) { group in
            let relay = try await TLSRelay(on: group) { _, bytes in bytes.pieces(of: count) }
            try await relay.shakeHands(TLSContexts())
            let text = [UInt8]((0..<5000).map { UInt8(truncatingIfNeeded: $0) })
            async let received = relay.server.readAll()
            try await relay.client.write(text)
            await relay.client.finishWriting()
            #expect(try await received == text)
            await relay.close()
        }
    }

    @Test("never delivers a byte that was changed on the way")
    func tampering() async throws {
        try await withLoops(2) { group in
            let contexts = try TLSContexts()
            var random = SeededRandom(seed: 7)
            for _ in 0..<40 {
                let place = Int.random(in: 0..<3000, using: &random)
                let bit = UInt8(1) << UInt8.random(in: 0..<8, using: &random)
                let passed = Counter()
                let relay = try await TLSRelay(on: group) { isClients, bytes in
                    guard isClients else { return [bytes] }
                    var bytes = bytes
                    let start = passed.add(bytes.count) - bytes.count
                    if (start..<start + bytes.count).contains(place) { bytes[place - start] ^= bit }
                    return [bytes]
                }
                let sent = [UInt8](repeating: 42, count: 4000)
                do {
                    try await relay.shakeHands(contexts)
                    async let received = Self.readWhatComes(relay.server)
                    try? await relay.client.write(sent)
                    await relay.client.finishWriting()
                    let (bytes, ended) = await received
                    #expect(bytes == Array(sent.prefix(bytes.count)))
                    #expect(!ended, "byte \(place) was changed, and nobody noticed")
                } catch {
                    // The handshake was what was hit.
                }
                await relay.close()
            }
        }
    }

    private static func readWhatComes(_ connection: Connection) async -> ([UInt8], Bool) {
        var all: [UInt8] = []
        do {
            while let bytes = try await connection.read() { all += bytes }
            return (all, true)
        } catch {
            return (all, false)
        }
    }

    @Test("that ends within the handshake, at whatever byte, is an error and no more")
    func cutHandshakes() async throws {
        try await withLoops(2) { group in
            let contexts = try TLSContexts()
            for limit in stride(from: 0, to: 700, by: 23) {
                let passed = Counter()
                let relay = try await TLSRelay(on: group) { isClients, bytes in
                    guard !isClients else { return [bytes] }
                    let start = passed.add(bytes.count) - bytes.count
                    guard start + bytes.count > limit else { return [bytes] }
                    return [Array(bytes.prefix(max(limit - start, 0))), []]
                }
                await #expect(throws: (any Error).self) { try await relay.shakeHands(contexts) }
                await relay.close()
            }
        }
    }

    @Test(
        "that is something else is refused by name",
        arguments: [
            "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "EHLO localhost\r\nEHLO localhost\r\n",
            "SSH-2.0-OpenSSH_9.2\r\n",
        ])
    func otherProtocols(text: String) async throws {
        try await withLoops(2) { group in
            let contexts = try TLSContexts()
            let pair = try await ConnectionPair(on: group.loops[0], and: group.loops[1])
            try await pair.first.write(text)
            let error = await #expect(throws: TLSError.self) { try await pair.second.startTLS(contexts.server) }
            #expect(error == .notTLS)
            await pair.first.close()
        }
    }

    @Test("that is noise is refused")
    func noise() async throws {
        try await withLoops(2) { group in
            let contexts = try TLSContexts()
            var random = SeededRandom(seed: 99)
            for _ in 0..<200 {
                let pair = try await ConnectionPair(on: group.loops[0], and: group.loops[1])
                var bytes = (0..<Int.random(in: 1...300, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                // Half of it looks like a handshake at first.
                if bytes.count > 6, Bool.random(using: &random) {
                    bytes.replaceSubrange(0..<6, with: [22, 3, 1, 0, 200, 1])
                }
                try await pair.first.write(bytes)
                await pair.first.finishWriting()
                await #expect(throws: (any Error).self) { try await pair.second.startTLS(contexts.server) }
                await pair.first.close()
            }
        }
    }

    @Test("that changes its keys goes on, unless it does nothing else", arguments: [0, 1, 33, 3000, 40_000])
    func newKeys(count: Int) async throws {
        try await withLoops(2) { group in
            let contexts = try TLSContexts()
            let pair = try await ConnectionPair(on: group.loops[0], and: group.loops[1])
            let client = try RawTLSClient(contexts.client, over: pair.first)
            let shaken = Task { try await client.shakeHands() }
            try await pair.second.startTLS(contexts.server)
            try await shaken.value
            let updating = Task { try await client.update(count, then: "still here") }
            if count <= 3000 {
                #expect(try await pair.second.read(atLeast: 10) == Array("still here".utf8))
            } else {
                let error = await #expect(throws: TLSError.self) { try await pair.second.read() }
                #expect(error == .malformed("too many records that carry nothing"))
            }
            await pair.second.abort()
            _ = await updating.result
            await pair.first.close()
            await pair.second.close()
        }
    }
}
