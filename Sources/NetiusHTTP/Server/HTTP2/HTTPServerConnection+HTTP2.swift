internal import Netius

/// A connection that turned out to speak HTTP/2: each of its streams is a request, answered by a task of its own.
extension HTTPServerConnection {
    /// Goes on with HTTP/2 where the client has begun with its preface (RFC 9113 §3.3); false where it has not.
    @inline(never)
    func beginHTTP2() -> Bool {
        guard number == 0, worker.configuration.protocols.contains(.http2), tls == nil else { return false }
        let isPreface = transport.withUnread { bytes in
            let line = HTTP2Connection.preface.prefix(16)
            return bytes.count >= line.count && line.indices.allSatisfy { bytes[$0] == line[$0] }
        }
        if isPreface { startHTTP2() }
        return isPreface
    }

    func startHTTP2() {
        phase = .ended
        http2 = HTTP2ServerConnection(self)
        unsafe transport.pollable.observer = nil
    }

    /// Answers the requests of all streams until the connection ends.
    func serve(_ http2: HTTP2ServerConnection, _ handler: @escaping HTTPServer.Handler) async {
        http2.session.begin()
        if worker.isShuttingDown { http2.beginShutdown() }
        while takeEvents(http2, handler) {
            switch await http2.session.receiveMore(until: http2.nextDeadline()) {
            case .more, .cancelled: continue
            case .timedOut: http2.endIfOverdue()
            case .end: http2.disappeared(nil)
            case .failed(let error): http2.disappeared(error)
            }
        }
        await http2.finish()
    }

    /// Deals with what has arrived; false when the connection is over.
    @inline(never)
    private func takeEvents(_ http2: HTTP2ServerConnection, _ handler: @escaping HTTPServer.Handler) -> Bool {
        let session = http2.session
        session.isBatching = true
        defer { session.isBatching = false }
        do throws(HTTP2Error) {
            while session.failure == nil {
                switch try session.nextEvent(&http2.sink) {
                case .head(let slot): start(slot, http2, handler)
                case .trailers(let slot): http2.exchanges[slot].trailers = http2.sink.trailers
                case .failed(let failure): http2.failed(failure)
                case .acknowledged(let data): http2.acknowledged(data)
                case .settings, .goAway, .data, .windowOpened, .priority: continue
                case .needsMore: return !http2.isOver
                }
            }
        } catch {
            http2.fail(error)
        }
        return false
    }

    /// Begins to answer a request. Its task starts here and now; one that need not wait is over when this returns.
    ///
    /// It has no preference for the loop's executor: the runtime would not find it there when it starts, and enqueue it.
    private func start(_ slot: Int, _ http2: HTTP2ServerConnection, _ handler: @escaping HTTPServer.Handler) {
        guard http2.begin(slot) else { return }
        let number = http2.exchanges[slot].number
        let task = Task.immediate { await self.answer(slot, number, http2, handler) }
        if http2.exchanges[slot].number == number { http2.exchanges[slot].task = task }
    }

    private func answer(
        _ slot: Int, _ number: UInt32, _ http2: HTTP2ServerConnection, _ handler: HTTPServer.Handler
    ) async {
        do {
            let exchange = HTTPExchange(connection: self, number: number, slot: UInt32(truncatingIfNeeded: slot))
            let request = HTTPRequest(head: http2.exchanges[slot].head, exchange: exchange)
            if try !http2.respondAtOnce(await handler(request), slot) { try await http2.respondInParts(slot) }
        } catch {
            await http2.handle(error, slot)
        }
        http2.end(slot)
    }

    // MARK: Bodies

    /// The next bytes of the content of a request.
    func readBody(of request: HTTPExchange?, _ http2: HTTP2ServerConnection) async throws -> [UInt8]? {
        guard let request, let exchange = http2.exchange(of: request) else { throw HTTPBodyError.ended }
        if let bodyFailure = exchange.bodyFailure { throw bodyFailure }
        guard !exchange.isReadingBody else { throw HTTPBodyError.concurrentRead }
        exchange.isReadingBody = true
        defer { exchange.isReadingBody = false }
        let slot = Int(request.slot)
        while true {
            if let bytes = try http2.takeContent(slot) { return bytes }
            if http2.hasAllContent(slot) { return nil }
            try http2.sendContinue(slot)
            let started = loop.now
            let patience = exchange.bodyWait.patience(worker.configuration)
            let wake = await withTaskCancellationHandler {
                self.loop.assertCurrent()
                return await http2.session.waitForContent(slot, until: started + patience)
            } onCancel: {
                http2.session.cancelWait(slot)
            }
            // A task that the handler left behind must not get what belongs to another request.
            guard exchange.number == request.number else { throw HTTPBodyError.ended }
            exchange.bodyWait.waited(loop.now.since(started))
            switch wake {
            case .ready: continue
            case .timedOut: throw http2.failBody(slot, .tooSlow)
            case .cancelled: throw CancellationError()
            }
        }
    }
}
