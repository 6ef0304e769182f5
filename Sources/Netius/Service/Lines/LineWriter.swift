/// Lines of many threads on their way to a file, written by a thread of its own, so that nobody else waits for a disk.
///
/// A lane's lines stay in order. When the disk does not keep up, a bounded number of buffers waits, and what is beyond
/// it is lost, counted and reported.
// @unchecked: all state is guarded by `lock`, but for `output`, which is used by the writer's thread alone.
package final class LineWriter: @unchecked Sendable {
    struct Batch {
        var buffer: OutputBuffer
        var lines: Int
    }

    struct State {
        var queue: [Batch] = []
        /// The buffers that wait or are being written.
        var waiting = 0
        var spares: [OutputBuffer] = []
        var lanes: [WeakLane] = []
        /// When to collect what has gathered in lanes; nil where nothing has.
        var collectionTime: MonotonicTime?
        var requests: [Request] = []
        var isClosing = false
        var hasEnded = false
        var losses = LineLosses()
    }

    struct WeakLane {
        let identifier: ObjectIdentifier
        weak var lane: LineLane?
    }

    enum Request {
        case flush(FlushWaiter)
        case reopen(@Sendable (Result<Void, SystemError>) -> Void)
    }

    /// The buffers that are kept for use again.
    static let maximumSpares = 16

    /// A lane's buffer is written when it has so many bytes.
    let bufferSize: Int
    private let maximumWaiting: Int
    private let interval: Duration
    let output: LineOutput
    private let isPrompt: Bool
    let lock = Lock()
    var state = State()

    /// Opens the destination and starts the writer's thread.
    ///
    /// - Parameters:
    ///   - destination: Where to write.
    ///   - bufferSize: How many bytes of lines one write takes, roughly.
    ///   - maximumWaiting: How many buffers may wait for the disk.
    ///   - interval: How long a line may stay in its buffer; to a terminal each goes at once.
    ///   - log: Where to report what was lost.
    /// - Throws: `SystemError`.
    package init(
        to destination: LineDestination, bufferSize: Int, maximumWaiting: Int, interval: Duration, log: Log
    ) throws {
        self.bufferSize = max(bufferSize, 1)
        self.maximumWaiting = max(maximumWaiting, 1)
        output = try LineOutput(destination)
        isPrompt = output.isTerminal
        self.interval = interval
        state.losses.log = log
        try Thread.start(name: "netius-lines") { [self] in run() }
    }

    /// A way in for one thread.
    package func makeLane() -> LineLane {
        let lane = LineLane(self)
        withState { $0.lanes.append(WeakLane(identifier: ObjectIdentifier(lane), lane: lane)) }
        return lane
    }

    /// Where what was lost is reported.
    package var log: Log { withState { $0.losses.log } }

    /// Reports what is lost from now on to `log`.
    package func report(to log: Log) {
        withState { $0.losses.log = log }
    }

    /// How many lines were lost.
    package var lostLines: Int { withState { $0.losses.count } }

    /// Lets the thread write what there is and end. What comes later is lost.
    package func close() {
        withState { $0.isClosing = true }
    }

    /// Runs `body` with the state, and wakes the thread where that gave it something to do.
    func withState<Value>(_ body: (inout State) -> Value) -> Value {
        lock.lock()
        defer { lock.unlock() }
        let before = state.hasWork
        defer { if state.hasWork, !before { lock.signal() } }
        return body(&state)
    }

    // MARK: For lanes

    func makeBuffer() -> OutputBuffer {
        // A buffer is handed over when a line has filled it: room for that line, so that it seldom grows.
        OutputBuffer(capacity: bufferSize + 2048)
    }

    /// Forgets a lane that is no more. Never by way of the weak reference: to let go of what it gives under the lock
    /// could be what ends the lane, which needs the lock.
    func remove(_ lane: ObjectIdentifier) {
        withState { $0.lanes.removeAll { $0.identifier == lane } }
    }

    /// Takes a full buffer, unless too many wait already, and gives an empty one.
    func take(_ buffer: OutputBuffer, lines: Int, isForced: Bool) -> OutputBuffer {
        withState { state in
            guard !state.hasEnded, isForced || state.waiting < maximumWaiting else {
                state.losses.add(lines, because: nil)
                buffer.removeAll()
                return buffer
            }
            state.queue.append(Batch(buffer: buffer, lines: lines))
            state.waiting += 1
            return state.spares.popLast() ?? makeBuffer()
        }
    }

    /// Takes notice of a lane that was empty and is no longer.
    func noteLines() {
        lock.lock()
        defer { lock.unlock() }
        guard state.collectionTime == nil else { return }
        state.collectionTime = isPrompt ? .now : .now + interval
        lock.signal()
    }
}

extension LineWriter.State {
    /// Whether there is something that does not wait for its time.
    var hasWork: Bool { !queue.isEmpty || !requests.isEmpty || isClosing }
}
