extension EventLoop {
    /// Suspends the calling task for at least `duration`.
    ///
    /// - Throws: `CancellationError` when the task is cancelled, or the loop shut down, before that.
    nonisolated(nonsending) public func sleep(for duration: Duration) async throws {
        try await sleep(until: .now + duration)
    }

    /// Suspends the calling task until `deadline`.
    ///
    /// - Throws: `CancellationError` when the task is cancelled, or the loop shut down, before that.
    nonisolated(nonsending) package func sleep(until deadline: MonotonicTime) async throws {
        try Task.checkCancellation()
        let sleeper = Sleeper(loop: self)
        let end = await withTaskCancellationHandler {
            await withLoopContinuation { continuation in
                sleeper.start(continuation, until: deadline)
            }
        } onCancel: {
            sleeper.cancel()
        }
        if end == .cancelled { throw CancellationError() }
    }

    /// The tick of the wheel, in milliseconds since the loop began, at which `time` has come.
    func tick(of time: MonotonicTime) -> UInt64 {
        guard time > epoch else { return 0 }
        let nanoseconds = time.nanoseconds - epoch.nanoseconds
        return nanoseconds / 1_000_000 + (nanoseconds % 1_000_000 == 0 ? 0 : 1)
    }

    func expireTimers() {
        guard timers.count > 0, now > epoch else { return }
        timers.advance(to: (now.nanoseconds - epoch.nanoseconds) / 1_000_000, expired: &expired)
        guard !expired.isEmpty else { return }
        var due: [TimerTarget] = []
        swap(&due, &expired)
        for target in due { target.fired() }
    }

    /// How long the poller may wait, nil for as long as it takes.
    func millisecondsToWait() -> Int? {
        var wait: UInt64?
        if let next = timers.nextTick {
            let due = MonotonicTime(nanoseconds: epoch.nanoseconds &+ next &* 1_000_000)
            let nanoseconds = due.since(.now).clampedNanoseconds
            wait = nanoseconds / 1_000_000 + (nanoseconds % 1_000_000 == 0 ? 0 : 1)
        }
        if let longestWait {
            let longest = longestWait.clampedNanoseconds / 1_000_000
            wait = min(wait ?? longest, longest)
        }
        return wait.map { Int(clamping: $0) }
    }
}

/// A task that sleeps on a loop, from any executor.
// @unchecked: its state is used on the loop's thread alone; the other threads only post to it.
final class Sleeper: @unchecked Sendable {
    enum End: Sendable {
        case slept
        case cancelled
    }

    private let loop: EventLoop
    private var continuation: LoopContinuation<End>?
    private var timer: TimerWheel<TimerTarget>.Token?
    private var isOver = false

    init(loop: EventLoop) {
        self.loop = loop
    }

    func start(_ continuation: LoopContinuation<End>, until deadline: MonotonicTime) {
        guard loop.isCurrent else {
            return loop.execute { [self] in start(continuation, until: deadline) }
        }
        guard !isOver, !loop.pollables.isClosed else { return continuation.resume(returning: .cancelled) }
        self.continuation = continuation
        timer = loop.timers.schedule(at: loop.tick(of: deadline), .sleeper(self))
    }

    func cancel() {
        loop.execute { [self] in wake(.cancelled) }
    }

    func wake(_ end: End) {
        isOver = true
        if let timer { loop.timers.cancel(timer) }
        timer = nil
        continuation.take()?.resume(returning: end)
    }
}
