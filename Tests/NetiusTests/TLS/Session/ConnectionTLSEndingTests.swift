import Testing

@testable import Netius

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite("The end of a connection over TLS")
struct ConnectionTLSEndingTests {
    @Test("waits for a peer that takes nothing yet, and comes behind all that was written")
    func finishing() async throws {
        try await withLoops(2) { group in
            let pair = try await ConnectionPair.protected(on: group.loops[0], and: group.loops[1], TLSContexts())
            await pair.first.limitBuffer()
            let (written, unsent) = await pair.first.writeAtOnce(upTo: .max)
            #expect(unsent > 0)
            await pair.first.finishWriting()
            let received = try await pair.second.readAll()
            #expect(received.count == written)
            #expect(received.enumerated().allSatisfy { $1 == UInt8(truncatingIfNeeded: $0) })
            await pair.first.close()
            await pair.second.close()
        }
    }

    @Test("takes nothing with it of what the system has taken, however full the socket is")
    func closing() async throws {
        try await withLoops(2) { group in
            let contexts = try TLSContexts()
            // The server's side: a client that has not read the tickets that a server sends resets what it closes.
            let probe = try await ConnectionPair.protected(on: group.loops[0], and: group.loops[1], contexts)
            await probe.second.limitBuffer()
            let (written, unsent) = await probe.second.writeAtOnce(upTo: .max)
            await probe.second.abort()
            await probe.first.close()
            for back in stride(from: 0, to: min(written - unsent, 60_000), by: 3000) {
                let pair = try await ConnectionPair.protected(on: group.loops[0], and: group.loops[1], contexts)
                await pair.second.limitBuffer()
                let (count, left) = await pair.second.writeAtOnce(upTo: written - unsent - back)
                await pair.second.close()
                if left == 0 {
                    let received = await pair.first.readWhatComes()
                    #expect(received == count, "closed \(back) bytes before the socket was full")
                }
                await pair.first.close()
            }
        }
    }
}

extension Connection {
    /// Lets the system take little of what is written at once.
    fileprivate func limitBuffer() {
        var size: CInt = 64 * 1024
        setsockopt(
            transport.pollable.descriptor, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout.size(ofValue: size)))
    }

    /// Writes a thousand bytes at a time until the system takes no more: how many were written, and how many of them,
    /// or of what they became, the system has not taken.
    fileprivate func writeAtOnce(upTo limit: Int) -> (written: Int, unsent: Int) {
        var written = 0
        while written < limit, transport.unsentCount == 0 {
            for _ in 0..<Swift.min(1000, limit - written) {
                transport.output.append(UInt8(truncatingIfNeeded: written))
                written += 1
            }
            guard case .all = transport.flush() else { break }
        }
        return (written, transport.unsentCount)
    }

    /// How many bytes come, in order, whatever comes behind them.
    fileprivate func readWhatComes() async -> Int {
        var count = 0
        while let bytes = try? await read() { count += bytes.count }
        return count
    }
}
