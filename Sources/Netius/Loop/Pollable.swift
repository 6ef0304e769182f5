internal import CNetius

/// A descriptor on a loop: what it is ready for, who waits for that, and until when.
///
/// Edge-triggered: it counts as ready until a call says that it would block. Deadlines are lazy: moving one later, as
/// each request on a kept-alive connection does, writes a number and leaves the timer where it is.
// @unchecked: used on the loop's thread alone.
@safe
@usableFromInline
package final class Pollable: @unchecked Sendable {
    /// How a wait ended.
    @usableFromInline
    package enum Wait: Sendable {
        case ready
        case timedOut
        /// The descriptor was closed, the loop is ending or the waiting task was cancelled.
        case cancelled
        /// Another task waits for the same already.
        case busy
    }

    package let loop: EventLoop
    package let descriptor: CInt
    // Unowned: who observes takes itself out before it goes.
    package unowned(unsafe) var observer: (any HangupObserver)?

    private struct State {
        var isReadable = true
        var isWritable = true
        var isHungUp = false
        var isBroken = false
        var isClosed = false
        var token: UInt64 = 0
        var reader: LoopContinuation<Wait>?
        var writer: LoopContinuation<Wait>?
        var readDeadline = MonotonicTime.distantFuture
        var writeDeadline = MonotonicTime.distantFuture
        var timer: TimerWheel<TimerTarget>.Token?
        var timerTick: UInt64 = 0
        /// The turn of the loop in which `callsInTurn` were counted.
        var turn: UInt64 = 0
        var callsInTurn = 0
    }

    // Unchecked: the checks cost more than the work between them. Safe, since nothing here calls back while it has
    // access.
    @exclusivity(unchecked) private var uncheckedState = State()
    private var state: State {
        @inline(__always) _read { yield unsafe uncheckedState }
        @inline(__always) _modify { yield unsafe &uncheckedState }
    }

    /// A read may succeed; cleared by whoever found that it would block.
    package var isReadable: Bool {
        get { state.isReadable }
        set { state.isReadable = newValue }
    }
    /// A write may succeed; cleared by whoever found that it would block.
    package var isWritable: Bool {
        get { state.isWritable }
        set { state.isWritable = newValue }
    }
    /// The peer sends no more; what it has sent may still be unread.
    package var isHungUp: Bool { state.isHungUp }
    /// The connection is broken in both directions.
    package var isBroken: Bool { state.isBroken }
    /// Counts a call to the system; false when there were enough in this turn of the loop, for now others are to have
    /// theirs. What would have been called counts as not ready then, until the next turn. A call that moves more than
    /// 64 KiB has more weight.
    func mayCall(reading: Bool, weight: Int = 1) -> Bool {
        if state.turn != loop.turns {
            state.turn = loop.turns
            state.callsInTurn = 0
        }
        state.callsInTurn += weight
        guard state.callsInTurn > Self.callsPerTurn else { return true }
        if reading { state.isReadable = false } else { state.isWritable = false }
        loop.postponed.append(Postponed(pollable: self, isRead: reading))
        return false
    }

    /// What a peer that sends, or takes, without end gets before others are looked at: 2 MiB where it is 64 KiB a call.
    private static let callsPerTurn = 32

    /// The descriptor was closed on this side.
    package var isClosed: Bool { state.isClosed }

    /// Registers a non-blocking descriptor, which the new object owns from here on: it is closed when this throws.
    package init(descriptor: CInt, on loop: EventLoop) throws {
        loop.assertCurrent()
        self.loop = loop
        self.descriptor = descriptor
        state.token = 0
        do {
            state.token = try loop.register(self)
        } catch {
            Descriptor.close(descriptor)
            state.isClosed = true
            throw error
        }
    }

    deinit {
        assert(state.isClosed, "a descriptor was dropped without being closed")
    }

    /// Waits until a read may succeed.
    @inlinable @inline(__always)
    nonisolated(nonsending) package func readable(until deadline: MonotonicTime = .distantFuture) async -> Wait {
        await withLoopContinuation { waitUntilReadable($0, until: deadline) }
    }

    @usableFromInline
    package func waitUntilReadable(_ continuation: LoopContinuation<Wait>, until deadline: MonotonicTime) {
        loop.assertCurrent()
        guard !state.isClosed else { return continuation.resume(returning: .cancelled) }
        guard !state.isReadable else { return continuation.resume(returning: .ready) }
        guard !loop.pollables.isClosed else { return continuation.resume(returning: .cancelled) }
        guard state.reader == nil else { return continuation.resume(returning: .busy) }
        state.reader = continuation
        state.readDeadline = deadline
        arm()
    }

    /// Waits until a write may succeed.
    @inlinable @inline(__always)
    nonisolated(nonsending) package func writable(until deadline: MonotonicTime = .distantFuture) async -> Wait {
        await withLoopContinuation { waitUntilWritable($0, until: deadline) }
    }

    @usableFromInline
    package func waitUntilWritable(_ continuation: LoopContinuation<Wait>, until deadline: MonotonicTime) {
        loop.assertCurrent()
        guard !state.isClosed else { return continuation.resume(returning: .cancelled) }
        guard !state.isWritable else { return continuation.resume(returning: .ready) }
        guard !loop.pollables.isClosed else { return continuation.resume(returning: .cancelled) }
        guard state.writer == nil else { return continuation.resume(returning: .busy) }
        state.writer = continuation
        state.writeDeadline = deadline
        arm()
    }

    /// Ends both waits.
    package func cancel() {
        cancelReader()
        cancelWriter()
    }

    package func cancelReader() {
        resumeReader(.cancelled)
    }

    package func cancelWriter() {
        resumeWriter(.cancelled)
    }

    /// Ends the waits and closes the descriptor. Later calls do nothing.
    package func close() {
        guard !state.isClosed else { return }
        loop.assertCurrent()
        state.isClosed = true
        if let timer = state.timer { loop.timers.cancel(timer) }
        state.timer = nil
        loop.unregister(self, token: state.token)
        Descriptor.close(descriptor)
        cancel()
    }

    func handle(_ event: PollEvent) {
        if event.isHungUp, !state.isHungUp || (event.isBroken && !state.isBroken) {
            state.isHungUp = true
            state.isBroken = state.isBroken || event.isBroken
            unsafe observer?.peerHungUp(isBroken: state.isBroken)
        }
        if event.isReadable {
            state.isReadable = true
            resumeReader(.ready)
        }
        if event.isWritable {
            state.isWritable = true
            resumeWriter(.ready)
        }
    }

    /// The next turn has come for what `mayCall` put off.
    func resume(_ postponed: Postponed) {
        guard !state.isClosed else { return }
        if postponed.isRead {
            state.isReadable = true
            resumeReader(.ready)
        } else {
            state.isWritable = true
            resumeWriter(.ready)
        }
    }

    func timerFired() {
        state.timer = nil
        if state.reader != nil, state.readDeadline <= loop.now { resumeReader(.timedOut) }
        if state.writer != nil, state.writeDeadline <= loop.now { resumeWriter(.timedOut) }
        arm()
    }

    private func resumeReader(_ result: Wait) {
        state.readDeadline = .distantFuture
        state.reader.take()?.resume(returning: result)
    }

    private func resumeWriter(_ result: Wait) {
        state.writeDeadline = .distantFuture
        state.writer.take()?.resume(returning: result)
    }

    /// Sees to it that the timer fires no later than the earlier deadline. Firing earlier does no harm.
    private func arm() {
        let deadline = min(state.readDeadline, state.writeDeadline)
        guard deadline < .distantFuture, !state.isClosed else { return }
        let tick = loop.tick(of: deadline)
        if let timer = state.timer {
            guard tick < state.timerTick else { return }
            loop.timers.cancel(timer)
        }
        state.timer = loop.timers.schedule(at: tick, .pollable(self))
        state.timerTick = tick
    }
}

/// A read or a write that is to go on in the next turn of the loop.
struct Postponed {
    let pollable: Pollable
    let isRead: Bool
}

/// Told, on the loop's thread, that a peer has left.
package protocol HangupObserver: AnyObject {
    /// - Parameter isBroken: The connection is gone in both directions; else the peer only sends no more.
    func peerHungUp(isBroken: Bool)
}
