internal import CNetius

/// One thread, one poller, its timers and its jobs: a Swift executor on which actors and tasks run.
///
/// A loop starts when it is made and ends with `shutdown()`. Nothing on it may block: what would goes to a
/// `BlockingPool`. An actor lives on a loop by returning the loop's executor:
///
/// ```swift
/// actor Counter {
///     let loop: EventLoop
///     nonisolated var unownedExecutor: UnownedSerialExecutor { loop.unownedExecutor }
/// }
/// ```
///
/// Its tasks do so with `Task(executorPreference: loop.taskExecutor) { ... }`.
@safe
// @unchecked: what other threads may touch is in `inbox`; everything else is used on the loop's thread alone, which
// debug builds assert.
public final class EventLoop: @unchecked Sendable {
    /// What the operating system calls the loop's thread (its first 15 bytes).
    public let name: String
    /// Where the loop's tasks run.
    public var taskExecutor: any TaskExecutor { liveTaskExecutor }
    /// Where the loop's actors run.
    public var unownedExecutor: UnownedSerialExecutor { unsafe actors.asUnownedSerialExecutor() }

    private(set) var actors: LoopSerialExecutor! = nil
    // Weak: it holds the loop, because a task may outlive everybody else who does. The loop's thread holds it.
    private let tasks = Guarded(WeakTaskExecutor())

    // On the loop's thread alone.
    var jobs: JobQueue {
        @inline(__always) _read { yield unsafe uncheckedJobs }
        @inline(__always) _modify { yield unsafe &uncheckedJobs }
    }
    var timers = TimerWheel<TimerTarget>()
    var expired: [TimerTarget] = []
    var pollables: PollableTable {
        @inline(__always) _read { yield unsafe uncheckedPollables }
        @inline(__always) _modify { yield unsafe &uncheckedPollables }
    }
    let poller: any Poller
    let waker: Waker
    let epoch = MonotonicTime.now
    let longestWait: Duration?
    /// Counts the turns, and what was put off to the next one.
    package internal(set) var turns: UInt64 = 0
    var postponed: [Postponed] = []
    /// To be told when this turn is over.
    var turnObservers: [any TurnObserver] = []
    /// The time when the loop last looked: once per turn.
    package internal(set) var now: MonotonicTime {
        @inline(__always) get { unsafe uncheckedNow }
        @inline(__always) set { unsafe uncheckedNow = newValue }
    }
    // Unchecked: used several times in each request, by code that calls nothing back meanwhile.
    @exclusivity(unchecked) private var uncheckedNow: MonotonicTime
    @exclusivity(unchecked) private var uncheckedJobs = JobQueue()
    @exclusivity(unchecked) private var uncheckedPollables = PollableTable()
    /// The memory that the connections of this loop read into and write from, one at a time.
    let buffers = LoopBuffers()

    // Of any thread.
    let inbox = Inbox()

    /// Makes a loop and starts its thread.
    ///
    /// - Parameters:
    ///   - name: The thread's name.
    ///   - kind: Which of the system's pollers to wait with.
    ///   - longestWait: A cap on how long one wait for events may take; by default a loop with nothing to do sleeps.
    /// - Throws: `SystemError` when descriptors or threads have run out.
    public init(
        name: String = "netius", poller kind: PollerKind = .available[0], longestWait: Duration? = nil
    ) throws {
        self.name = name
        self.longestWait = longestWait
        unsafe uncheckedNow = epoch
        poller = try kind.makePoller()
        waker = try Waker()
        actors = LoopSerialExecutor(loop: self)
        try poller.add(waker.descriptor, token: PollableTable.wakerToken, readsOnly: true)
        try startThread()
    }

    /// The loop that runs the calling thread, if one does.
    public static var current: EventLoop? {
        // Safe: the pointer is set by the loop's thread for as long as it runs the loop, which retains the loop.
        guard let pointer = unsafe netius_current_loop() else { return nil }
        return unsafe Unmanaged<EventLoop>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// Whether the calling thread is the loop's.
    public var isCurrent: Bool {
        unsafe netius_current_loop() == Unmanaged.passUnretained(self).toOpaque()
    }

    /// The one task executor there is at a time.
    var liveTaskExecutor: LoopTaskExecutor {
        tasks.withLock { tasks in
            if let executor = tasks.executor { return executor }
            let executor = LoopTaskExecutor(loop: self)
            tasks.executor = executor
            return executor
        }
    }

    private struct WeakTaskExecutor {
        weak var executor: LoopTaskExecutor?
    }

    /// Runs `work` on the loop's thread, at the beginning of its next turn.
    package func execute(_ work: sending @escaping () -> Void) {
        let work = Inbox.Work(run: work)
        post { $0.work.append(work) }
    }

    func enqueue(_ job: UnownedJob) {
        if isCurrent {
            jobs.append(job)
        } else {
            post { $0.jobs.append(job) }
        }
    }

    /// Ends the loop: cancels those who wait on it, runs what that makes runnable and lets the thread end. Returns when
    /// the thread has. Descriptors stay open until those who have them close them.
    public func shutdown() async {
        await withCheckedContinuation { continuation in
            post { $0.whenStopped.append(continuation) }
        }
    }

    private func post(_ change: (inout sending Inbox.Contents) -> Void) {
        switch inbox.leave(change) {
        case .nothing: break
        // Its own thread looks before it sleeps.
        case .wake: if !isCurrent { waker.signal() }
        case .restart: try? startThread()
        }
    }
}
