import Netius
import Testing

/// What a test that hangs ends with.
struct DeadlinePassed: Error {}

/// Gives up on an operation that takes too long, whether or not it reacts to being cancelled: a hang is a failure of
/// one test and doesn't hold up the others.
func withDeadline<Result: Sendable>(
    _ limit: Duration = .seconds(60), _ operation: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    let race = FirstResult<Result>()
    let work = Task.detached {
        do {
            race.finish(.success(try await operation()))
        } catch {
            race.finish(.failure(error))
        }
    }
    let clock = Task.detached {
        try await Task.sleep(for: limit)
        race.finish(.failure(DeadlinePassed()))
        work.cancel()
    }
    defer { clock.cancel() }
    return try await withCheckedThrowingContinuation { race.wait($0) }
}

private final class FirstResult<Value: Sendable>: Sendable {
    private struct State {
        var result: Result<Value, any Error>?
        var continuation: CheckedContinuation<Value, any Error>?
        var isOver = false
    }

    private let state = Guarded(State())

    func finish(_ result: Result<Value, any Error>) {
        let continuation = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            guard !state.isOver else { return nil }
            state.isOver = true
            state.result = result
            return state.continuation.take()
        }
        continuation?.resume(with: result)
    }

    func wait(_ continuation: CheckedContinuation<Value, any Error>) {
        let early = state.withLock { state -> Result<Value, any Error>? in
            if state.result == nil { state.continuation = continuation }
            return state.result
        }
        if let early { continuation.resume(with: early) }
    }
}

/// Asks again and again, with a rest in between, until it holds.
func eventually(within limit: Duration = .seconds(20), _ holds: @Sendable () async throws -> Bool) async throws {
    let end = ContinuousClock.now + limit
    while try await !holds() {
        guard ContinuousClock.now < end else { throw DeadlinePassed() }
        try await Task.sleep(for: .milliseconds(2))
    }
}
