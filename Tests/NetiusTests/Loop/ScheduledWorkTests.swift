import Testing

@testable import Netius

@Suite struct ScheduledWorkTests {
    @Test("It is done on the loop's thread, not before its time, whichever thread asks for it")
    func done() async throws {
        try await withLoop { loop in
            let (times, done) = AsyncStream<(Bool, MonotonicTime)>.makeStream()
            let start = MonotonicTime.now
            let deadline = start + .milliseconds(10)
            _ = loop.schedule(at: deadline) { done.yield((loop.isCurrent, .now)) }
            try await loop.run { _ = loop.schedule(at: deadline) { done.yield((loop.isCurrent, .now)) } }
            var iterator = times.makeAsyncIterator()
            for _ in 0..<2 {
                let (isOnLoop, time) = try #require(await iterator.next())
                #expect(isOnLoop)
                #expect(time >= deadline)
            }
        }
    }

    @Test("What is called off is not done, and keeps nothing")
    func cancelled() async throws {
        try await withLoop { loop in
            let count = Counter()
            weak var kept: Counter?
            do {
                let held = Counter()
                kept = held
                let elsewhere = loop.schedule(at: .now + .milliseconds(5)) { [held] in
                    held.add(1)
                    count.add(1)
                }
                elsewhere.cancel()
                elsewhere.cancel()
                try await loop.run {
                    let work = loop.schedule(at: .now + .milliseconds(5)) { count.add(1) }
                    work.cancel()
                }
            }
            // Later than both, so that they would have been done.
            try await loop.sleep(for: .milliseconds(20))
            #expect(count.value == 0)
            #expect(kept == nil)
            let timers = try await loop.run { loop.timers.count }
            #expect(timers == 0)
        }
    }

    @Test("It may be called off, or asked for again, while it is done")
    func reentrant() async throws {
        try await withLoop { loop in
            let count = Counter()
            let (ends, ended) = AsyncStream<Void>.makeStream()
            _ = loop.schedule(at: .now) {
                count.add(1)
                _ = loop.schedule(at: .now) {
                    count.add(1)
                    ended.finish()
                }
            }
            for await _ in ends {}
            #expect(count.value == 2)
        }
    }

    @Test("When the loop ends it is not done, and keeps nothing")
    func shutdown() async throws {
        let count = Counter()
        weak var kept: Counter?
        let loop = try EventLoop()
        do {
            let held = Counter()
            kept = held
            _ = loop.schedule(at: .now + .seconds(3600)) { [held] in held.add(1) }
        }
        await loop.shutdown()
        #expect(kept == nil)
        _ = loop.schedule(at: .now) { count.add(1) }
        #expect(count.value == 0)
    }
}
