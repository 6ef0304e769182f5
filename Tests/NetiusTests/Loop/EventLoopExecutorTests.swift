import Testing

@testable import Netius

@Suite struct EventLoopExecutorTests {
    @Test("Jobs run in the order in which they came, on the loop's thread")
    func order() async throws {
        try await withLoop { loop in
            let order = Collector<Int>()
            let tasks = (0..<2000).map { number in
                loop.start {
                    order.add(number)
                    return loop.isCurrent
                }
            }
            for task in tasks {
                let isCurrent = try await task.value
                #expect(isCurrent)
            }
            #expect(order.values == Array(0..<2000))
        }
    }

    @Test("Work and jobs posted in turn from one thread keep each its order")
    func mixedOrder() async throws {
        try await withLoop { loop in
            let work = Collector<Int>()
            let jobs = Collector<Int>()
            var tasks: [Task<Void, any Error>] = []
            for number in 0..<500 {
                loop.execute { work.add(number) }
                tasks.append(loop.start { jobs.add(number) })
            }
            for task in tasks { try await task.value }
            try await loop.run {}
            #expect(work.values == Array(0..<500))
            #expect(jobs.values == Array(0..<500))
        }
    }

    @Test("What a job enqueues runs after the jobs that wait already")
    func laterJobs() async throws {
        try await withLoop { loop in
            let order = Collector<String>()
            try await loop.perform {
                let first = loop.start { order.add("first") }
                let second = loop.start {
                    order.add("second")
                    try await loop.start { order.add("third") }.value
                }
                order.add("now")
                try await first.value
                try await second.value
            }
            #expect(order.values == ["now", "first", "second", "third"])
        }
    }

    @Test("An actor on a loop runs on its thread, and calls another there")
    func actors() async throws {
        try await withLoops(2) { group in
            let here = LoopActor(loop: group.loops[0])
            let beside = LoopActor(loop: group.loops[0])
            let elsewhere = LoopActor(loop: group.loops[1])
            #expect(await here.call())
            #expect(await here.callOther(beside) == [true, true, true])
            #expect(await here.callOther(elsewhere) == [true, true, true])
            let isThere = try await group.loops[0].perform {
                here.callAssumingIsolation() && beside.callAssumingIsolation()
            }
            #expect(isThere)
        }
    }

    @Test("The executor knows whether it is isolating the current context")
    func isolation() async throws {
        try await withLoops(2) { group in
            let (loop, other) = (group.loops[0], group.loops[1])
            #expect(loop.actors.isIsolatingCurrentContext() == false)
            #expect(EventLoop.current == nil)
            #expect(!loop.isCurrent)
            try await loop.perform {
                #expect(loop.actors.isIsolatingCurrentContext() == true)
                #expect(other.actors.isIsolatingCurrentContext() == false)
                #expect(EventLoop.current === loop)
                #expect(!other.isCurrent)
            }
        }
    }

    @Test("To assume isolation off the loop's thread ends the process")
    func assumingWrongly() async {
        await #expect(processExitsWith: .failure) {
            let loop = try EventLoop(poller: .underTest)
            _ = LoopActor(loop: loop).callAssumingIsolation()
        }
    }

    @concurrent private static func concurrentlyIsCurrent(_ loop: EventLoop) async -> Bool { loop.isCurrent }

    private static func plainlyIsCurrent(_ loop: EventLoop) async -> Bool { loop.isCurrent }

    @Test("A task on a loop stays on it across awaits, in any kind of function and in its children")
    func taskStays() async throws {
        try await withLoops(2) { group in
            let (loop, other) = (group.loops[0], group.loops[1])
            let stranger = LoopActor(loop: other)
            try await loop.perform {
                #expect(loop.isCurrent)
                #expect(await Self.plainlyIsCurrent(loop))
                #expect(await Self.concurrentlyIsCurrent(loop))
                try await loop.sleep(for: .milliseconds(1))
                #expect(loop.isCurrent)
                await loop.yield()
                #expect(loop.isCurrent)
                #expect(await stranger.call())
                #expect(loop.isCurrent)
                let isThere = try await other.run { other.isCurrent }
                #expect(isThere)
                #expect(loop.isCurrent)
                let onPool = try await BlockingPool.shared.run { loop.isCurrent }
                #expect(!onPool)
                #expect(loop.isCurrent)
                async let child = Self.concurrentlyIsCurrent(loop)
                #expect(await child)
                await withTaskGroup(of: Bool.self) { children in
                    for _ in 0..<8 { children.addTask { loop.isCurrent } }
                    for await isCurrent in children { #expect(isCurrent) }
                }
                #expect(loop.isCurrent)
            }
        }
    }

    @Test("Every job runs when many threads post at once")
    func storm() async throws {
        try await withLoop { loop in
            let (threads, each) = (16, 2000)
            let total = threads * each
            let (work, jobs) = (Counter(), Counter())
            for thread in 0..<threads {
                try Thread.start(name: "storm-\(thread)") {
                    for number in 0..<each {
                        loop.execute { work.add() }
                        if number % 4 == 0 { _ = loop.start { jobs.add() } }
                    }
                }
            }
            try await eventually { work.value == total && jobs.value == total / 4 }
            try await loop.run {}
            #expect(work.value == total)
            #expect(jobs.value == total / 4)
        }
    }

    @Test("Actors on one loop that are called from everywhere lose no call")
    func actorStorm() async throws {
        try await withLoops(2) { group in
            let actors = (0..<4).map { LoopActor(loop: group.loops[$0 % 2]) }
            let callers = (0..<64).map { number in
                Task.detached {
                    for call in 0..<50 { _ = await actors[(number + call) % 4].call() }
                }
            }
            for caller in callers { await caller.value }
            var calls = 0
            for actor in actors { calls += await actor.calls }
            #expect(calls == 64 * 50)
        }
    }
}
