internal import CNetius

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The bytes of one stream socket, in both directions: what protocol drivers and `Connection` stand on.
///
/// Reading goes through the loop's one input buffer and writing through its one output buffer (see `LoopBuffers`); the
/// transport owns memory only for what could not be consumed or sent at once.
// @unchecked: used on the loop's thread alone.
@safe
package final class Transport: @unchecked Sendable {
    /// What a read found.
    package enum Received {
        /// There is more that is unread.
        case bytes
        /// Nothing for now: wait until `readable`.
        case wouldBlock
        /// The peer sends no more.
        case end
        case failed(any Error)
    }

    /// How far a write came.
    package enum Sent {
        case all
        /// The rest is kept: wait until `writable`, then flush again.
        case wouldBlock
        case failed(any Error)
    }

    package let pollable: Pollable
    /// The address of the other end.
    package let peerAddress: SocketAddress
    package var loop: EventLoop { pollable.loop }

    struct State {
        // Input: a region of the loop's buffer while this transport holds it, else bytes of its own.
        var lentInput = 0..<0
        var kept: [UInt8] = []
        var keptStart = 0
        // Output: the loop's buffer while this transport holds it, after what is kept here as it goes to the socket.
        var unsent: [UInt8] = []
        var unsentStart = 0
        var failure: (any Error)?
        var isShutDown = false
        /// Reads in a row that made TLS answer a peer that takes no answers.
        var answersInTheWay = 0
    }

    // Unchecked: the checks cost more than the work between them. Safe, since nothing here calls back while it has
    // access.
    @exclusivity(unchecked) private var uncheckedState = State()
    @exclusivity(unchecked) private var uncheckedTLS: TLSSession?
    var state: State {
        @inline(__always) _read { yield unsafe uncheckedState }
        @inline(__always) _modify { yield unsafe &uncheckedState }
    }

    /// What protects the bytes on their way; nil where nothing does.
    package internal(set) var tls: TLSSession? {
        @inline(__always) get { unsafe uncheckedTLS }
        @inline(__always) set { unsafe uncheckedTLS = newValue }
    }

    /// Takes over a connected, non-blocking stream socket, which is closed when this throws.
    package init(descriptor: CInt, peer: SocketAddress, on loop: EventLoop) throws {
        pollable = try Pollable(descriptor: descriptor, on: loop)
        peerAddress = peer
    }

    /// The address of this end.
    package func localAddress() -> SocketAddress? {
        pollable.isClosed ? nil : Socket.localAddress(of: pollable.descriptor)
    }

    // MARK: Reading

    /// The bytes that have arrived and are not consumed.
    package var unreadCount: Int { state.lentInput.count + state.kept.count - state.keptStart }

    /// Lends the unread bytes, all of them in one run.
    package func withUnread<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        if !state.lentInput.isEmpty {
            // Safe: the region was filled by recv(2), and holds until another transport takes the buffer, which
            // cannot happen while `body`, which does not suspend, runs.
            let region = unsafe UnsafeRawBufferPointer(rebasing: loop.buffers.input[state.lentInput])
            let bytes = unsafe region.bindMemory(to: UInt8.self)
            let span = unsafe bytes.span
            return try body(span)
        }
        let bytes = state.kept
        let span = bytes.span
        return try body(span.extracting(droppingFirst: state.keptStart))
    }

    /// Marks the first `count` unread bytes as read.
    package func consume(_ count: Int) {
        if !state.lentInput.isEmpty {
            state.lentInput =
                min(state.lentInput.lowerBound + count, state.lentInput.upperBound)..<state.lentInput.upperBound
            return
        }
        state.keptStart = min(state.keptStart + count, state.kept.count)
        if state.keptStart == state.kept.count, state.keptStart > 0 {
            state.kept = []
            state.keptStart = 0
        }
    }

    /// Reads once what the socket has, after what is unread.
    package func receive() -> Received {
        guard !pollable.isClosed else { return .end }
        if let tls { return receive(through: tls) }
        guard pollable.isReadable, pollable.mayCall(reading: true) else { return .wouldBlock }
        keepUnread()
        loop.buffers.holdInput(self)
        let input = unsafe loop.buffers.input
        let count = retryingOnInterrupt { unsafe recv(pollable.descriptor, input.baseAddress, input.count, 0) }
        if count > 0 {
            // A short read has emptied the socket; what comes later is a new event. Not so after a hang-up, which is
            // reported once and may lie behind what was read.
            if count < input.count, !pollable.isHungUp { pollable.isReadable = false }
            takeInput(count)
            return .bytes
        }
        // A failed write has had the system's error, and left the reader what looks like an end.
        if count == 0 { return state.failure.map { .failed($0) } ?? .end }
        guard errno == EAGAIN || errno == EWOULDBLOCK else { return fail(SystemError(operation: "read")) }
        pollable.isReadable = false
        return .wouldBlock
    }

    /// The first `count` bytes of the loop's buffer have arrived.
    @inline(__always)
    func takeInput(_ count: Int) {
        if state.kept.isEmpty {
            state.lentInput = 0..<count
        } else {
            forgetConsumed()
            unsafe state.kept.append(contentsOf: loop.buffers.input[..<count])
        }
    }

    /// Copies what is unread out of the loop's buffer, which another transport is about to take.
    func keepUnread() {
        guard !state.lentInput.isEmpty else { return }
        forgetConsumed()
        unsafe state.kept.append(contentsOf: loop.buffers.input[state.lentInput])
        state.lentInput = 0..<0
    }

    /// Gives back what was consumed of the bytes that are kept, once that is most of them: no byte is moved often.
    private func forgetConsumed() {
        guard state.keptStart > state.kept.count / 2 else { return }
        state.kept.removeFirst(state.keptStart)
        state.keptStart = 0
    }

    // MARK: Writing

    /// Where to append what is to be sent. Valid until the caller suspends; sent by `flush`, or at the end of the
    /// loop's turn.
    package var output: OutputBuffer {
        loop.buffers.holdOutput(self)
        return loop.buffers.output
    }

    /// The bytes appended or kept that the system has not taken yet.
    package var unsentCount: Int {
        state.unsent.count - state.unsentStart + (loop.buffers.isOutputHeld(by: self) ? loop.buffers.output.count : 0)
    }

    /// Sends, without waiting, what was appended, and `body` after it. Of `body`, which is not copied, it says how many
    /// bytes were sent.
    package func flush(then body: ArraySlice<UInt8>) -> (Sent, bodySent: Int) {
        guard !pollable.isClosed, !state.isShutDown else {
            return (.failed(SystemError(operation: "write", code: EPIPE)), 0)
        }
        if let failure = state.failure { return (.failed(failure), 0) }
        if let tls, !tls.isSentByKernel { return flush(through: tls, then: body) }
        let buffers = loop.buffers
        let isHolder = buffers.isOutputHeld(by: self)
        var sentOfBody = 0
        let sent: Sent
        if state.unsent.isEmpty, isHolder {
            sent = unsafe buffers.output.withUnsafeBytes { output in
                unsafe body.withUnsafeBytes { body in
                    unsafe send(output, body, sentOfBody: &sentOfBody)
                }
            }
        } else {
            if isHolder { unsafe buffers.output.withUnsafeBytes { unsafe state.unsent.append(contentsOf: $0) } }
            let (first, start) = (state.unsent, state.unsentStart)
            state.unsent = []
            state.unsentStart = 0
            sent = unsafe first.withUnsafeBytes { first in
                unsafe body.withUnsafeBytes { body in
                    unsafe send(
                        .init(rebasing: first[start...]), body, sentOfBody: &sentOfBody)
                }
            }
        }
        if isHolder { buffers.output.removeAll() }
        return (sent, sentOfBody)
    }

    /// Sends, without waiting, what was appended.
    package func flush() -> Sent {
        guard unsentCount > 0 else { return state.failure.map { .failed($0) } ?? .all }
        return flush(then: []).0
    }

    /// Another transport takes the loop's output buffer, or the loop's turn ends.
    func outputTaken() {
        guard loop.buffers.output.count > 0 else { return }
        let buffers = loop.buffers
        guard state.failure == nil, !state.isShutDown, !pollable.isClosed else { return }
        if let tls, !tls.isSentByKernel { return outputTaken(by: tls) }
        if state.unsent.isEmpty {
            var none = 0
            _ = unsafe buffers.output.withUnsafeBytes { output in
                unsafe send(output, .init(start: nil, count: 0), sentOfBody: &none)
            }
        } else {
            unsafe buffers.output.withUnsafeBytes { unsafe state.unsent.append(contentsOf: $0) }
        }
    }

    /// Sends both runs as one; keeps what is left of the first.
    func send(
        _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, sentOfBody: inout Int
    ) -> Sent {
        var done = 0
        let total = first.count + second.count
        while done < total {
            guard pollable.isWritable, pollable.mayCall(reading: false) else { break }
            let count: Int
            if done < first.count, unsafe second.isEmpty {
                let rest = unsafe UnsafeRawBufferPointer(rebasing: first[done...])
                count = unsafe Socket.send(rest, to: pollable.descriptor)
            } else {
                let restOfFirst = unsafe UnsafeRawBufferPointer(rebasing: first[min(done, first.count)...])
                let restOfSecond = unsafe UnsafeRawBufferPointer(rebasing: second[max(0, done - first.count)...])
                count = unsafe Socket.send(restOfFirst, restOfSecond, to: pollable.descriptor)
            }
            guard count >= 0 else {
                if errno == EAGAIN || errno == EWOULDBLOCK {
                    pollable.isWritable = false
                    break
                }
                if case .failed(let error) = fail(SystemError(operation: "write")) { return .failed(error) }
                break
            }
            done += count
        }
        if done < first.count { unsafe state.unsent.append(contentsOf: first[done...]) }
        sentOfBody = max(0, done - first.count)
        return done == total ? .all : .wouldBlock
    }

    func fail(_ error: any Error) -> Received {
        state.failure = state.failure ?? error
        return .failed(error)
    }
}
