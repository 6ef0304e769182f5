internal import Netius

/// The server's side of an HTTP/2 connection: its streams, each with a request and its response. Everything here happens
/// in the isolation of the connection that it belongs to.
// @unchecked: used on the loop's thread alone.
@safe
final class HTTP2ServerConnection: @unchecked Sendable {
    // Unowned: the connection holds this for as long as it is served.
    unowned let owner: HTTPServerConnection
    let worker: HTTPServerWorker
    let session: HTTP2Session
    // Unchecked: a request makes a dozen accesses. Safe, since nothing is called back while they last.
    @exclusivity(unchecked) private var uncheckedSink: HTTP2RequestSink
    @exclusivity(unchecked) private var uncheckedExchanges: [HTTP2ServerExchange] = []
    /// Where heads are decoded to.
    var sink: HTTP2RequestSink {
        @inline(__always) _read { yield unsafe uncheckedSink }
        @inline(__always) _modify { yield unsafe &uncheckedSink }
    }
    /// By the places of their streams.
    private(set) var exchanges: [HTTP2ServerExchange] {
        @inline(__always) _read { yield unsafe uncheckedExchanges }
        @inline(__always) _modify { yield unsafe &uncheckedExchanges }
    }
    /// The handlers that run.
    private(set) var runningCount = 0
    /// When there was a request last.
    private var lastUsed: MonotonicTime
    /// Until when what has begun has to be complete: the preface, or a header block.
    private var headDeadline: MonotonicTime
    /// No streams are taken any more; the connection ends with the last of them.
    var isClosing = false
    private var whenIdle: LoopContinuation<Void>?
    private var shutdownTimer: ScheduledWork?

    var transport: Transport { session.transport }
    var configuration: HTTPServer.Configuration {
        // Not a copy, which would count a reference to each thing in it.
        @inline(__always) _read { yield worker.configuration }
    }
    var logMetadata: LogMetadata { ["peer": "\(owner.peerAddress)", "protocol": "HTTP/2"] }

    init(_ owner: HTTPServerConnection) {
        self.owner = owner
        worker = owner.worker
        let configuration = owner.worker.configuration
        session = HTTP2Session(
            owner.transport, role: .server, limits: configuration.http2,
            allowsExtendedConnect: configuration.allowsExtendedConnect, stall: configuration.writeTimeout)
        unsafe uncheckedSink = HTTP2RequestSink(allowsExtendedConnect: configuration.allowsExtendedConnect)
        lastUsed = owner.loop.now
        headDeadline = owner.loop.now + configuration.headTimeout
    }

    /// The request in whose name something is asked for, if it is still being answered.
    func exchange(of request: HTTPExchange) -> HTTP2ServerExchange? {
        let slot = Int(request.slot)
        guard slot < exchanges.count, exchanges[slot].number == request.number else { return nil }
        return exchanges[slot]
    }

    // MARK: Requests

    /// Takes over a head that is in the sink; false where the request is answered already.
    @inline(__always)
    func begin(_ slot: Int) -> Bool {
        while exchanges.count <= slot { exchanges.append(HTTP2ServerExchange()) }
        _ = session.stream(slot)
        let exchange = exchanges[slot]
        let state = session.connection.streams[slot]
        exchange.begin(state.id, at: session.loop.now)
        swap(&exchange.head, &sink.head)
        HTTPRequestHead.recycle(&sink.head)
        runningCount += 1
        if !worker.keepsAlive { announceEnd() }
        guard !sink.isTooLarge, state.contentLeft ?? 0 <= configuration.limits.bodySize ?? .max else {
            refuse(slot, sink.isTooLarge ? .requestHeaderFieldsTooLarge : .contentTooLarge)
            return false
        }
        return true
    }

    private func refuse(_ slot: Int, _ status: HTTPResponse.Status) {
        worker.log.info("refused: \(status.reasonPhrase)", metadata: logMetadata)
        // Where even that has no room, the stream is reset.
        _ = try? respondAtOnce(HTTPError(status).response, slot)
        end(slot)
    }

    /// A handler has ended.
    @inline(__always)
    func end(_ slot: Int) {
        let exchange = exchanges[slot]
        recordAccess(exchange)
        if case .complete = exchange.response {
            if session.connection.streams[slot].isClosed { session.release(slot) } else { discard(slot) }
        } else {
            session.release(slot, .internalError)
        }
        exchange.end()
        runningCount -= 1
        if runningCount == 0 { becomeIdle() }
    }

    /// The request has content that its handler has not read.
    @inline(never)
    private func discard(_ slot: Int) {
        session.discard(
            slot, upTo: isClosing ? 0 : configuration.maximumDiscardedBody,
            until: session.loop.now + configuration.lingerTimeout)
    }

    private func becomeIdle() {
        lastUsed = session.loop.now
        whenIdle.take()?.resume()
        // Whoever waits for more is to see that it is over.
        if isClosing { transport.pollable.cancelReader() }
    }

    /// The connection is over: waits until no handler runs, and nobody sends.
    nonisolated(nonsending) func finish() async {
        shutdownTimer?.cancel()
        if let failure = session.failure { end(failure) }
        await withLoopContinuation { continuation in
            // The last may have ended before this came to wait.
            if runningCount == 0 { continuation.resume() } else { whenIdle = continuation }
        }
        await session.waitUntilDrained()
    }

    @inline(__always)
    private func recordAccess(_ exchange: HTTP2ServerExchange) {
        guard let recorder = worker.accessRecorder else { return }
        recorder.record(
            HTTPAccessRecord(
                head: exchange.head, peer: owner.peerAddress.ipAddress, status: exchange.statusCode,
                contentSent: exchange.contentSent, began: exchange.began, ended: session.loop.now))
    }

    // MARK: Deadlines

    /// Until when to wait for more.
    func nextDeadline() -> MonotonicTime {
        let now = session.loop.now
        if session.connection.isWithinHead {
            if headDeadline == .distantFuture { headDeadline = now + configuration.headTimeout }
        } else {
            headDeadline = .distantFuture
        }
        let idleEnd = runningCount == 0 ? lastUsed + configuration.idleTimeout : now + configuration.idleTimeout
        return min(headDeadline, idleEnd)
    }

    /// A wait has come to its deadline.
    func endIfOverdue() {
        let now = session.loop.now
        if headDeadline <= now { return fail(HTTP2Error(.protocolError, "the head took too long")) }
        guard runningCount == 0, lastUsed + configuration.idleTimeout <= now else { return }
        close()
    }

    /// Whether nothing is left to be done.
    var isOver: Bool { isClosing && runningCount == 0 }
}

// MARK: - Ends

extension HTTP2ServerConnection {
    /// The data of the PING that tells when the client has seen the first GOAWAY.
    private static let shutdownPing: UInt64 = 0x6E65_7469_7573_0001

    /// A graceful shutdown: an idle connection ends at once, any other with its streams. The client may have sent
    /// requests that are still on their way: it is warned before the last stream is named (RFC 9113 §6.8).
    func beginShutdown() {
        guard !isClosing else { return }
        guard runningCount > 0 else {
            close()
            return transport.pollable.cancelReader()
        }
        announceEnd()
    }

    private func announceEnd() {
        guard !session.connection.hasSentGoAway else { return }
        session.connection.goAway(.noError, lastStream: UInt32(Int32.max), to: transport.output)
        HTTP2FrameEncoder.appendPing(Self.shutdownPing, isAcknowledgement: false, to: transport.output)
        session.flushSoon()
        shutdownTimer = session.loop.schedule(at: session.loop.now + .seconds(1)) { [weak self] in self?.close() }
    }

    /// The client has answered a PING.
    func acknowledged(_ data: UInt64) {
        if data == Self.shutdownPing, session.connection.hasSentGoAway { close() }
    }

    /// No further streams.
    private func close() {
        guard !isClosing else { return }
        isClosing = true
        shutdownTimer?.cancel()
        session.connection.goAway(.noError, lastStream: session.connection.lastPeerStream, to: transport.output)
        session.flushSoon()
        if runningCount == 0 { transport.pollable.cancelReader() }
    }

    /// The client has broken the protocol, or a limit: it is told, and nothing more is answered.
    func fail(_ error: HTTP2Error) {
        worker.log.info("refused: \(error.reason) (\(error.code))", metadata: logMetadata)
        session.connection.goAway(
            error.code, lastStream: session.connection.lastPeerStream, debug: error.reason, to: transport.output)
        end(error)
    }

    /// The client has left.
    func disappeared(_ error: (any Error)?) {
        if let error { worker.log.debug("the connection broke: \(error)", metadata: logMetadata) }
        end(error ?? ConnectionError.closed)
    }

    /// The end of patience.
    func cancel() {
        end(ConnectionError.cancelled)
    }

    private func end(_ error: any Error) {
        isClosing = true
        session.fail(error)
        for exchange in exchanges { exchange.task?.cancel() }
    }

    /// A stream has ended before its time: nobody waits for its response.
    func failed(_ failure: HTTP2StreamFailure) {
        if !failure.isByPeer {
            worker.log.info("refused: \(failure.reason) (\(failure.code))", metadata: logMetadata)
        }
        guard let slot = failure.slot, slot < exchanges.count else { return }
        exchanges[slot].task?.cancel()
    }
}
