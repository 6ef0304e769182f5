extension Pollable {
    /// As `readable`, for a task that calls `cancelReader` when it is cancelled: it counts too when that was before the
    /// task came to wait, and so found nobody.
    @inlinable @inline(__always)
    nonisolated(nonsending) package func readableUnlessCancelled(
        until deadline: MonotonicTime = .distantFuture
    ) async -> Wait {
        await withLoopContinuation { continuation in
            guard !Task.isCancelled else { return continuation.resume(returning: .cancelled) }
            waitUntilReadable(continuation, until: deadline)
        }
    }

    /// As `writable`, for a task that calls `cancelWriter` when it is cancelled.
    @inlinable @inline(__always)
    nonisolated(nonsending) package func writableUnlessCancelled(
        until deadline: MonotonicTime = .distantFuture
    ) async -> Wait {
        await withLoopContinuation { continuation in
            guard !Task.isCancelled else { return continuation.resume(returning: .cancelled) }
            waitUntilWritable(continuation, until: deadline)
        }
    }

    /// Whether a wait of this task that ended with `cancelled` was meant to. Otherwise it was another task's, which had
    /// been resumed already when its cancellation arrived.
    package var mayNotWait: Bool { Task.isCancelled || isClosed || loop.pollables.isClosed }
}
