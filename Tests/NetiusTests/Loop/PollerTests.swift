import Testing

@testable import Netius

@Suite struct PollerTests {
    @Test("The tests' loops wait with the poller that is under test")
    func kind() async throws {
        try await withLoop { loop in
            let name = try await loop.run { String(describing: type(of: loop.poller)) }
            #expect(name.lowercased().hasPrefix(PollerKind.underTest.rawValue))
        }
    }

    @Test("A poller that this build hasn't is an error")
    func missing() {
        for kind in PollerKind.allCases where !PollerKind.available.contains(kind) {
            #expect(throws: SystemError.self) { try EventLoop(poller: kind) }
        }
    }

    @Test("A wait without events ends when its time is over, and not before")
    func timeout() throws {
        let poller = try PollerKind.underTest.makePoller()
        for milliseconds in [0, 1, 25] {
            let start = ContinuousClock.now
            poller.wait(milliseconds: milliseconds) { _ in Issue.record("an event out of nothing") }
            #expect(ContinuousClock.now - start >= .milliseconds(milliseconds))
        }
    }

    #if os(Linux)
        @Test("A loop with nothing to do sleeps: it is woken by what it waits for and nothing else")
        func idle() async throws {
            try await withDeadline {
                let loop = try EventLoop(name: "idle-loop-test", poller: .underTest)
                let pair = try await ConnectionPair(on: loop, and: loop)
                let reader = loop.start { try await pair.first.read() }
                let far = loop.start { try await loop.sleep(for: .seconds(1000)) }
                let thread = try await loop.run { ProcessResources.currentThread }
                try await loop.sleep(for: .milliseconds(50))
                let before = try #require(ProcessResources.sleeps(ofThread: thread))
                try await loop.sleep(for: .milliseconds(400))
                let after = try #require(ProcessResources.sleeps(ofThread: thread))
                // To begin and to end the sleep; the timers' wheel may turn on the way to it, and locks be waited for.
                #expect(after - before <= 20)
                far.cancel()
                await pair.second.close()
                #expect(try await reader.value == nil)
                await loop.shutdown()
            }
        }
    #endif

    @Test("A cap on the wait makes the loop look at least that often, and changes nothing else")
    func longestWait() async throws {
        try await withDeadline {
            let loop = try EventLoop(poller: .underTest, longestWait: .milliseconds(5))
            let start = ContinuousClock.now
            try await loop.sleep(for: .milliseconds(30))
            #expect(ContinuousClock.now - start >= .milliseconds(30))
            #expect(await LoopActor(loop: loop).call())
            await loop.shutdown()
        }
    }
}
