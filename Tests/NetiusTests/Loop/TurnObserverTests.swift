import Testing

@testable import Netius

/// Counts the turns that it is told of, and asks for more.
// @unchecked: used on the loop's thread alone, but for the counter.
private final class Observer: TurnObserver, @unchecked Sendable {
    private let loop: EventLoop
    private var left: Int
    let told = Counter()

    init(_ loop: EventLoop, asksFor left: Int = 0) {
        self.loop = loop
        self.left = left
    }

    func turnEnded() {
        told.add()
        guard left > 0 else { return }
        left -= 1
        loop.observeEndOfTurn(self)
    }
}

@Suite("Event loop: the end of a turn") struct TurnObserverTests {
    @Test("It is told once, also where a job asks for it")
    func once() async throws {
        try await withLoop { loop in
            let observer = Observer(loop)
            try await loop.run { loop.observeEndOfTurn(observer) }
            try await eventually { observer.told.value == 1 }
            try await loop.run {}
            try await loop.run {}
            #expect(observer.told.value == 1)
        }
    }

    @Test("A timer that asks for it does not wait for the next event")
    func timer() async throws {
        try await withLoop { loop in
            let observer = Observer(loop)
            _ = loop.schedule(at: .now + .milliseconds(20)) { loop.observeEndOfTurn(observer) }
            // Nothing else happens on the loop.
            try await eventually { observer.told.value == 1 }
        }
    }

    @Test("One that asks again while it is told is told again")
    func again() async throws {
        try await withLoop { loop in
            let observer = Observer(loop, asksFor: 3)
            try await loop.run { loop.observeEndOfTurn(observer) }
            try await eventually { observer.told.value == 4 }
        }
    }
}
