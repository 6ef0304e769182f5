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
    package var isReadable = true
    package var isWritable = true
    /// The peer sends no more; what it has sent may still be unread.
    package private(set) var isHungUp = false
    /// The connection is broken in both directions.
    package private(set) var isBroken = false
    package private(set) var isClosed = false
    // Unowned: who observes takes itself out before it goes.
    package unowned(unsafe) var observer: (any HangupObserver)?

    private var token: UInt64
    private var reader: LoopContinuation<Wait>?
    private var writer: LoopContinuation<Wait>?
    private var readDeadline = MonotonicTime.distantFuture
    private var writeDeadline = MonotonicTime.distantFuture
    private var timer: TimerWheel<TimerTarget>.Token?
    private var timerTick: UInt64 = 0

    /// Registers a non-blocking descriptor, which the new object owns from here on: it is closed when this throws.
    package init(descriptor: CInt, on loop: EventLoop) throws {
        loop.assertCurrent()
        self.loop = loop
        self.descriptor = descriptor
        token = 0
        do {
            token = try loop.register(self)
        } catch {
            Descriptor.close(descriptor)
            isClosed = true
            throw error
        }
    }

    deinit {
        assert(isClosed, "a descriptor was dropped without being closed")
    }

    /// Waits until a read may succeed.
    @inlinable @inline(__always)
    nonisolated(nonsending) package func readable(until deadline: MonotonicTime = .distantFuture) async -> Wait {
        await withLoopContinuation { waitUntilReadable($0, until: deadline) }
    }

    @usableFromInline
    package func waitUntilReadable(_ continuation: LoopContinuation<Wait>, until deadline: MonotonicTime) {
        guard !isClosed else { return continuation.resume(returning: .cancelled) }
        guard !isReadable else { return continuation.resume(returning: .ready) }
        loop.assertCurrent()
        guard !loop.pollables.isClosed else { return continuation.resume(returning: .cancelled) }
        guard reader == nil else { return continuation.resume(returning: .busy) }
        reader = continuation
        readDeadline = deadline
        arm()
    }

    /// Waits until a write may succeed.
    @inlinable @inline(__always)
    nonisolated(nonsending) package func writable(until deadline: MonotonicTime = .distantFuture) async -> Wait {
        await withLoopContinuation { waitUntilWritable($0, until: deadline) }
    }

    @usableFromInline
    package func waitUntilWritable(_ continuation: LoopContinuation<Wait>, until deadline: MonotonicTime) {
        guard !isClosed else { return continuation.resume(returning: .cancelled) }
        guard !isWritable else { return continuation.resume(returning: .ready) }
        loop.assertCurrent()
        guard !loop.pollables.isClosed else { return continuation.resume(returning: .cancelled) }
        guard writer == nil else { return continuation.resume(returning: .busy) }
        writer = continuation
        writeDeadline = deadline
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
        guard !isClosed else { return }
        loop.assertCurrent()
        isClosed = true
        if let timer { loop.timers.cancel(timer) }
        timer = nil
        loop.unregister(self, token: token)
        Descriptor.close(descriptor)
        cancel()
    }

    func handle(_ event: PollEvent) {
        if event.isHungUp, !isHungUp || event.isBroken != isBroken {
            isHungUp = true
            isBroken = isBroken || event.isBroken
            unsafe observer?.peerHungUp(isBroken: isBroken)
        }
        if event.isReadable {
            isReadable = true
            resumeReader(.ready)
        }
        if event.isWritable {
            isWritable = true
            resumeWriter(.ready)
        }
    }

    func timerFired() {
        timer = nil
        if reader != nil, readDeadline <= loop.now { resumeReader(.timedOut) }
        if writer != nil, writeDeadline <= loop.now { resumeWriter(.timedOut) }
        arm()
    }

    private func resumeReader(_ result: Wait) {
        readDeadline = .distantFuture
        reader.take()?.resume(returning: result)
    }

    private func resumeWriter(_ result: Wait) {
        writeDeadline = .distantFuture
        writer.take()?.resume(returning: result)
    }

    /// Sees to it that the timer fires no later than the earlier deadline. Firing earlier does no harm.
    private func arm() {
        let deadline = min(readDeadline, writeDeadline)
        guard deadline < .distantFuture, !isClosed else { return }
        let tick = loop.tick(of: deadline)
        if let timer {
            guard tick < timerTick else { return }
            loop.timers.cancel(timer)
        }
        timer = loop.timers.schedule(at: tick, .pollable(self))
        timerTick = tick
    }
}

/// Told, on the loop's thread, that a peer has left.
package protocol HangupObserver: AnyObject {
    /// - Parameter isBroken: The connection is gone in both directions; else the peer only sends no more.
    func peerHungUp(isBroken: Bool)
}
