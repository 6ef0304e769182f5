/// Threads for what blocks: disks, name resolution, foreign interpreters. A loop never waits for those itself.
///
/// Threads are started as they are needed, up to a limit, and end when there has been nothing to do for ten seconds.
/// Work waits in a queue with a limit too: beyond it `run` throws rather than let work pile up.
public final class BlockingPool: Sendable {
    /// The most threads at a time.
    public let maximumThreads: Int
    /// The most work that may wait for a thread.
    public let maximumQueue: Int

    /// The pool that is used where none is named: 32 threads, 4096 waiting.
    public static let shared = BlockingPool()

    private let queue: BlockingQueue

    /// A pool with no threads as yet.
    public init(name: String = "netius-blocking", maximumThreads: Int = 32, maximumQueue: Int = 4096) {
        self.maximumThreads = max(maximumThreads, 1)
        self.maximumQueue = max(maximumQueue, 0)
        queue = BlockingQueue(name: name, maximumThreads: self.maximumThreads, maximumQueue: self.maximumQueue)
    }

    /// Runs `work` on a thread of the pool.
    ///
    /// When the calling task is cancelled this throws at once: work that has not begun is never run, work that has
    /// runs to its end and its result is dropped.
    ///
    /// - Throws: What `work` throws; `CancellationError`; `BlockingPoolError`.
    public func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try Task.checkCancellation()
        return try await run(work, afterwards: nil)
    }

    /// The same, and calls `afterwards` once, when no thread has, or will have, anything to do with the work: also where it
    /// is refused, or the calling task was cancelled and did not wait for that.
    package func run<Result: Sendable>(
        _ work: @escaping @Sendable () throws -> Result, afterwards: (@Sendable () -> Void)?
    ) async throws -> Result {
        let waiter = Waiter<Result>()
        // Where the work was done before the task came to wait, the thread sanitizer sees nothing else between them.
        defer { waiter.settle() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                waiter.wait(continuation)
                let hasRoom = queue.append {
                    // Whose task was cancelled meanwhile is not begun.
                    if !waiter.isFinished { waiter.finish(Swift.Result(catching: work)) }
                    afterwards?()
                }
                guard !hasRoom else { return }
                afterwards?()
                waiter.finish(.failure(BlockingPoolError.queueFull))
            }
        } onCancel: {
            waiter.finish(.failure(CancellationError()))
        }
    }

    /// Has a thread of the pool run `work`, for which nobody waits.
    ///
    /// - Returns: False where too much is waiting already: it is not run then.
    package func submit(_ work: @escaping @Sendable () -> Void) -> Bool {
        queue.append(work)
    }
}

/// What a pool refuses.
public enum BlockingPoolError: Error, Hashable, CustomStringConvertible {
    /// As much work as is allowed waits for a thread already.
    case queueFull

    /// One line for people.
    public var description: String { "too much work is waiting for the pool's threads" }
}
