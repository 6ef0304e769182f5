import TestSupport
import Testing

@testable import Netius

@Suite struct EventLoopSleepTests {
    @Test("A sleep takes at least as long as it is told, from on and off the loop")
    func duration() async throws {
        try await withLoop { loop in
            for _ in 0..<5 {
                let start = ContinuousClock.now
                try await loop.sleep(for: .milliseconds(3))
                #expect(ContinuousClock.now - start >= .milliseconds(3))
            }
            try await loop.perform {
                let start = ContinuousClock.now
                try await loop.sleep(for: .milliseconds(3))
                #expect(ContinuousClock.now - start >= .milliseconds(3))
            }
        }
    }

    @Test("A sleep is no shorter for the time that the loop's turn has taken before it")
    func durationAfterWork() async throws {
        try await withLoop { loop in
            try await loop.perform {
                await loop.yield()
                let busy = ContinuousClock.now
                while ContinuousClock.now - busy < .milliseconds(20) {}
                let start = ContinuousClock.now
                try await loop.sleep(for: .milliseconds(10))
                #expect(ContinuousClock.now - start >= .milliseconds(10))
            }
        }
    }

    @Test("Sleeps end in the order of their deadlines, whatever the order they began in")
    func order() async throws {
        try await withLoop { loop in
            let order = Collector<Int>()
            let begin = MonotonicTime.now + .milliseconds(20)
            var tasks: [Task<Void, any Error>] = []
            for number in [7, 2, 9, 0, 4, 1, 8, 3, 6, 5] {
                tasks.append(
                    loop.start {
                        try await loop.sleep(until: begin + .milliseconds(number * 3))
                        order.add(number)
                    })
            }
            for task in tasks { try await task.value }
            #expect(order.values == Array(0..<10))
        }
    }

    @Test("A deadline that has passed ends the sleep at once, and so does no time at all")
    func past() async throws {
        try await withLoop { loop in
            try await loop.sleep(until: MonotonicTime(nanoseconds: 0))
            try await loop.sleep(for: .zero)
            try await loop.sleep(for: .seconds(-5))
        }
    }

    @Test("A sleeper that is cancelled throws at once", arguments: [true, false])
    func cancelled(onLoop: Bool) async throws {
        try await withLoop { loop in
            let body: @Sendable () async throws -> Void = { try await loop.sleep(for: .seconds(3600)) }
            let task = onLoop ? loop.start(body) : Task.detached { try await body() }
            try await eventually { try await loop.run { loop.timers.count == 1 } }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            let left = try await loop.run { loop.timers.count }
            #expect(left == 0)
        }
    }

    @Test("A task that was cancelled before doesn't begin to sleep", arguments: [true, false])
    func cancelledBefore(onLoop: Bool) async throws {
        try await withLoop { loop in
            let body: @Sendable () async throws -> Void = {
                withUnsafeCurrentTask { $0?.cancel() }
                try await loop.sleep(for: .seconds(3600))
            }
            let task = onLoop ? loop.start(body) : Task.detached { try await body() }
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test("Sleeps that are cancelled as they expire end once, either way")
    func cancelledAtExpiry() async throws {
        try await withLoop { loop in
            var random = SeededRandom(seed: 3)
            var tasks: [Task<Void, any Error>] = []
            for number in 0..<300 {
                let body: @Sendable () async throws -> Void = { try await loop.sleep(for: .milliseconds(2)) }
                let task = number % 2 == 0 ? loop.start(body) : Task.detached { try await body() }
                tasks.append(task)
                let pause = Duration.microseconds(.random(in: 0..<3000, using: &random))
                _ = Task.detached {
                    try await Task.sleep(for: pause)
                    task.cancel()
                }
            }
            for task in tasks {
                if case .failure(let error) = await task.result { #expect(error is CancellationError) }
            }
            let left = try await loop.run { loop.timers.count }
            #expect(left == 0)
        }
    }

    @Test("An endless sleep can be cancelled, and keeps nothing busy")
    func endless() async throws {
        try await withLoop { loop in
            let task = loop.start { try await loop.sleep(for: .seconds(Int64.max)) }
            try await eventually { try await loop.run { loop.timers.count == 1 } }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test("Many tasks sleep at once")
    func many() async throws {
        try await withLoop { loop in
            let tasks = (0..<5000).map { number in
                loop.start { try await loop.sleep(for: .milliseconds(number % 50)) }
            }
            for task in tasks { try await task.value }
        }
    }
}
