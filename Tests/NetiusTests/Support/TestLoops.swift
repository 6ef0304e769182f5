import Netius

/// Runs `body` with a loop of its own, which it shuts down afterwards.
func withLoop<Result: Sendable>(
    within limit: Duration = .seconds(60), _ body: @escaping @Sendable (EventLoop) async throws -> Result
) async throws -> Result {
    try await withLoops(1, within: limit) { try await body($0.loops[0]) }
}

/// Runs `body` with a group of its own, which it shuts down afterwards.
func withLoops<Result: Sendable>(
    _ count: Int, within limit: Duration = .seconds(60), _ body: @escaping @Sendable (LoopGroup) async throws -> Result
) async throws -> Result {
    try await withDeadline(limit) {
        let group = try LoopGroup(count: count, poller: .underTest)
        do {
            let result = try await body(group)
            await group.shutdown()
            return result
        } catch {
            await group.shutdown()
            throw error
        }
    }
}

extension EventLoop {
    /// Runs `body` in a task on the loop.
    func perform<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
        try await start(body).value
    }

    /// Starts `body` in a task on the loop.
    @discardableResult
    func start<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) -> Task<Result, any Error> {
        Task.detached(executorPreference: taskExecutor) { try await body() }
    }
}
