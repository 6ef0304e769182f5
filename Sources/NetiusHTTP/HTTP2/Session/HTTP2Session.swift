internal import Netius

/// Joins the state of an HTTP/2 connection to a transport, on either side: feeds it, and sends what streams have in an
/// order that is fair to all.
///
/// It runs in the isolation of the actor that owns it. The owner reads events with ``nextEvent(_:)`` until there are no
/// more and then waits in ``receiveMore(until:)``; tasks of streams read and write content meanwhile. Output is flushed
/// once for all that a batch of events, or a turn of the loop, has brought about.
// @unchecked: used on the loop's thread alone.
@safe
final class HTTP2Session: @unchecked Sendable {
    /// How waiting for input ended.
    enum Received {
        case more
        case timedOut
        /// The peer sends no more.
        case end
        /// Somebody ended the wait.
        case cancelled
        case failed(any Error)
    }

    let transport: Transport
    /// How long the peer may take nothing of what is to be sent.
    let stall: Duration
    // Unchecked: a request makes a dozen accesses. Safe, since the state calls nothing back while it is accessed.
    @exclusivity(unchecked) private var uncheckedConnection: HTTP2Connection
    var connection: HTTP2Connection {
        @inline(__always) _read { yield unsafe uncheckedConnection }
        @inline(__always) _modify { yield unsafe &uncheckedConnection }
    }
    @exclusivity(unchecked) private var uncheckedStreams: [HTTP2Stream] = []
    /// By their places.
    private(set) var streams: [HTTP2Stream] {
        @inline(__always) _read { yield unsafe uncheckedStreams }
        @inline(__always) _modify { yield unsafe &uncheckedStreams }
    }
    @exclusivity(unchecked) private var uncheckedScheduler = HTTP2Scheduler()
    var scheduler: HTTP2Scheduler {
        @inline(__always) _read { yield unsafe uncheckedScheduler }
        @inline(__always) _modify { yield unsafe &uncheckedScheduler }
    }
    /// Those that have nothing pending any more, but what they wrote may not have left yet.
    var unflushed: [HTTP2Stream] = []
    /// Whether events are being dealt with, after which the output is flushed.
    var isBatching = false
    /// Whether the output is flushed at the end of the turn.
    var isFlushDue = false
    /// Whether a task waits for the socket to have room.
    var isDraining = false
    var whenDrained: LoopContinuation<Void>?
    private var alarm: (time: MonotonicTime, work: ScheduledWork)?
    /// Why the connection has ended.
    private(set) var failure: (any Error)?
    /// Why nothing can be sent any more. On a client what has arrived may still be read.
    private(set) var sendingFailure: (any Error)?

    var loop: EventLoop { transport.loop }

    init(
        _ transport: Transport, role: HTTP2Connection.Role, limits: HTTP2Limits, allowsExtendedConnect: Bool = false,
        stall: Duration
    ) {
        self.transport = transport
        self.stall = stall
        unsafe uncheckedConnection = HTTP2Connection(
            role: role, limits: limits, allowsExtendedConnect: allowsExtendedConnect)
    }

    /// Says what is to be said first.
    func begin() {
        connection.begin(to: transport.output)
        flushSoon()
    }

    /// The stream in a place, which the connection has just given out.
    func stream(_ slot: Int) -> HTTP2Stream {
        while streams.count <= slot { streams.append(HTTP2Stream()) }
        return streams[slot]
    }

    /// Nobody needs the stream any more. What is not closed is broken off.
    func release(_ slot: Int, _ code: HTTP2ErrorCode = .noError) {
        let stream = streams[slot]
        if !stream.received.isEmpty { connection.creditConnection(stream.received.count, to: transport.output) }
        if scheduler.contains(slot) { scheduler.remove(slot) }
        if connection.streams[slot].isClosed {
            connection.remove(slot)
        } else {
            connection.release(slot, code, to: transport.output)
        }
        stream.reset()
        flushSoon()
    }

    /// Nobody wants what still comes on a stream on which all has been sent: a little is discarded, more is refused with
    /// a reset that means no harm (RFC 9113 §8.1).
    func discard(_ slot: Int, upTo limit: Int, until deadline: MonotonicTime) {
        guard !connection.streams[slot].isClosed, failure == nil, limit > 0 else { return release(slot) }
        let stream = streams[slot]
        let count = stream.received.count
        stream.received = []
        stream.discardLeft = limit
        connection.consumed(slot, count, to: transport.output)
        // Tasks that a handler has left behind.
        stream.wakeReader(.ready)
        stream.wakeWriter(.ready)
        stream.readDeadline = deadline
        watch(until: deadline)
    }

    /// Breaks off a stream; whoever waits for it is told why.
    func reset(_ slot: Int, _ code: HTTP2ErrorCode, _ error: any Error) {
        connection.reset(slot, code, to: transport.output)
        fail(slot, error)
        flushSoon()
    }

    func fail(_ slot: Int, _ error: any Error) {
        if scheduler.contains(slot) { scheduler.remove(slot) }
        if slot < streams.count { streams[slot].fail(error) }
    }

    /// The connection is over: nobody waits for anything any more.
    func fail(_ error: any Error) {
        guard failure == nil else { return }
        failure = error
        sendingFailure = sendingFailure ?? error
        for slot in connection.streams.slots where connection.streams[slot].id != 0 { fail(slot, error) }
        for stream in unflushed { stream.wakeWriter(.ready) }
        unflushed = []
        alarm?.work.cancel()
        alarm = nil
        transport.pollable.cancelReader()
    }

    /// The peer takes nothing any more. A server has nobody to talk to then; on a client those who send are told, and the
    /// others still have what has arrived.
    func failSending(_ error: any Error) {
        guard connection.role == .client else { return fail(error) }
        guard sendingFailure == nil else { return }
        sendingFailure = error
        for slot in connection.streams.slots where slot < streams.count {
            if scheduler.contains(slot) { scheduler.remove(slot) }
            streams[slot].pending = .none
            streams[slot].wakeWriter(.ready)
        }
        unflushed = []
        // Whoever reads for all is to know.
        transport.pollable.cancelReader()
    }

    /// Forgets what nobody takes, of a connection that still goes on.
    func discardOutput() {
        guard failure == nil else { return }
        transport.output.removeAll()
        connection.outputDrained()
    }

    // MARK: Deadlines

    /// Sees to it that waits end no later than that.
    func watch(until deadline: MonotonicTime) {
        guard deadline < alarm?.time ?? .distantFuture, failure == nil else { return }
        alarm?.work.cancel()
        let work = loop.schedule(at: deadline) { [weak self] in self?.alarmRang() }
        alarm = (deadline, work)
    }

    private func alarmRang() {
        alarm = nil
        var next = MonotonicTime.distantFuture
        for (slot, stream) in streams.enumerated() {
            if stream.discardLeft != nil, stream.readDeadline <= loop.now { release(slot) }
            if stream.readDeadline <= loop.now { stream.wakeReader(.timedOut) }
            if stream.writeDeadline <= loop.now { stream.wakeWriter(.timedOut) }
            next = min(next, stream.readDeadline, stream.writeDeadline)
        }
        watch(until: next)
    }
}
