/// What other threads have left for a loop. Guarded by the loop's mutex.
struct Inbox {
    struct Work: @unchecked Sendable {
        // Safe: handed over as `sending`, run once, on the loop's thread.
        let run: () -> Void
    }

    /// What a thread that left something has to do.
    enum Next {
        case nothing
        case wake
        /// The loop has ended; a thread must run what came too late, so that no task waits for ever.
        case restart
    }

    var jobs: [JobQueue.Entry] = []
    var work: [Work] = []
    var whenStopped: [CheckedContinuation<Void, Never>] = []
    var isRunning = false
    var isAsleep = false

    var isEmpty: Bool { jobs.isEmpty && work.isEmpty && whenStopped.isEmpty }

    mutating func nextAfterPost() -> Next {
        guard isRunning else {
            isRunning = true
            return .restart
        }
        guard isAsleep else { return .nothing }
        // The first to find it asleep wakes it; whoever comes before it has woken has nothing to do.
        isAsleep = false
        return .wake
    }
}
