internal import Netius

/// A task that waits for an answer: whoever finishes it first, the answer or a cancellation, resumes it.
final class DNSWaiter: Sendable {
    private enum State {
        case new
        case waiting(CheckedContinuation<DNSAnswer, any Error>)
        case finishedEarly(Result<DNSAnswer, any Error>)
        case finished
    }

    private let state = Guarded<State>(.new)

    var isFinished: Bool {
        state.withLock { state in
            if case .finished = state { true } else { false }
        }
    }

    /// Comes after whatever finished.
    func settle() {
        state.withLock { _ in }
    }

    func wait(_ continuation: CheckedContinuation<DNSAnswer, any Error>) {
        let early: Result<DNSAnswer, any Error>? = state.withLock { state in
            if case .finishedEarly(let result) = state {
                state = .finished
                return result
            }
            state = .waiting(continuation)
            return nil
        }
        if let early { continuation.resume(with: early) }
    }

    func finish(_ result: Result<DNSAnswer, any Error>) {
        let waiting: CheckedContinuation<DNSAnswer, any Error>? = state.withLock { state in
            switch state {
            case .new:
                state = .finishedEarly(result)
                return nil
            case .waiting(let continuation):
                state = .finished
                return continuation
            case .finishedEarly, .finished: return nil
            }
        }
        waiting?.resume(with: result)
    }
}
