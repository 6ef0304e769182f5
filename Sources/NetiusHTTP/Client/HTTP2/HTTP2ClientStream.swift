internal import Netius

/// One request on a shared connection, until its response has been read or nobody wants it any more.
///
/// It has its place on the connection, and the worker's lease of that, from the time it is made until `end`.
// @unchecked: used on the loop's thread alone, but for what never changes.
final class HTTP2ClientStream: @unchecked Sendable {
    let connection: HTTP2ClientConnection
    /// Its place in the session.
    let slot: Int
    /// Its identifier.
    let number: UInt32
    private(set) var request: HTTPClientRequest
    /// Until when the request may take in all.
    private let deadline: MonotonicTime

    /// The head of the final response, once it has come.
    private(set) var head: HTTPResponseHead?
    var trailers: HTTPFields?
    /// Whether any of the response has come.
    private(set) var hasAnswer = false
    private var interimCount = 0
    /// Whether the server has asked for the content.
    private var isContinued = false
    private var receivedCount = 0
    /// Why the stream has ended before its time, once that has been looked at.
    private(set) var failure: (any Error)?

    /// The content of the request while it is sent beside the reading; nil where it was sent at once.
    var sending: HTTPClientSending?
    /// Whether any of the request's content has been read.
    var hasReadContent = false
    /// When the request, or the last of its content, was sent.
    var sent: MonotonicTime
    /// Whether the session is at a write for it.
    private var isWriting = false
    /// Nobody wants it any more.
    private(set) var isOver = false
    /// Whoever waits is to look again at how things are.
    private var isWoken = false

    var loop: EventLoop { connection.loop }
    var session: HTTP2Session { connection.session }
    var configuration: HTTPClient.Configuration {
        @inline(__always) _read { yield connection.worker.configuration }
    }

    init(_ connection: HTTP2ClientConnection, slot: Int, _ request: HTTPClientRequest, until deadline: MonotonicTime) {
        self.connection = connection
        self.slot = slot
        number = connection.session.connection.streams[slot].id
        self.request = request
        self.deadline = deadline
        sent = connection.loop.now
        connection.insert(self)
    }

    private var state: HTTP2Stream { session.streams[slot] }

    /// Whether the server has sent all of its response, read or not.
    var hasAll: Bool { session.connection.streams[slot].hasEnd }

    /// Whether all of the response has been read.
    var isComplete: Bool { hasAll && state.received.isEmpty }

    // MARK: Receiving

    /// A head has come, interim or final; without the fields that are beyond the limits if it `isTooLarge`.
    func take(_ head: HTTPResponseHead, isTooLarge: Bool) {
        hasAnswer = true
        guard !isTooLarge else { return fail(.cancel, "the header section is too large") }
        configuration.observer?.observeHead?(.received(head.status, head.version, head.fields))
        if head.status.kind == .informational {
            interimCount += 1
            guard interimCount <= max(configuration.limits.interimResponses, 0) else {
                return fail(.enhanceYourCalm, "too many interim responses")
            }
            configuration.observer?.note(.interim(head.status, head.fields), .awaiting, of: request)
            if head.status == .continue { isContinued = true }
        } else {
            self.head = head
        }
        wake()
    }

    private func fail(_ code: HTTP2ErrorCode, _ reason: String) {
        session.reset(
            slot, code,
            HTTP2StreamFailure(slot: slot, stream: number, code: code, isByPeer: false, reason: reason))
    }

    /// Lets whoever waits look again.
    func wake() {
        isWoken = true
        state.wakeReader(.ready)
    }

    /// Ends the wait of a task that has been cancelled.
    func cancelWait() {
        if !isOver { state.wakeReader(.cancelled) }
    }

    /// Waits for the head of the final response.
    ///
    /// - Parameter awaitsContinue: Whether the request's content is held back until the server asks for it.
    /// - Throws: `HTTPClientError`; `CancellationError`.
    func receiveHead(awaitsContinue: Bool) async throws {
        var continueDeadline = awaitsContinue ? loop.now + configuration.continueTimeout : MonotonicTime.distantFuture
        while head == nil {
            isWoken = false
            try checkFailure()
            // Where the server says nothing of the content, it gets it.
            let isDue = try await isContinued ? true : wait(until: continueDeadline)
            guard isDue else { continue }
            isContinued = false
            if continueDeadline < .distantFuture {
                continueDeadline = .distantFuture
                startSending()
            }
        }
        sending?.finalHeadCame()
    }

    /// The next bytes of the content; nil at the end.
    ///
    /// - Throws: `HTTPClientError`; `CancellationError`.
    func readBody() async throws -> [UInt8]? {
        while true {
            isWoken = false
            if let bytes = try readArrived() { return bytes }
            if hasAll { return nil }
            try checkFailure()
            _ = try await wait(until: .distantFuture)
        }
    }

    /// The next bytes of the content if they have arrived; nil for none now, and at the end.
    func readArrived() throws -> [UInt8]? {
        guard let bytes = session.takeReceived(slot) else { return nil }
        receivedCount += bytes.count
        if let limit = configuration.limits.bodySize, receivedCount > max(limit, 0) {
            throw HTTPClientError(.malformedResponse, request.url, "the content is larger than the limit")
        }
        return bytes
    }

    private func checkFailure() throws {
        if let failure = sending?.failure { throw failure }
        // What has come in whole is read, whatever became of the stream since.
        guard let failure = state.failure ?? session.failure, head == nil || !hasAll else { return }
        self.failure = failure
        throw HTTPClientError(streamFailure: failure, request.url, hasAnswer: hasAnswer)
    }

    // MARK: Waiting

    /// Waits until there is something to look at.
    ///
    /// - Parameter limit: Until when, if that is earlier than what the configuration allows.
    /// - Returns: Whether the limit has come.
    /// - Throws: `HTTPClientError`; `CancellationError`.
    private func wait(until limit: MonotonicTime) async throws -> Bool {
        // While the request is being sent, the server need not answer, nor go on with its answer.
        let isSending = sending?.isExpected ?? false
        let own =
            switch (isSending, hasAnswer) {
            case (true, _): MonotonicTime.distantFuture
            case (false, false): sent + configuration.firstByteTimeout
            case (false, true): max(loop.now, sent) + configuration.readTimeout
            }
        switch await wake(until: min(own, limit, deadline)) {
        case .ready: return false
        case .cancelled:
            // Otherwise it was another's, which came too late.
            try Task.checkCancellation()
            return false
        case .timedOut: break
        }
        let now = loop.now
        if deadline <= now { throw HTTPClientError(.requestTimedOut, request.url, "the request took too long in all") }
        if limit <= now { return true }
        guard own <= now else { return false }
        // It may be that the server is gone.
        connection.probe()
        throw hasAnswer
            ? HTTPClientError(.readTimedOut, request.url, "the server paused for too long within its response")
            : HTTPClientError(.firstByteTimedOut, request.url, "the server did not answer in time")
    }

    private func wake(until deadline: MonotonicTime) async -> HTTP2Stream.Wake {
        await withLoopContinuation { continuation in
            guard !Task.isCancelled else { return continuation.resume(returning: .cancelled) }
            // What was to end the wait may have come before the wait did.
            guard !isWoken, !hasAll, state.received.isEmpty, state.failure == nil, session.failure == nil else {
                return continuation.resume(returning: .ready)
            }
            state.reader = continuation
            state.readDeadline = deadline
            session.watch(until: deadline)
        }
    }

    // MARK: Writing

    /// Has the session write something, unless the stream is over.
    func write(_ body: nonisolated(nonsending) (HTTP2Session) async throws -> Void) async throws {
        guard !isOver else { throw CancellationError() }
        isWriting = true
        defer {
            isWriting = false
            if isOver { connection.remove(self) }
        }
        try await body(session)
    }

    // MARK: Ending

    /// The response has been read, or is not wanted any more: what is not over is broken off.
    func end() {
        guard !isOver else { return }
        isOver = true
        sending?.cancel()
        if isWriting {
            // Its place is free when the write has ended.
            session.reset(slot, .cancel, HTTP2ClientFailure(kind: .abandoned))
        } else {
            connection.remove(self)
        }
    }
}
