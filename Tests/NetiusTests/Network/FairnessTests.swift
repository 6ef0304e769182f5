import Testing

@testable import Netius

@Suite struct FairnessTests {
    @Test(
        "A peer that sends without end doesn't keep the loop's other connections and timers waiting",
        arguments: [false, true])
    func flood(echoes: Bool) async throws {
        try await withLoops(3, within: .seconds(120)) { group in
            let (server, flooder, other) = (group.loops[0], group.loops[1], group.loops[2])
            let flood = try await ConnectionPair(on: flooder, and: server)
            let ping = try await ConnectionPair(on: other, and: server)
            let received = Counter()
            flood.second.handle { connection in
                for try await bytes in connection {
                    received.add(bytes.count)
                    if echoes { try await connection.write(bytes) }
                }
            }
            ping.second.handle { connection in
                for try await bytes in connection { try await connection.write(bytes) }
            }
            let sending = flooder.start {
                let bytes = [UInt8](repeating: 0, count: 1 << 20)
                while !Task.isCancelled { try await flood.first.write(bytes) }
            }
            let draining = flooder.start { for try await _ in flood.first {} }
            try await eventually { received.value > 4 << 20 }
            for _ in 0..<10 {
                let start = ContinuousClock.now
                try await ping.first.write("ping")
                #expect(try await ping.first.read() == Array("ping".utf8))
                try await server.sleep(for: .milliseconds(1))
                // So long because the machine may be busy with other tests: without turns there is no answer at all.
                #expect(ContinuousClock.now - start < .seconds(10))
            }
            #expect(received.value > 8 << 20)
            sending.cancel()
            await flood.first.close()
            _ = await draining.result
            await ping.first.close()
        }
    }
}
