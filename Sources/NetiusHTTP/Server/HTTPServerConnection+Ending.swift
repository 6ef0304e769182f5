internal import Netius

extension HTTPServerConnection {
    var logMetadata: LogMetadata { ["peer": "\(peerAddress)", "protocol": "HTTP/1"] }

    /// What a handler's error comes to: an answer, if none was begun, else a cut. False when the connection is to end.
    @inline(never)
    func handle(_ error: any Error) async -> Bool {
        guard phase == .handling else { return false }
        let status = Self.status(for: error)
        switch exchange.response {
        case .none, .pending:
            guard let status else {
                // What was answered before is still owed.
                _ = await flushOrLog()
                return cut()
            }
            if status.kind == .serverError, !(error is HTTPError) {
                worker.log.error("the handler failed: \(error)", metadata: logMetadata)
            }
            exchange.response = .none
            let answer = (error as? any HTTPResponseError ?? HTTPError(status)).response
            do {
                if try !respondAtOnce(answer) { try await respondInParts() }
                return true
            } catch {
                return cut()
            }
        case .writing:
            // What a client can bring about is no error of ours.
            let isClients = error is CancellationError || error is ConnectionError || error is SystemError
            worker.log.log(
                isClients ? .debug : .error, "the response was cut off: \(error)", metadata: logMetadata)
            return cut()
        case .complete:
            worker.log.error("the handler failed after its response: \(error)", metadata: logMetadata)
            return cut()
        }
    }

    /// Nil where nobody is there to be answered.
    static func status(for error: any Error) -> HTTPResponse.Status? {
        switch error {
        case let error as any HTTPResponseError: error.status
        case let error as HTTPBodyError: error.status
        case is CancellationError where Task.isCancelled: nil
        default: .internalServerError
        }
    }

    /// The client is to see that the response is not whole.
    private func cut() -> Bool {
        phase = .ended
        if case .writing(.closeDelimited, _) = exchange.response {
            transport.abort()
        } else {
            if case .writing = exchange.response { _ = transport.flush() }
            transport.close()
        }
        return false
    }

    /// A connection's handler has ended without answering.
    func leaveUnanswered() async {
        switch exchange.response {
        case .none, .pending: _ = await handle(HTTPServerError.unanswered)
        case .writing: _ = cut()
        case .complete: break
        }
    }

    /// Answers what is not a request and ends the connection.
    @inline(never)
    func refuse(_ status: HTTPResponse.Status, _ reason: String) {
        worker.log.info("refused: \(reason)", metadata: logMetadata)
        phase = .ended
        let text = "\(status.code) \(status.reasonPhrase): \(reason)\n"
        let response = HTTPResponse.text(text, status: status)
        try? HTTP1ResponseEncoder.appendHead(
            status, response.headerFields, framing: .length(text.utf8.count), persistence: .close,
            date: worker.dateLine(), to: transport.output)
        transport.output.append(text: text)
        exchange.statusCode = status.code
        exchange.contentSent = text.utf8.count
        exchange.isUnrecorded = true
    }

    /// The end of the connection: what was answered is sent, then it is closed.
    @inline(never)
    func end() async {
        if let failure = exchange.failure { refuse(failure.status, failure.reason) }
        phase = .ended
        recordAccess()
        unsafe transport.pollable.observer = nil
        if !transport.pollable.isClosed {
            if await flushOrLog() {
                // A client that does not take the end has had its time for it.
                try? await transport.finish(stall: worker.configuration.writeTimeout)
                // The client is to see the last response (RFC 9112 section 9.6).
                if !hasEndOfInput() { await transport.linger(for: worker.configuration.lingerTimeout) }
            }
            transport.close()
        }
        worker.remove(self)
    }

    /// Whether nothing is unread here or on its way: the end of the stream, or an orderly end between requests.
    private func hasEndOfInput() -> Bool {
        let wasUnread = transport.unreadCount > 0 || http2 != nil
        transport.consume(transport.unreadCount)
        switch transport.receive() {
        case .end, .failed: return true
        case .bytes: return false
        case .wouldBlock: return !wasUnread && exchange.failure == nil && exchange.hasReadBody
        }
    }

    // MARK: Shutdown

    /// A graceful shutdown: an idle connection ends at once, any other after the response it is at.
    package func beginShutdown() {
        if let http2 { return http2.beginShutdown() }
        guard phase == .reading, isIdle else { return }
        // What it still sends is not to be cut.
        transport.pollable.cancelReader()
    }

    /// The end of patience: the handler is cancelled and the connection closed.
    package func cancel() {
        task?.cancel()
        phase = .ended
        http2?.cancel()
        transport.abort()
    }
}

extension HTTPServerConnection: ServerConnection {
    /// A client that has left cancels its handler. One that only ended its side while its body is still to be read has
    /// not left: whether it has is asked again when the body has been read.
    func cancelIfAbandoned() {
        guard phase == .handling, transport.pollable.isHungUp else { return }
        let hasLeft = exchange.hasReadBody && !worker.configuration.allowsHalfClosure
        if hasLeft || transport.pollable.isBroken { task?.cancel() }
    }

    package nonisolated func peerHungUp(isBroken: Bool) {
        assumeIsolated { $0.cancelIfAbandoned() }
    }
}
