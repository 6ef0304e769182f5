internal import Netius

/// A connection to a server that speaks HTTP/2: streams of requests over a session, for its worker, in whose isolation
/// everything here happens.
///
/// One task reads what the server sends, and wakes the requests that wait for it. Whatever ends the connection ends the
/// streams on it, each with its own error.
// @unchecked: used on the loop's thread alone, but for what never changes.
final class HTTP2ClientConnection: @unchecked Sendable {
    let id: HTTPClientWorker.Pool.ID
    let worker: HTTPClientWorker
    let session: HTTP2Session
    /// By their places in the session.
    private var streams: [HTTP2ClientStream?] = []
    private(set) var streamCount = 0
    private var sink: HTTP2ResponseSink
    private var keepAlive: HTTP2ClientKeepAlive
    /// The server takes no more streams, or this side opens none.
    private(set) var isRetired = false
    private(set) var isEnded = false
    private var isReading = false
    /// Whom requests are for, which is the same of all of them.
    private var authority: String?
    /// What the server has given as the reason why it goes.
    private var goAwayCode: HTTP2ErrorCode?

    var loop: EventLoop { session.loop }
    var transport: Transport { session.transport }
    var configuration: HTTPClient.Configuration {
        // Not a copy, which would count a reference to each thing in it.
        @inline(__always) _read { yield worker.configuration }
    }

    init(id: HTTPClientWorker.Pool.ID, _ transport: Transport, worker: HTTPClientWorker) {
        self.id = id
        self.worker = worker
        let configuration = worker.configuration
        session = HTTP2Session(
            transport, role: .client, limits: configuration.http2Limits, stall: configuration.writeTimeout)
        sink = HTTP2ResponseSink()
        keepAlive = HTTP2ClientKeepAlive(
            interval: configuration.http2PingInterval, timeout: configuration.http2PingTimeout, now: transport.loop.now)
        session.begin()
    }

    /// How many requests may be on the connection at a time; 0 once it takes no more.
    var capacity: Int {
        guard !isRetired, !isEnded, session.sendingFailure == nil else { return 0 }
        let own = max(configuration.http2Limits.concurrentStreams, 1)
        // Until the server has spoken, what RFC 9113 section 6.5.2 wants every server to allow.
        guard session.connection.hasSettings else { return min(own, 100) }
        return min(own, session.connection.peer.maximumConcurrentStreams ?? own)
    }

    // MARK: Reading

    /// Begins to read, unless that has been done: once the first request is on its way, with what comes before it, or has
    /// been given up.
    func startReading() {
        guard !isReading, !isEnded else { return }
        isReading = true
        Task(executorPreference: loop.taskExecutor) { [worker] in await worker.run(self) }
    }

    /// Reads what the server sends until the connection ends.
    nonisolated(nonsending) func run() async {
        while !isEnded {
            switch await session.receiveMore(until: keepAlive.deadline) {
            case .more:
                keepAlive.received(at: loop.now)
                takeEvents()
            case .cancelled where transport.pollable.mayNotWait: close(because: ended(nil))
            case .timedOut, .cancelled: lookAtTime()
            case .end: close(because: ended(nil))
            case .failed(let error): close(because: ended(error))
            }
            if session.sendingFailure != nil { retire() }
        }
    }

    private func ended(_ error: (any Error)?) -> HTTP2ClientFailure {
        HTTP2ClientFailure(kind: .closed, code: goAwayCode, underlying: error)
    }

    /// Everything that has arrived.
    private func takeEvents() {
        session.isBatching = true
        defer { session.isBatching = false }
        do throws(HTTP2Error) {
            while !isEnded {
                switch try session.nextEvent(&sink) {
                case .needsMore: return
                case .head(let slot): takeHead(slot)
                case .trailers(let slot): takeTrailers(slot)
                case .failed(let failure):
                    if let slot = failure.slot { stream(slot)?.wake() }
                case .settings: worker.assumeIsolated { $0.capacityChanged(self) }
                case .goAway(let lastStream, let code): goAway(lastStream, code)
                case .data, .windowOpened, .priority, .acknowledged: break
                }
            }
        } catch {
            close(
                because: HTTP2ClientFailure(kind: .broken, code: error.code, reason: error.reason))
        }
    }

    private func takeHead(_ slot: Int) {
        guard let stream = stream(slot) else { return }
        stream.take(sink.head, isTooLarge: sink.isTooLarge)
        HTTPResponseHead.recycle(&sink.head)
    }

    private func takeTrailers(_ slot: Int) {
        stream(slot)?.trailers = sink.trailers
        session.streams[slot].wakeReader(.ready)
    }

    /// The server takes no streams after the given one (RFC 9113 section 6.8).
    private func goAway(_ lastStream: UInt32, _ code: HTTP2ErrorCode) {
        if code != .noError { goAwayCode = code }
        for case let stream? in streams where stream.number > lastStream {
            session.fail(stream.slot, HTTP2ClientFailure(kind: .refused, code: goAwayCode))
        }
        retire()
    }

    // MARK: Time

    /// The server has kept a request waiting for too long: it is asked whether it is there.
    func probe() {
        guard !isEnded, keepAlive.probe(at: loop.now) else { return }
        sendPing()
        // The wait for its answer has to end sooner than the one that is under way.
        transport.pollable.cancelReader()
    }

    private func lookAtTime() {
        guard !isEnded else { return }
        switch keepAlive.look(at: loop.now, isBusy: streamCount > 0) {
        case .nothing: break
        case .ping: sendPing()
        case .giveUp: close(because: HTTP2ClientFailure(kind: .closed, reason: "the server has not answered a PING"))
        }
    }

    private func sendPing() {
        HTTP2FrameEncoder.appendPing(HTTP2ClientKeepAlive.data, isAcknowledgement: false, to: transport.output)
        session.flushSoon()
    }

    // MARK: Streams

    /// What requests say of whom they are for.
    func authority(of request: HTTPClientRequest) -> String {
        if let host = request.fields[.host] { return host }
        if let authority { return authority }
        let authority = request.url.authority
        self.authority = authority
        return authority
    }

    private func stream(_ slot: Int) -> HTTP2ClientStream? {
        slot < streams.count ? streams[slot] : nil
    }

    /// Opens a stream; nil where the server allows none just now.
    func openStream() -> Int? {
        guard !isEnded, !isRetired, session.sendingFailure == nil else { return nil }
        guard let slot = session.connection.openStream() else { return nil }
        _ = session.stream(slot)
        return slot
    }

    func insert(_ stream: HTTP2ClientStream) {
        while streams.count <= stream.slot { streams.append(nil) }
        streams[stream.slot] = stream
        if streamCount == 0 { keepAlive.becameBusy(at: loop.now) }
        streamCount += 1
        // There are no more numbers.
        if session.connection.nextStream > UInt32(Int32.max) { retire() }
    }

    /// A stream is over.
    func remove(_ stream: HTTP2ClientStream) {
        guard self.stream(stream.slot) === stream else { return }
        streams[stream.slot] = nil
        streamCount -= 1
        if !isEnded { session.release(stream.slot, .cancel) }
        worker.assumeIsolated { $0.release(self) }
    }

    // MARK: Ending

    /// Takes no more requests: those that are under way go on.
    func retire() {
        guard !isRetired else { return }
        isRetired = true
        worker.assumeIsolated { $0.retire(self) }
    }

    private func close(because failure: HTTP2ClientFailure) {
        worker.assumeIsolated { $0.close(self, because: failure) }
    }

    /// Closes the socket, with a word to the server; the worker has taken the connection out of its table.
    func end(because failure: HTTP2ClientFailure?) {
        guard !isEnded else { return }
        isEnded = true
        let fault = failure?.kind == .broken ? failure : nil
        session.connection.goAway(
            fault?.code ?? .noError, lastStream: 0, debug: fault?.reason ?? "", to: transport.output)
        _ = transport.flush()
        session.fail(failure ?? HTTP2ClientFailure(kind: .closed, reason: "the client has been shut down"))
        transport.close()
    }
}
