import Foundation
import Testing

@testable import Netius

@Suite struct ConnectionMisuseTests {
    private static let much = [UInt8](repeating: 1, count: 64 << 20)

    private func withPair(_ body: @escaping @Sendable (ConnectionPair) async throws -> Void) async throws {
        try await withLoops(2) { group in
            let pair = try await ConnectionPair(on: group.loops[0], and: group.loops[1])
            try await body(pair)
            await pair.first.close()
            await pair.second.close()
        }
    }

    @Test("Closing ends a read and a write that wait, with an error that says so")
    func closeWhileWaiting() async throws {
        try await withPair { pair in
            let reader = pair.first.loop.start { try await pair.first.read() }
            let writer = pair.first.loop.start { try await pair.first.write(Self.much) }
            try await waitUntilStalled(pair.first)
            await pair.first.close()
            await #expect(throws: ConnectionError.closed) { try await reader.value }
            await #expect(throws: ConnectionError.closed) { try await writer.value }
            await #expect(throws: ConnectionError.closed) { try await pair.first.read() }
            await #expect(throws: ConnectionError.closed) { try await pair.first.write("x") }
            await pair.first.close()
            await pair.first.abort()
            await pair.first.finishWriting()
        }
    }

    /// Lets tasks that were started on the connection's loop come to where they wait.
    private func waitUntilStalled(_ connection: Connection) async throws {
        for _ in 0..<10 { await connection.loop.yield() }
    }

    @Test("Of two tasks that read, or write, the second is refused and the first goes on")
    func concurrent() async throws {
        try await withPair { pair in
            let reader = pair.first.loop.start { try await pair.first.read() }
            let writer = pair.first.loop.start { try await pair.first.write(Self.much) }
            try await waitUntilStalled(pair.first)
            await #expect(throws: ConnectionError.concurrentRead) { try await pair.first.read() }
            await #expect(throws: ConnectionError.concurrentWrite) { try await pair.first.write("x") }
            try await pair.second.write("hello")
            #expect(try await reader.value == Array("hello".utf8))
            #expect(try await pair.second.read(atLeast: Self.much.count).count == Self.much.count)
            try await writer.value
        }
    }

    @Test("A cancelled reader throws and the connection goes on; nothing is lost")
    func cancelReader() async throws {
        try await withPair { pair in
            for round in 0..<20 {
                let onLoop = round % 2 == 0
                let reader =
                    onLoop
                    ? pair.first.loop.start { try await pair.first.read() }
                    : Task.detached { try await pair.first.read() }
                if round % 4 < 2 { await pair.first.loop.yield() }
                reader.cancel()
                await #expect(throws: CancellationError.self) { try await reader.value }
                try await pair.second.write("still here")
                #expect(try await pair.first.read(atLeast: 10) == Array("still here".utf8))
            }
        }
    }

    @Test("A cancelled writer throws and the connection is closed, as the stream has lost its place")
    func cancelWriter() async throws {
        try await withPair { pair in
            let writer = pair.first.loop.start { try await pair.first.write(Self.much) }
            try await waitUntilStalled(pair.first)
            writer.cancel()
            await #expect(throws: CancellationError.self) { try await writer.value }
            await #expect(throws: ConnectionError.closed) { try await pair.first.write("x") }
        }
    }

    @Test("A peer that sends nothing in time ends the read, and may be read from again")
    func readTimeout() async throws {
        try await withPair { pair in
            await pair.first.setTimeouts(read: .milliseconds(20), write: .seconds(60))
            let start = ContinuousClock.now
            await #expect(throws: ConnectionError.readTimedOut) { try await pair.first.read() }
            #expect(ContinuousClock.now - start >= .milliseconds(19))
            await #expect(throws: ConnectionError.readTimedOut) { try await pair.first.read() }
            await pair.first.setTimeouts(read: .seconds(60), write: .seconds(60))
            try await pair.second.write("late")
            #expect(try await pair.first.read() == Array("late".utf8))
        }
    }

    @Test("A peer that takes nothing in time ends the write and the connection")
    func writeTimeout() async throws {
        try await withPair { pair in
            await pair.first.setTimeouts(read: nil, write: .milliseconds(50))
            await #expect(throws: ConnectionError.writeTimedOut) { try await pair.first.write(Self.much) }
            await #expect(throws: ConnectionError.closed) { try await pair.first.write("x") }
        }
    }

    @Test("A peer that is slow but takes something each time doesn't end the write")
    func slowPeer() async throws {
        // Over a pair of sockets, whose buffers are small: TCP's are so large that it is seldom told that there is room.
        try await withLoop { loop in
            let pair = try await TransportPair(on: loop)
            let connection = await pair.perform { Connection($0) }
            let (size, stall) = (10 << 20, Duration.milliseconds(500))
            await connection.setTimeouts(read: nil, write: stall)
            let writer = loop.start { try await connection.write([UInt8](repeating: 1, count: size)) }
            let start = ContinuousClock.now
            var (count, last, longestPause) = (0, start, Duration.zero)
            while count < size, longestPause < stall / 4 {
                count += pair.read(200_000).count
                longestPause = max(longestPause, ContinuousClock.now - last)
                last = .now
                try await Task.sleep(for: .milliseconds(25))
            }
            // On a machine that is busy with other tests the peer may be too slow indeed: that says nothing.
            if longestPause < stall / 4 {
                try await writer.value
                #expect(ContinuousClock.now - start > stall * 2)
            }
            await connection.close()
            _ = await writer.result
            Descriptor.close(pair.peer)
        }
    }

    @Test("A read's deadline doesn't end a write that waits longer, nor the other way round")
    func deadlinesAreSeparate() async throws {
        try await withPair { pair in
            await pair.first.setTimeouts(read: .milliseconds(30), write: .seconds(30))
            let writer = pair.first.loop.start { try await pair.first.write(Self.much) }
            for _ in 0..<3 {
                await #expect(throws: ConnectionError.readTimedOut) { try await pair.first.read() }
            }
            #expect(try await pair.second.read(atLeast: Self.much.count).count == Self.much.count)
            try await writer.value
        }
    }

    @Test("A writer whose peer doesn't read is suspended with little in flight, and an unread connection stops reading")
    func backPressure() async throws {
        try await withPair { pair in
            let written = Counter()
            let writer = pair.first.loop.start {
                let bytes = [UInt8](repeating: 0, count: 100_000)
                for _ in 0..<2000 {
                    try await pair.first.write(bytes)
                    written.add(bytes.count)
                }
            }
            let inFlight = try await written.settled()
            // What the system's socket buffers take (at most 4 MB and 6 MB by Linux's defaults), and no more.
            #expect(inFlight > 0 && inFlight < 24 << 20)
            #expect(try await pair.second.read(atLeast: 200_000_000).count == 200_000_000)
            try await writer.value
        }
    }
}
