import Netius

/// An actor that lives on a loop and does what it is told.
actor LoopActor {
    nonisolated let loop: EventLoop
    private(set) var calls = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.unownedExecutor }

    init(loop: EventLoop) {
        self.loop = loop
    }

    func call() -> Bool {
        calls += 1
        return loop.isCurrent
    }

    /// Calls as one that knows to be on the loop's thread; traps on any other.
    nonisolated func callAssumingIsolation() -> Bool {
        assumeIsolated { $0.call() }
    }

    func callOther(_ other: LoopActor) async -> [Bool] {
        let before = loop.isCurrent
        let there = await other.call()
        return [before, there, loop.isCurrent]
    }
}
