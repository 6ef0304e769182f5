/// A task that waits for something of another thread: whoever finishes it first, that or a cancellation, resumes it.
package final class Waiter<Value: Sendable>: Sendable {
    private enum State {
        case new
        case waiting(CheckedContinuation<Value, any Error>)
        case finishedEarly(Result<Value, any Error>)
        case finished
    }

    private let state = Guarded<State>(.new)

    package init() {}

    /// Whether what it has waited for, if only for an instant, is there.
    package var isFinished: Bool {
        state.withLock { state in
            if case .finished = state { true } else { false }
        }
    }

    /// Comes after whatever finished.
    package func settle() {
        state.withLock { _ in }
    }

    /// Has the task resumed with what finishes it, or did before it came here.
    package func wait(_ continuation: CheckedContinuation<Value, any Error>) {
        let early: Result<Value, any Error>? = state.withLock { state in
            if case .finishedEarly(let result) = state {
                state = .finished
                return result
            }
            state = .waiting(continuation)
            return nil
        }
        if let early { continuation.resume(with: early) }
    }

    /// Resumes the task, unless it was before.
    package func finish(_ result: Result<Value, any Error>) {
        let waiting: CheckedContinuation<Value, any Error>? = state.withLock { state in
            switch state {
            case .new:
                state = .finishedEarly(result)
                return nil
            case .waiting(let continuation):
                state = .finished
                return continuation
            case .finishedEarly, .finished:
                return nil
            }
        }
        waiting?.resume(with: result)
    }
}
