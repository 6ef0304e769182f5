extension EventLoop {
    /// Runs `operation` on the loop and cancels it when it takes too long.
    ///
    /// ```swift
    /// let answer = try await loop.withDeadline(in: .seconds(5)) { try await ask() }
    /// ```
    ///
    /// - Parameters:
    ///   - duration: How long it may take.
    ///   - operation: Must heed its cancellation: this returns when it has ended.
    /// - Returns: What `operation` returned, if that was in time.
    /// - Throws: `DeadlineError` when it was not; what `operation` throws; `CancellationError`.
    public func withDeadline<Result: Sendable>(
        in duration: Duration, _ operation: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withDeadline(at: .now + duration, operation)
    }

    package func withDeadline<Result: Sendable>(
        at deadline: MonotonicTime, _ operation: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask(executorPreference: taskExecutor) { try await operation() }
            group.addTask(executorPreference: taskExecutor) {
                try await self.sleep(until: deadline)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let result = first else { throw DeadlineError() }
            return result
        }
    }
}

/// An operation took longer than it was given.
public struct DeadlineError: Error, Hashable, CustomStringConvertible {
    /// One line for people.
    public var description: String { "it took too long" }
}
