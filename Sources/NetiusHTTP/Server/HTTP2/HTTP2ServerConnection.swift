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
    private var sink: HTTP2RequestSink {
        @inline(__always) _read { yield unsafe uncheckedSink }
        @inline(__always) _modify { yield unsafe &uncheckedSink }
    }
    /// What answers requests.
    var handler: HTTPServer.Handler = { _ in throw HTTPServerError.noHandler }
    /// Counts the tasks that have read: whoever finds another number than at first has been replaced.
    private(set) var reader: UInt32 = 0
    /// The stream whose handler the reading task is in.
    var handling: Int?
    /// How many handlers are to show that they need not wait before the reading task calls them itself again.
    private var waits = 0
    private var isObservingTurn = false
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
    var shutdownTimer: ScheduledWork?

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

    // MARK: Reading

    /// The next request that is to be answered; nil when nothing more has arrived, or the connection has ended.
    func nextRequest() -> Int? {
        do throws(HTTP2Error) {
            while session.failure == nil {
                switch try session.nextEvent(&sink) {
                case .head(let slot): if begin(slot) { return slot }
                case .trailers(let slot):
                    exchanges[slot].trailers = sink.trailers
                    // They are the end of the content, for which somebody may wait.
                    session.streams[slot].wakeReader(.ready)
                case .failed(let failure): failed(failure)
                case .acknowledged(let data): acknowledged(data)
                case .settings, .goAway, .data, .windowOpened, .priority: continue
                case .needsMore: return nil
                }
            }
        } catch {
            fail(error)
        }
        return nil
    }

    func beginBatch() {
        session.isBatching = true
        guard !isObservingTurn else { return }
        isObservingTurn = true
        session.loop.observeEndOfTurn(self)
    }

    func endBatch() {
        session.isBatching = false
    }

    /// Whether handlers have waited of late, so that each is better off with a task of its own.
    var handlersWait: Bool { waits > 0 }

    /// A handler that had a task of its own has ended.
    func handlerEnded(hasWaited: Bool) {
        waits = hasWaited ? Self.patience : max(0, waits - 1)
    }

    private static let patience = 32

    /// Leaves the reading to a new task.
    func handOver() {
        let slot = handling
        handling = nil
        reader &+= 1
        session.isBatching = false
        owner.assumeIsolated { $0.readOn(self, handling: slot) }
        session.flush()
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
    var isOver: Bool { session.failure != nil || (isClosing && runningCount == 0) }
}

extension HTTP2ServerConnection: TurnObserver {
    /// A handler that the reading task has called has not come back: it waits.
    func turnEnded() {
        isObservingTurn = false
        guard handling != nil else { return }
        waits = Self.patience
        handOver()
    }
}
