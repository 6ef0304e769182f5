extension EventLoop {
    /// Runs `work` on the loop's thread and gives back its result.
    nonisolated(nonsending) package func run<Result: Sendable>(
        _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        let result: Swift.Result<Result, any Error> = await withLoopContinuation { continuation in
            execute { continuation.resume(returning: Swift.Result(catching: work)) }
        }
        return try result.get()
    }

    /// Lets everything else that is ready have its turn.
    nonisolated(nonsending) package func yield() async {
        await withLoopContinuation { (continuation: LoopContinuation<Void>) in
            execute { continuation.resume() }
        }
    }
}
