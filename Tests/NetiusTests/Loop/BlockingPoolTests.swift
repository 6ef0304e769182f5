import Foundation
import Testing

@testable import Netius

@Suite struct BlockingPoolTests {
    /// Blocks threads until it is opened.
    private final class ThreadGate: Sendable {
        private let semaphore = DispatchSemaphore(value: 0)

        func wait() {
            semaphore.wait()
            semaphore.signal()
        }

        func open() { semaphore.signal() }
    }

    @Test("Work's result comes back, and what it throws")
    func results() async throws {
        struct Failure: Error {}
        try await withDeadline {
            let pool = BlockingPool(maximumThreads: 2)
            let number = try await pool.run { 6 * 7 }
            #expect(number == 42)
            await #expect(throws: Failure.self) { try await pool.run { throw Failure() } }
            let text = try await pool.run { "still there" }
            #expect(text == "still there")
        }
    }

    @Test("No more threads work at a time than are allowed, and all of those do")
    func bounded() async throws {
        try await withDeadline {
            let pool = BlockingPool(maximumThreads: 3)
            let (running, most, done) = (Counter(), Counter(), Counter())
            let gate = ThreadGate()
            let tasks = (0..<60).map { _ in
                Task.detached {
                    try await pool.run {
                        let now = running.add()
                        if now > most.value { most.add(now - most.value) }
                        gate.wait()
                        running.add(-1)
                        done.add()
                    }
                }
            }
            try await eventually { running.value == 3 }
            gate.open()
            for task in tasks { try await task.value }
            #expect(most.value == 3)
            #expect(done.value == 60)
        }
    }

    @Test("Beyond the queue's limit work is refused, not before it, and there is room again afterwards")
    func queueLimit() async throws {
        try await withDeadline {
            for limit in [0, 1, 5] {
                let pool = BlockingPool(maximumThreads: 2, maximumQueue: limit)
                let gate = ThreadGate()
                let tasks = Collector<Task<Int, any Error>>()
                // One after the other, at once: threads that have yet to start count for what they will take.
                let loop = try EventLoop(poller: .underTest)
                try await loop.perform {
                    for number in 0..<(limit + 4) {
                        tasks.add(
                            loop.start {
                                try await pool.run {
                                    gate.wait()
                                    return number
                                }
                            })
                    }
                }
                for _ in 0..<20 { await loop.yield() }
                gate.open()
                for (number, task) in tasks.values.enumerated() {
                    if number < limit + 2 {
                        #expect(try await task.value == number)
                    } else {
                        await #expect(throws: BlockingPoolError.queueFull) { try await task.value }
                    }
                }
                try await pool.run {}
                await loop.shutdown()
            }
        }
    }

    @Test("Work that is cancelled before it begins never runs")
    func cancelBefore() async throws {
        try await withDeadline {
            let pool = BlockingPool(maximumThreads: 1)
            let gate = ThreadGate()
            let blocker = Task.detached { try await pool.run { gate.wait() } }
            let ran = Counter()
            let tasks = (0..<20).map { _ in Task.detached { try await pool.run { _ = ran.add() } } }
            for task in tasks { task.cancel() }
            for task in tasks { await #expect(throws: CancellationError.self) { try await task.value } }
            gate.open()
            try await blocker.value
            try await pool.run {}
            #expect(ran.value == 0)
        }
    }

    @Test("A caller that is cancelled while its work runs is told at once; the work goes on to its end")
    func cancelDuring() async throws {
        try await withDeadline {
            let pool = BlockingPool(maximumThreads: 1)
            let (started, ended) = (Counter(), Counter())
            let gate = ThreadGate()
            let task = Task.detached {
                try await pool.run {
                    started.add()
                    gate.wait()
                    ended.add()
                }
            }
            try await eventually { started.value == 1 }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(ended.value == 0)
            gate.open()
            try await eventually { ended.value == 1 }
        }
    }

    @Test("Work is let go when it is done, though its thread stays")
    func workIsReleased() async throws {
        final class Load: Sendable {
            let count: Counter

            init(_ count: Counter) {
                self.count = count
                count.add()
            }

            deinit {
                count.add(-1)
            }
        }
        try await withDeadline {
            let pool = BlockingPool(maximumThreads: 1)
            let loads = Counter()
            for _ in 0..<3 {
                let load = Load(loads)
                try await pool.run { #expect(load.count.value > 0) }
            }
            try await eventually(within: .seconds(5)) { loads.value == 0 }
        }
    }

    @Test("Many callers at once, some of them cancelled, all get an answer")
    func many() async throws {
        try await withDeadline {
            let pool = BlockingPool(maximumThreads: 8, maximumQueue: 100_000)
            let tasks = (0..<5000).map { number in
                Task.detached {
                    if number % 7 == 0 { withUnsafeCurrentTask { $0?.cancel() } }
                    return try await pool.run { number * 2 }
                }
            }
            for (number, task) in tasks.enumerated() where number % 5 == 0 { task.cancel() }
            for (number, task) in tasks.enumerated() {
                switch await task.result {
                case .success(let result): #expect(result == number * 2)
                case .failure(let error):
                    #expect(error is CancellationError && (number % 7 == 0 || number % 5 == 0))
                }
            }
        }
    }
}
