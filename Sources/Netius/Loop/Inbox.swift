internal import Synchronization

/// What other threads leave for a loop, and how they wake it.
///
/// A loop that has nothing to do looks at one number before it sleeps and takes no lock; of those who leave something
/// while it sleeps, the first wakes it and the others have nothing to do.
final class Inbox: Sendable {
    struct Work: @unchecked Sendable {
        // Safe: handed over as `sending`, run once, on the loop's thread.
        let run: () -> Void
    }

    /// What has been left.
    struct Contents {
        var jobs: [UnownedJob] = []
        var work: [Work] = []
        var whenStopped: [CheckedContinuation<Void, Never>] = []

        var isEmpty: Bool { jobs.isEmpty && work.isEmpty && whenStopped.isEmpty }
    }

    /// What a thread that left something has to do.
    enum Next {
        case nothing
        case wake
        /// The loop has ended; a thread must run what came too late, so that no task waits for ever.
        case restart
    }

    private enum Notice {
        static let awake: UInt8 = 0
        /// The loop sleeps, or did and has not looked since: whoever leaves something wakes it.
        static let asleep: UInt8 = 1
        static let mail: UInt8 = 2
    }

    private struct State {
        var contents = Contents()
        var isRunning = true
    }

    private let notice = Atomic<UInt8>(Notice.awake)
    private let state = Guarded(State())

    // MARK: Any thread

    func leave(_ change: (inout sending Contents) -> Void) -> Next {
        let mustRestart = state.withLock { state in
            change(&state.contents)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        let before = notice.exchange(Notice.mail, ordering: .sequentiallyConsistent)
        if mustRestart { return .restart }
        return before == Notice.asleep ? .wake : .nothing
    }

    // MARK: The loop's thread

    /// Whether there is something to take.
    var hasMail: Bool { notice.load(ordering: .sequentiallyConsistent) == Notice.mail }

    /// Everything that was left.
    func take() -> Contents {
        // Before it is taken: what is left from now on is announced again.
        notice.store(Notice.awake, ordering: .sequentiallyConsistent)
        return state.withLock { state in
            let taken = state.contents
            state.contents = Contents()
            return taken
        }
    }

    /// Announces that the loop is about to sleep; false when there is something to take first.
    func fallAsleep() -> Bool {
        let (_, before) = notice.compareExchange(
            expected: Notice.awake, desired: Notice.asleep, ordering: .sequentiallyConsistent)
        return before != Notice.mail
    }

    /// Announces that the thread is about to end; false when there is something to take first.
    func end() -> Bool {
        state.withLock { state in
            guard state.contents.isEmpty else { return false }
            state.isRunning = false
            return true
        }
    }
}
