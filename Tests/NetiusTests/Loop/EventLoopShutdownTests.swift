import Testing

@testable import Netius

@Suite struct EventLoopShutdownTests {
    @Test("Shutting down cancels those who sleep, from on and off the loop")
    func sleepers() async throws {
        try await withDeadline {
            let loop = try EventLoop(poller: .underTest)
            let tasks = [
                loop.start { try await loop.sleep(for: .seconds(3600)) },
                Task.detached { try await loop.sleep(for: .seconds(3600)) },
            ]
            try await eventually { try await loop.run { loop.timers.count == 2 } }
            await loop.shutdown()
            for task in tasks { await #expect(throws: CancellationError.self) { try await task.value } }
            await #expect(throws: CancellationError.self) { try await loop.sleep(for: .seconds(3600)) }
        }
    }

    @Test("Shutting down cancels those who read, write, accept and receive")
    func waiters() async throws {
        try await withDeadline {
            let group = try LoopGroup(count: 2, poller: .underTest)
            let (loop, other) = (group.loops[0], group.loops[1])
            let pair = try await ConnectionPair(on: loop, and: other)
            let listener = try await Listener.bind(port: 0, on: loop)
            let datagram = try await Datagram.bind(.ip(.v4(.loopback), port: 0), on: loop)
            let tasks: [Task<Void, any Error>] = [
                loop.start { _ = try await pair.first.read() },
                loop.start { while true { try await pair.first.write([UInt8](repeating: 0, count: 1 << 20)) } },
                loop.start { _ = try await listener.accept() },
                loop.start { _ = try await datagram.receive() },
            ]
            try await loop.sleep(for: .milliseconds(20))
            await loop.shutdown()
            for task in tasks {
                guard case .failure(let error) = await task.result else {
                    Issue.record("a wait ended as if nothing had been")
                    continue
                }
                #expect(error is CancellationError || error as? ConnectionError == .cancelled)
            }
            await group.shutdown()
        }
    }

    @Test("A task that goes on waiting after its loop has ended is told each time")
    func waitingOn() async throws {
        try await withDeadline {
            let group = try LoopGroup(count: 2, poller: .underTest)
            let pair = try await ConnectionPair(on: group.loops[0], and: group.loops[1])
            await pair.first.setTimeouts(read: .seconds(5), write: .seconds(5))
            let reads = Collector<Bool>()
            let task = group.loops[0].start {
                for _ in 0..<3 {
                    do {
                        _ = try await pair.first.read()
                    } catch {
                        reads.add(error as? ConnectionError == .cancelled)
                    }
                }
                try await pair.first.write([UInt8](repeating: 0, count: 64 << 20))
            }
            try await group.loops[0].sleep(for: .milliseconds(5))
            await group.loops[0].shutdown()
            await #expect(throws: ConnectionError.cancelled) { try await task.value }
            #expect(reads.values == [true, true, true])
            await group.shutdown()
        }
    }

    @Test("Nothing can be opened on a loop that has ended")
    func registering() async throws {
        try await withDeadline {
            let loop = try EventLoop(poller: .underTest)
            await loop.shutdown()
            await #expect(throws: EventLoopError.shutDown) { _ = try await Listener.bind(port: 0, on: loop) }
            await #expect(throws: EventLoopError.shutDown) {
                _ = try await Datagram.bind(.ip(.v4(.loopback), port: 0), on: loop)
            }
        }
    }

    @Test("Jobs and work that come too late still run, on a thread of the loop's")
    func late() async throws {
        try await withDeadline {
            let loop = try EventLoop(poller: .underTest)
            await loop.shutdown()
            for _ in 0..<50 {
                #expect(try await loop.perform { loop.isCurrent })
                #expect(await LoopActor(loop: loop).call())
            }
            await withCheckedContinuation { continuation in loop.execute { continuation.resume() } }
        }
    }

    @Test("A task may shut down the loop that it runs on")
    func fromWithin() async throws {
        try await withDeadline(.seconds(20)) {
            let loop = try EventLoop(poller: .underTest)
            let isCurrent = try await loop.perform {
                await loop.shutdown()
                return loop.isCurrent
            }
            #expect(isCurrent)
        }
    }

    @Test("All who shut a loop down wait until it has ended")
    func twice() async throws {
        try await withDeadline {
            let loop = try EventLoop(poller: .underTest)
            let sleeper = loop.start { try? await loop.sleep(for: .seconds(3600)) }
            let ended = Counter()
            loop.start {
                _ = await sleeper.result
                ended.add()
            }
            let callers = (0..<8).map { _ in
                Task.detached {
                    await loop.shutdown()
                    return ended.value
                }
            }
            for caller in callers { #expect(await caller.value == 1) }
            await loop.shutdown()
        }
    }

    @Test("A task outlives the loop that it prefers, though nobody else holds the loop")
    func taskOutlivesLoop() async throws {
        try await withDeadline {
            for _ in 0..<20 {
                let gate = Gate()
                var loop: EventLoop? = try EventLoop(poller: .underTest)
                let task = loop?.start {
                    await gate.wait()
                    return EventLoop.current != nil
                }
                await loop?.shutdown()
                loop = nil
                await gate.open()
                #expect(try await task?.value == true)
            }
        }
    }

    #if os(Linux)
        @Test("Two hundred loops, with something going on in each, leave no thread and no descriptor")
        func leaks() async {
            await #expect(processExitsWith: .success) {
                try await withDeadline {
                    try await Self.liveOnce()
                    let descriptors = ProcessResources.descriptors
                    let threads = ProcessResources.threads
                    for _ in 0..<200 { try await Self.liveOnce() }
                    // The last thread may be on its way out still; Swift's own pool may have one more than before.
                    try? await eventually {
                        ProcessResources.threads <= threads + 1 && ProcessResources.descriptors <= descriptors
                    }
                    #expect(ProcessResources.threads <= threads + 1)
                    #expect(ProcessResources.descriptors <= descriptors)
                }
            }
        }

        private static func liveOnce() async throws {
            let loop = try EventLoop(poller: .underTest)
            let sleeper = loop.start { try await loop.sleep(for: .seconds(3600)) }
            let pair = try await ConnectionPair(on: loop, and: loop)
            let reader = loop.start { try await pair.first.read() }
            #expect(await LoopActor(loop: loop).call())
            await loop.shutdown()
            _ = await sleeper.result
            _ = await reader.result
        }
    #endif

    // Used by one task.
    private final class WeakLoop: @unchecked Sendable {
        weak var loop: EventLoop?

        init(_ loop: EventLoop) {
            self.loop = loop
        }
    }

    private static func endedLoop() async throws -> WeakLoop {
        let loop = try EventLoop(poller: .underTest)
        #expect(try await loop.perform { loop.isCurrent })
        await loop.shutdown()
        return WeakLoop(loop)
    }

    @Test("A loop is freed after it has ended")
    func freed() async throws {
        try await withDeadline {
            let weakly = try await Self.endedLoop()
            try await eventually { weakly.loop == nil }
        }
    }
}
