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
    @inline(never)
    func serve(_ http2: HTTP2ServerConnection, _ handler: @escaping HTTPServer.Handler) async {
        http2.handler = handler
        http2.session.begin()
        if worker.isShuttingDown { http2.beginShutdown() }
        await read(http2)
    }

    /// Reads, and answers, until the connection ends or another task has taken over the reading.
    private func read(_ http2: HTTP2ServerConnection) async {
        let reader = http2.reader
        loop: while true {
            switch await takeEvents(http2, reader) {
            case .replaced: return
            case .over: break loop
            case .more: break
            }
            switch await http2.session.receiveMore(until: http2.nextDeadline()) {
            case .more: continue
            // Where nothing here was the cause, the loop is ending.
            case .cancelled: if !http2.isOver { http2.disappeared(nil) }
            case .timedOut: http2.endIfOverdue()
            case .end: http2.disappeared(nil)
            case .failed(let error): http2.disappeared(error)
            }
        }
        await http2.finish()
        await end()
    }

    private enum Taken {
        case more
        case over
        case replaced
    }

    /// Deals with what has arrived.
    ///
    /// Handlers are called here and now, by the task that reads: most of them need not wait, and so need no task of
    /// their own. When one does wait, another task goes on with the reading at the end of the turn, and this one is the
    /// handler's from there on.
    @inline(never)
    private func takeEvents(_ http2: HTTP2ServerConnection, _ reader: UInt32) async -> Taken {
        http2.beginBatch()
        while let slot = http2.nextRequest() {
            guard !http2.handlersWait else {
                start(slot, http2)
                continue
            }
            http2.handling = slot
            await answer(slot, http2)
            guard http2.reader == reader else { return .replaced }
            http2.handling = nil
            // A handler may have cancelled the task that it is in.
            if Task.isCancelled, http2.session.failure == nil {
                http2.handOver()
                return .replaced
            }
        }
        http2.endBatch()
        return http2.isOver ? .over : .more
    }

    /// Begins to answer a request in a task of its own.
    private func start(_ slot: Int, _ http2: HTTP2ServerConnection) {
        http2.exchanges[slot].task = Task(executorPreference: loop.taskExecutor) {
            let turn = self.loop.turns
            await self.answer(slot, http2)
            http2.handlerEnded(hasWaited: self.loop.turns != turn)
        }
    }

    /// Goes on with the reading in a new task. That which has read so far is the handler's of the stream.
    func readOn(_ http2: HTTP2ServerConnection, handling slot: Int?) {
        if let slot { http2.exchanges[slot].task = task }
        task = Task(executorPreference: loop.taskExecutor) { await self.read(http2) }
    }

    private func answer(_ slot: Int, _ http2: HTTP2ServerConnection) async {
        do {
            let number = http2.exchanges[slot].number
            let exchange = HTTPExchange(connection: self, number: number, slot: UInt32(truncatingIfNeeded: slot))
            let request = HTTPRequest(head: http2.exchanges[slot].head, exchange: exchange)
            let response = try await http2.handler(request)
            if try !http2.respondAtOnce(response, slot) { try await http2.respondInParts(slot) }
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
            if !http2.isWindowShut { exchange.bodyWait.waited(loop.now.since(started)) }
            switch wake {
            case .ready: continue
            // The client may be waiting for others to read what it has sent.
            case .timedOut where http2.isWindowShut: continue
            case .timedOut: throw http2.failBody(slot, .tooSlow)
            case .cancelled: throw CancellationError()
            }
        }
    }
}
