internal import CNetius
internal import Synchronization

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
        expireTimers()
        wait(mayBlock: jobs.isEmpty && stopped.isEmpty && !isLate)
    }

    /// Ended before, and only here again for what came too late.
    private var isLate: Bool { pollables.isClosed }

    private func takeInbox(_ stopped: inout [CheckedContinuation<Void, Never>]) {
        let (arrived, work, stopping) = inbox.withLock { inbox in
            inbox.isAsleep = false
            let taken = (inbox.jobs, inbox.work, inbox.whenStopped)
            inbox.jobs.removeAll(keepingCapacity: inbox.jobs.capacity <= 1024)
            inbox.work.removeAll()
            inbox.whenStopped.removeAll()
            return taken
        }
        for job in arrived { jobs.append(job) }
        for item in work { item.run() }
        guard !stopping.isEmpty else { return }
        stopped += stopping
        closeEverything()
    }

    /// Those that are queued now; what they enqueue waits for the next turn, so that no job keeps events waiting.
    private func runJobs(_ tasks: LoopTaskExecutor) {
        let serial = unsafe actors.asUnownedSerialExecutor()
        let task = unsafe tasks.asUnownedTaskExecutor()
        var left = jobs.count
        while left > 0, let entry = jobs.popFirst() {
            left -= 1
            switch entry.origin {
            case .serialExecutor: unsafe entry.job.runSynchronously(isolatedTo: serial, taskExecutor: task)
            case .taskExecutor: unsafe entry.job.runSynchronously(on: task)
            }
        }
    }

    private func wait(mayBlock: Bool) {
        var milliseconds: Int? = 0
        if mayBlock {
            milliseconds = millisecondsToWait()
            let mustLook = inbox.withLock { inbox in
                inbox.isAsleep = inbox.isEmpty
                return !inbox.isAsleep
            }
            if mustLook { milliseconds = 0 }
        }
        poller.wait(milliseconds: milliseconds) { event in
            if event.token == PollableTable.wakerToken {
                waker.clear()
            } else {
                pollables[event.token]?.handle(event)
            }
        }
        now = .now
    }

    private func isFinished(_ stopped: [CheckedContinuation<Void, Never>]) -> Bool {
        guard !stopped.isEmpty || isLate, jobs.isEmpty else { return false }
        return inbox.withLock { inbox in
            guard inbox.isEmpty else { return false }
            inbox.isRunning = false
            return true
        }
    }

    private func closeEverything() {
        for pollable in pollables.closeAll() { pollable.cancel() }
        for target in timers.removeAll() { target.cancelled(on: self) }
    }
}
