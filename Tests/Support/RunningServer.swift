package import Netius

/// Runs something that listens around a test, and shuts it down after it, with its loops.
///
/// - Parameters:
///   - group: The loops that it runs on.
///   - run: Runs it, and tells where it listens.
///   - shutdown: Begins a graceful shutdown.
///   - test: Is given the address, and the task that runs it.
/// - Returns: What the test does.
/// - Throws: What the test does, or else `run`.
package func withRunning<Result>(
    on group: LoopGroup, _ run: @escaping @Sendable (@Sendable (SocketAddress) -> Void) async throws -> Void,
    shutdown: () -> Void, _ test: (SocketAddress, Task<Void, any Error>) async throws -> Result
) async throws -> Result {
    let (addresses, listening) = AsyncStream<SocketAddress>.makeStream()
    let task = Task {
        defer { listening.finish() }
        try await run { listening.yield($0) }
    }
    do {
        var iterator = addresses.makeAsyncIterator()
        guard let address = await iterator.next() else {
            try await task.value
            throw TestFailure("it ended at once")
        }
        let result = try await test(address, task)
        shutdown()
        try await task.value
        await group.shutdown()
        return result
    } catch {
        task.cancel()
        _ = await task.result
        await group.shutdown()
        throw error
    }
}

extension Guarded {
    /// The connections that a server has in its tables, in the run that it is in.
    package func connectionCount<Worker: ServerWorker>() async throws -> Int where Value == ServerRun<Worker>? {
        var count = 0
        for worker in withLock({ $0?.workers ?? [] }) {
            count += try await worker.loop.run { worker.connections.count }
        }
        return count
    }
}
