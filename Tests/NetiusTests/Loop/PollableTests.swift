import Testing

@testable import Netius

/// Waits for one end of a pair of sockets, with deadlines that move.
@Suite struct PollableTests {
    private func withPair(_ body: @escaping @Sendable (TransportPair, Pollable) async throws -> Void) async throws {
        try await withLoop { loop in
            let pair = try await TransportPair(on: loop)
            let pollable = await pair.perform { $0.pollable }
            try await loop.perform {
                // As after a read that would block.
                pollable.isReadable = false
                try await body(pair, pollable)
            }
            await pair.close()
        }
    }

    @Test("A wait ends when the descriptor is ready, and at once when it is so already")
    func ready() async throws {
        try await withPair { pair, pollable in
            #expect(await pollable.writable() == .ready)
            pair.write("x")
            #expect(await pollable.readable() == .ready)
            #expect(await pollable.readable() == .ready)
            #expect(await pollable.readable(until: MonotonicTime(nanoseconds: 0)) == .ready)
        }
    }

    @Test("A wait ends at its deadline and not before")
    func deadline() async throws {
        try await withPair { _, pollable in
            for duration in [Duration.milliseconds(1), .milliseconds(30)] {
                let deadline = MonotonicTime.now + duration
                #expect(await pollable.readable(until: deadline) == .timedOut)
                #expect(MonotonicTime.now >= deadline)
            }
            #expect(await pollable.readable(until: MonotonicTime(nanoseconds: 0)) == .timedOut)
        }
    }

    @Test("A deadline that was moved later holds, though the timer was armed for the earlier one")
    func later() async throws {
        try await withPair { pair, pollable in
            let loop = pollable.loop
            let early = loop.start { await pollable.readable(until: .now + .milliseconds(20)) }
            await loop.yield()
            pair.write("x")
            let earlyEnd = try await early.value
            #expect(earlyEnd == .ready)
            #expect(loop.timers.count == 1, "the timer stays where it is")
            #expect(pair.loop.isCurrent)
            pollable.isReadable = false
            let deadline = MonotonicTime.now + .milliseconds(60)
            #expect(await pollable.readable(until: deadline) == .timedOut)
            #expect(MonotonicTime.now >= deadline)
            #expect(loop.timers.count == 0)
        }
    }

    @Test("A deadline that was moved earlier holds as well")
    func earlier() async throws {
        try await withPair { pair, pollable in
            let loop = pollable.loop
            let late = loop.start { await pollable.readable(until: .now + .seconds(3600)) }
            await loop.yield()
            pair.write("x")
            let lateEnd = try await late.value
            #expect(lateEnd == .ready)
            pollable.isReadable = false
            #expect(await pollable.readable(until: .now + .milliseconds(10)) == .timedOut)
            #expect(loop.timers.count == 0)
        }
    }

    @Test("A wait without a deadline isn't ended by the timer of the one before")
    func none() async throws {
        try await withPair { pair, pollable in
            let loop = pollable.loop
            let first = loop.start { await pollable.readable(until: .now + .milliseconds(10)) }
            await loop.yield()
            pair.write("x")
            let firstEnd = try await first.value
            #expect(firstEnd == .ready)
            pollable.isReadable = false
            let second = loop.start { await pollable.readable() }
            try await loop.sleep(for: .milliseconds(30))
            #expect(loop.timers.count == 0)
            #expect(await pollable.readable() == .busy)
            pair.write("y")
            let secondEnd = try await second.value
            #expect(secondEnd == .ready)
        }
    }

    @Test("Reading and writing wait each for its own: readiness, deadline, cancellation")
    func directions() async throws {
        try await withPair { pair, pollable in
            let loop = pollable.loop
            pollable.isWritable = false
            let reader = loop.start { await pollable.readable(until: .now + .milliseconds(10)) }
            let writer = loop.start { await pollable.writable(until: .now + .seconds(3600)) }
            let readerEnd = try await reader.value
            #expect(readerEnd == .timedOut)
            let again = loop.start { await pollable.readable() }
            await loop.yield()
            pollable.cancelWriter()
            let writerEnd = try await writer.value
            #expect(writerEnd == .cancelled)
            pair.write("x")
            let againEnd = try await again.value
            #expect(againEnd == .ready)
        }
    }

    @Test("Closing ends both waits and takes the timer along")
    func close() async throws {
        try await withLoop { loop in
            let pair = try await TransportPair(on: loop)
            let pollable = await pair.perform { $0.pollable }
            try await loop.perform {
                pollable.isReadable = false
                pollable.isWritable = false
                let reader = loop.start { await pollable.readable(until: .now + .seconds(5)) }
                let writer = loop.start { await pollable.writable(until: .now + .seconds(9)) }
                await loop.yield()
                #expect(loop.timers.count == 1)
                await pair.close()
                #expect(loop.timers.count == 0)
                let readerEnd = try await reader.value
                #expect(readerEnd == .cancelled)
                let writerEnd = try await writer.value
                #expect(writerEnd == .cancelled)
                #expect(await pollable.readable() == .cancelled)
                #expect(await pollable.writable() == .cancelled)
                #expect(loop.pollables.count == 0)
            }
        }
    }
}
