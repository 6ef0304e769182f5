internal import CNetius

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension EventLoop {
    func startThread() throws {
        try Thread.start(name: name) { [self] in run() }
    }

    /// The body of the loop's thread.
    private func run() {
        // Safe: this frame retains the loop until the pointer is taken back.
        unsafe netius_set_current_loop(Unmanaged.passUnretained(self).toOpaque())
        netius_block_sigpipe()
        let tasks = liveTaskExecutor
        var stopped: [CheckedContinuation<Void, Never>] = []
        repeat {
            turn(&stopped, tasks)
        } while !isFinished(stopped)
        // Before those are resumed whose next job belongs here: a thread of its own must run it, as all that is late.
        netius_set_current_loop(nil)
        for continuation in stopped { continuation.resume() }
    }

    /// One turn: what others left, jobs, output, timers, then events.
    private func turn(_ stopped: inout [CheckedContinuation<Void, Never>], _ tasks: LoopTaskExecutor) {
        takeInbox(&stopped)
        runJobs(tasks)
        buffers.flush()
        if !turnObservers.isEmpty { tellTurnObservers() }
        expireTimers()
        // A timer may have asked to be told of the end of a turn.
        wait(
            mayBlock: jobs.isEmpty && postponed.isEmpty && turnObservers.isEmpty && stopped.isEmpty && !isLate)
    }

    /// Ended before, and only here again for what came too late.
    private var isLate: Bool { pollables.isClosed }

    private func takeInbox(_ stopped: inout [CheckedContinuation<Void, Never>]) {
        guard inbox.hasMail else { return }
        let contents = inbox.take()
        for job in contents.jobs { jobs.append(job) }
        for item in contents.work { item.run() }
        guard !contents.whenStopped.isEmpty else { return }
        stopped += contents.whenStopped
        closeEverything()
    }

    /// Those that are queued, and what they enqueue, some times over: it is mostly the next step of the same work, and to
    /// look for events between the steps would cost more than the step. Then events have their turn.
    private func runJobs(_ tasks: LoopTaskExecutor) {
        let serial = unsafe actors.asUnownedSerialExecutor()
        let task = unsafe tasks.asUnownedTaskExecutor()
        for _ in 0..<Self.generationsPerTurn where !jobs.isEmpty {
            var left = jobs.count
            while left > 0, let job = jobs.popFirst() {
                left -= 1
                unsafe job.runSynchronously(isolatedTo: serial, taskExecutor: task)
            }
        }
    }

    private static let generationsPerTurn = 4

    private func wait(mayBlock: Bool) {
        let milliseconds = mayBlock && inbox.fallAsleep() ? millisecondsToWait() : 0
        poller.wait(milliseconds: milliseconds) { event in
            if event.token == PollableTable.wakerToken {
                waker.clear()
            } else {
                pollables[event.token]?.handle(event)
            }
        }
        now = .now
        turns &+= 1
        guard !postponed.isEmpty else { return }
        var due: [Postponed] = []
        swap(&due, &postponed)
        for one in due { one.pollable.resume(one) }
    }

    private func isFinished(_ stopped: [CheckedContinuation<Void, Never>]) -> Bool {
        (!stopped.isEmpty || isLate) && jobs.isEmpty && inbox.end()
    }

    private func closeEverything() {
        for pollable in pollables.closeAll() { pollable.cancel() }
        for target in timers.removeAll() { target.cancelled(on: self) }
    }
}
