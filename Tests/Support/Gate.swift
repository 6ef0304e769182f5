internal import Netius

/// Something that happens once, or so many times, and that tests and handlers wait for.
package final class Gate: Sendable {
    private struct State {
        var count = 0
        var waiting: [(needed: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Guarded(State())

    package init() {}

    /// How often it was opened.
    package var count: Int { state.withLock { $0.count } }

    package func open() {
        let woken = state.withLock { state in
            state.count += 1
            let count = state.count
            let woken = state.waiting.filter { $0.needed <= count }
            state.waiting.removeAll { $0.needed <= count }
            return woken
        }
        for waiter in woken { waiter.continuation.resume() }
    }

    /// Holds up the calling thread until it has been opened that often.
    package func waitBlocking(_ needed: Int) {
        while count < needed {}
    }

    /// Waits until it has been opened that often.
    package func wait(_ needed: Int = 1) async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if state.count >= needed { return true }
                state.waiting.append((needed, continuation))
                return false
            }
            if isOpen { continuation.resume() }
        }
    }
}

/// Waits until the task is cancelled, and says so by opening the gate.
package func untilCancelled(_ gate: Gate) async throws -> Never {
    do {
        while true { try await Task.sleep(for: .seconds(3600)) }
    } catch {
        gate.open()
        throw error
    }
}

/// A value that handlers and tests share.
package final class Box<Value: Sendable>: Sendable {
    private let storage: Guarded<Value>

    package init(_ value: Value) { storage = Guarded(value) }

    package var value: Value {
        get { storage.withLock { $0 } }
        set { storage.withLock { $0 = newValue } }
    }

    /// Changes the value while nobody else has it.
    package func update<Result>(_ change: (inout Value) -> Result) -> Result {
        storage.withLock { change(&$0) }
    }
}
