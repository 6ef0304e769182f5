internal import Netius

extension HTTPServerConnection {
    /// The next request, if its head has arrived.
    func nextHead() -> HTTPRequest? {
        guard phase == .reading, failure == nil, transport.unreadCount > 0 else { return nil }
        let head = takeHead()
        do throws(HTTP1Error) {
            let progress = try transport.withUnread { (bytes) throws(HTTP1Error) in
                try decoder.decodeHead(bytes, into: head)
            }
            transport.consume(progress.consumed)
            guard progress.isComplete else {
                if headDeadline == .distantFuture {
                    headDeadline = transport.loop.now + worker.configuration.headTimeout
                }
                return nil
            }
        } catch {
            failure = error
            return nil
        }
        phase = .handling
        number &+= 1
        hasReadBody = decoder.framing == .none
        bodyFailure = nil
        if !hasReadBody { bodyWait = BodyWait() }
        if transport.pollable.isHungUp { cancelIfAbandoned() }
        return HTTPRequest(head: head, exchange: HTTPExchange(connection: self, number: number))
    }

    /// The head to read into: at the beginning of a request one that nobody else has.
    private func takeHead() -> HTTPRequestHead {
        if var known = head.take() {
            if decoder.isBetweenRequests { HTTPRequestHead.recycle(&known) }
            head = known
            return known
        }
        let spare = worker.takeHead()
        head = spare
        return spare
    }

    /// Sends what was answered, then waits for more to arrive; false when the connection is to end.
    func receiveMore() async -> Bool {
        guard phase == .reading, failure == nil else { return false }
        if case .all = transport.flush() {
        } else {
            guard await flushOrLog() else { return false }
        }
        while true {
            switch transport.receive() {
            case .bytes: return true
            case .end, .failed: return false
            case .wouldBlock: break
            }
            let isIdle = decoder.isBetweenRequests && transport.unreadCount == 0
            if isIdle {
                if worker.isShuttingDown { return false }
                if let head = head.take() { worker.giveBack(head) }
            }
            let deadline = min(headDeadline, transport.loop.now + worker.configuration.idleTimeout)
            switch await transport.pollable.readable(until: deadline) {
            case .ready: continue
            case .timedOut:
                if !isIdle { refuse(.requestTimeout, "the head took too long") }
                return false
            case .cancelled, .busy: return false
            }
        }
    }

    // MARK: Bodies

    /// The next bytes of the body of a request.
    func readBody(of exchange: HTTPExchange?) async throws -> [UInt8]? {
        guard exchange?.number == number, phase == .handling else { throw HTTPBodyError.ended }
        if let bodyFailure { throw bodyFailure }
        guard !hasReadBody else { return nil }
        guard !isReadingBody else { throw HTTPBodyError.concurrentRead }
        isReadingBody = true
        defer { isReadingBody = false }
        try sendContinue()
        while true {
            if let bytes = try decodeBody() { return bytes }
            if hasReadBody { return nil }
            try await receiveBody()
            // A task that the handler left behind must not get what belongs to the next request.
            guard exchange?.number == number, phase == .handling else { throw HTTPBodyError.ended }
        }
    }

    /// The bytes of the body that have arrived; nil for none, or at its end.
    private func decodeBody() throws -> [UInt8]? {
        while true {
            do throws(HTTP1Error) {
                let (event, bytes) = try transport.withUnread { (input) throws(HTTP1Error) in
                    let event = try decoder.decodeBody(input)
                    guard case .data(let range, _) = event else { return (event, nil as [UInt8]?) }
                    return (event, [UInt8](input.extracting(range)))
                }
                switch event {
                case .data(_, let consumed):
                    transport.consume(consumed)
                    bodyWait.received(consumed)
                    // A length says by itself that nothing follows.
                    if decoder.isBodyComplete { endBody() }
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
        hasReadBody = true
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
            let patience = bodyWait.patience(worker.configuration)
            let end = await readableUnlessCancelled(until: started + patience)
            bodyWait.waited(transport.loop.now.since(started))
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
            await transport.pollable.readable(until: deadline)
        } onCancel: {
            loop.execute { [transport] in transport.pollable.cancelReader() }
        }
    }

    private func fail(_ error: HTTPBodyError) -> HTTPBodyError {
        bodyFailure = error
        closesAfterResponse = true
        return error
    }

    /// Reads away what the handler left of the body, within bounds: what comes next on the connection is a request.
    func discardBody() async {
        guard !closesAfterResponse, bodyFailure == nil else { return closesAfterResponse = true }
        // The response is not to wait for that.
        guard await flushOrLog() else { return closesAfterResponse = true }
        var left = worker.configuration.maximumDiscardedBody
        let deadline = transport.loop.now + worker.configuration.lingerTimeout
        while !hasReadBody {
            do {
                if let bytes = try decodeBody() {
                    left -= bytes.count
                    guard left >= 0 else { return closesAfterResponse = true }
                    continue
                }
            } catch {
                return closesAfterResponse = true
            }
            guard !hasReadBody else { return }
            switch transport.receive() {
            case .bytes: continue
            case .end, .failed: return closesAfterResponse = true
            case .wouldBlock: break
            }
            guard case .ready = await transport.pollable.readable(until: deadline) else {
                return closesAfterResponse = true
            }
        }
    }
}

/// How long a client has kept a handler waiting for a body, against how much it has sent.
struct BodyWait {
    /// The bytes that have come, with what frames them.
    private(set) var receivedCount = 0
    /// Whether the handler has asked for the body.
    private(set) var hasBegun = false
    private var waited = Duration.zero

    mutating func begin() {
        hasBegun = true
    }

    mutating func received(_ count: Int) {
        receivedCount += count
    }

    mutating func waited(_ duration: Duration) {
        waited += duration
    }

    /// How much longer to wait: the grace period, and a second for each `minimumBodyRate` bytes that have come, less
    /// what has been waited.
    func patience(_ configuration: HTTPServer.Configuration) -> Duration {
        let rate = max(configuration.minimumBodyRate, 1)
        return configuration.bodyGracePeriod + .seconds(receivedCount / rate) - waited
    }
}
