internal import Netius

extension HTTPServerConnection {
    /// The next request, if its head has arrived.
    @inline(never)
    func nextHead() -> HTTPRequest? {
        guard phase == .reading, transport.unreadCount > 0 else { return nil }
        var exchange = exchange
        if exchange === worker.idleExchange {
            exchange = worker.takeExchange()
            self.exchange = exchange
        }
        // Not at the end of the last request, whose handler may still have held it then.
        if exchange.isBetweenRequests { HTTPRequestHead.recycle(&exchange.head) }
        do throws(HTTP1Error) {
            let progress = try transport.withUnread { (bytes) throws(HTTP1Error) in
                try exchange.decodeHead(bytes)
            }
            transport.consume(progress.consumed)
            guard progress.isComplete else {
                if headDeadline == .distantFuture {
                    headDeadline = transport.loop.now + worker.configuration.headTimeout
                }
                return nil
            }
        } catch {
            phase = .ended
            if !beginHTTP2() { exchange.failure = error }
            return nil
        }
        phase = .handling
        number &+= 1
        exchange.began = transport.loop.now
        exchange.isUnrecorded = true
        if exchange.decoder.framing != .none {
            exchange.hasReadBody = false
            exchange.bodyWait = HTTPBodyWait()
        }
        if transport.pollable.isHungUp { cancelIfAbandoned() }
        return HTTPRequest(head: exchange.head, exchange: HTTPExchange(connection: self, number: number))
    }

    /// Sends what was answered, then waits for more to arrive; false when the connection is to end.
    func receiveMore() async -> Bool {
        while true {
            switch receiveAtOnce() {
            case .more: return true
            case .end: return false
            case .flush:
                guard await flushOrLog() else { return false }
            case .wait(let deadline):
                switch await transport.pollable.readable(until: deadline) {
                case .ready: continue
                case .timedOut:
                    refuseSlowHead()
                    return false
                case .cancelled, .busy: return false
                }
            }
        }
    }

    private enum Step {
        case more
        case end
        case flush
        case wait(until: MonotonicTime)
    }

    @inline(never)
    private func receiveAtOnce() -> Step {
        guard phase == .reading else { return .end }
        if case .wouldBlock = transport.flush() { return .flush }
        switch transport.receive() {
        case .bytes: return .more
        case .end, .failed: return .end
        case .wouldBlock: break
        }
        if isIdle {
            if worker.isShuttingDown { return .end }
            worker.giveBack(&exchange)
        }
        return .wait(until: min(headDeadline, transport.loop.now + worker.configuration.idleTimeout))
    }

    /// Whether nothing of a next request has arrived.
    var isIdle: Bool { exchange.isBetweenRequests && transport.unreadCount == 0 }

    @inline(never)
    private func refuseSlowHead() {
        if !isIdle { refuse(.requestTimeout, "the head took too long") }
    }

    // MARK: Bodies

    /// The next bytes of the body of a request.
    func readBody(of request: HTTPExchange?) async throws -> [UInt8]? {
        if let http2 { return try await readBody(of: request, http2) }
        guard request?.number == number, phase == .handling else { throw HTTPBodyError.ended }
        if let bodyFailure = exchange.bodyFailure { throw bodyFailure }
        guard !exchange.hasReadBody else { return nil }
        guard !exchange.isReadingBody else { throw HTTPBodyError.concurrentRead }
        exchange.isReadingBody = true
        defer { exchange.isReadingBody = false }
        try sendContinue()
        while true {
            if let bytes = try decodeBody() { return bytes }
            if exchange.hasReadBody { return nil }
            try await receiveBody()
            // A task that the handler left behind must not get what belongs to the next request.
            guard request?.number == number, phase == .handling else { throw HTTPBodyError.ended }
        }
    }

    /// The bytes of the body that have arrived; nil for none, or at its end.
    private func decodeBody() throws -> [UInt8]? {
        while true {
            do throws(HTTP1Error) {
                let (event, bytes) = try transport.withUnread { (input) throws(HTTP1Error) in
                    let event = try exchange.decoder.decodeBody(input)
                    guard case .data(let range, _) = event else { return (event, nil as [UInt8]?) }
                    return (event, [UInt8](input.extracting(range)))
                }
                switch event {
                case .data(_, let consumed):
                    transport.consume(consumed)
                    exchange.bodyWait.received(consumed)
                    // A length says by itself that nothing follows.
                    if exchange.decoder.isBodyComplete { endBody() }
                    return bytes
                case .needsMore(let consumed):
                    transport.consume(consumed)
                    return nil
                case .end(let consumed):
                    transport.consume(consumed)
                    endBody()
                    return nil
                }
            } catch {
                throw fail(.malformed(error))
            }
        }
    }

    private func endBody() {
        exchange.hasReadBody = true
        cancelIfAbandoned()
    }

    /// Waits until more of the body has arrived.
    private func receiveBody() async throws {
        while true {
            switch transport.receive() {
            case .bytes: return
            case .end, .failed: throw fail(.incomplete)
            case .wouldBlock: break
            }
            try Task.checkCancellation()
            let started = transport.loop.now
            let patience = exchange.bodyWait.patience(worker.configuration)
            let end = await readableUnlessCancelled(until: started + patience)
            exchange.bodyWait.waited(transport.loop.now.since(started))
            switch end {
            case .ready: continue
            case .timedOut: throw fail(.tooSlow)
            case .busy: throw HTTPBodyError.concurrentRead
            case .cancelled:
                try Task.checkCancellation()
                throw fail(.incomplete)
            }
        }
    }

    private func readableUnlessCancelled(until deadline: MonotonicTime) async -> Pollable.Wait {
        await withTaskCancellationHandler {
            await transport.pollable.readableUnlessCancelled(until: deadline)
        } onCancel: {
            loop.execute { [transport] in transport.pollable.cancelReader() }
        }
    }

    private func fail(_ error: HTTPBodyError) -> HTTPBodyError {
        exchange.bodyFailure = error
        exchange.closesAfterResponse = true
        return error
    }

    /// Reads away what the handler left of the body, within bounds: what comes next on the connection is a request.
    @inline(never)
    func discardBody() async {
        guard !exchange.closesAfterResponse, exchange.bodyFailure == nil else {
            return exchange.closesAfterResponse = true
        }
        // The response is not to wait for that.
        guard await flushOrLog() else { return exchange.closesAfterResponse = true }
        var left = worker.configuration.maximumDiscardedBody
        let deadline = transport.loop.now + worker.configuration.lingerTimeout
        while !exchange.hasReadBody {
            do {
                if let bytes = try decodeBody() {
                    left -= bytes.count
                    guard left >= 0 else { return exchange.closesAfterResponse = true }
                    continue
                }
            } catch {
                return exchange.closesAfterResponse = true
            }
            guard !exchange.hasReadBody else { return }
            switch transport.receive() {
            case .bytes: continue
            case .end, .failed: return exchange.closesAfterResponse = true
            case .wouldBlock: break
            }
            guard case .ready = await transport.pollable.readable(until: deadline) else {
                return exchange.closesAfterResponse = true
            }
        }
    }
}
