extension LineWriter {
    /// Waits until everything that was appended before has been written or is lost, at most for `patience`, and is
    /// false if that was not enough.
    @discardableResult
    package func flush(patience: Duration) async -> Bool {
        let waiter = FlushWaiter()
        let timer = Task {
            try await Task.sleep(for: patience)
            waiter.resume(isComplete: false)
        }
        defer { timer.cancel() }
        return await withCheckedContinuation { continuation in
            waiter.wait(continuation)
            request(.flush(waiter)) { waiter.resume() }
        }
    }

    /// Opens the file anew, under its name, once everything that was appended before has been written.
    ///
    /// - Throws: `SystemError`, and the old file stays in use.
    package func reopen() async throws {
        let result: Result<Void, SystemError> = await withCheckedContinuation { continuation in
            reopen { continuation.resume(returning: $0) }
        }
        try result.get()
    }

    /// The same without waiting; calls back on the writer's thread.
    package func reopen(_ completion: @escaping @Sendable (Result<Void, SystemError>) -> Void) {
        request(.reopen(completion)) { completion(.success(())) }
    }

    /// Leaves a request for the thread; where that has ended, there is nothing to wait for.
    private func request(_ request: Request, otherwise: () -> Void) {
        let isTaken = withState { state in
            if !state.hasEnded { state.requests.append(request) }
            return !state.hasEnded
        }
        if !isTaken { otherwise() }
    }
}

/// A task that waits for a flush, until that is done or takes too long. Either may be before the task comes to wait.
final class FlushWaiter: Sendable {
    private struct State {
        var continuation: CheckedContinuation<Bool, Never>?
        var result: Bool?
    }

    private let state = Guarded(State())

    func wait(_ continuation: CheckedContinuation<Bool, Never>) {
        let result = state.withLock { state in
            if state.result == nil { state.continuation = continuation }
            return state.result
        }
        if let result { continuation.resume(returning: result) }
    }

    /// The first result counts.
    func resume(isComplete: Bool = true) {
        let waiting = state.withLock { state in
            state.result = state.result ?? isComplete
            return state.continuation.take()
        }
        waiting?.resume(returning: isComplete)
    }
}
