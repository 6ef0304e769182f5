internal import Netius

extension HTTPClientWorker {
    /// Sends a request on a connection that others use too.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - connection: The connection, of which a place has been leased for this.
    ///   - attempts: How often it has been sent.
    ///   - deadline: Until when it may take in all.
    /// - Returns: The response; nil where the request is to be sent again.
    /// - Throws: `HTTPClientError`; `CancellationError`.
    func exchange(
        _ request: HTTPClientRequest, on connection: HTTP2ClientConnection, _ attempts: inout HTTP2ClientAttempts,
        until deadline: MonotonicTime
    ) async throws -> HTTPClientResponse? {
        let wasUsed = pool.earlierUses(of: connection.id) > 0
        guard let (stream, awaitsContinue) = try open(request, on: connection, until: deadline) else { return nil }
        do {
            try await receiveHead(of: stream, awaitsContinue)
            return try response(on: stream, until: deadline)
        } catch {
            stream.end()
            try Task.checkCancellation()
            guard let error = error as? HTTPClientError, let reason = stream.reasonToRepeat(wasUsed: wasUsed) else {
                throw error
            }
            let decision = attempts.decide(
                after: reason, isIdempotent: request.isIdempotent,
                isReplayable: request.body.isReplayable || !stream.hasReadContent)
            switch decision {
            case .again, .againByHTTP1: return nil
            case .fail: throw error
            case .failUnrepeatable:
                throw HTTPClientError(
                    error.code, request.url, "\(error.reason), and the request cannot be sent again",
                    underlying: error.underlying)
            }
        }
    }

    /// Opens a stream; nil where the connection has no room for it after all.
    private func open(
        _ request: HTTPClientRequest, on connection: HTTP2ClientConnection, until deadline: MonotonicTime
    ) throws -> (stream: HTTP2ClientStream, awaitsContinue: Bool)? {
        do {
            try Task.checkCancellation()
            let observer = configuration.observer
            observer?.note(.began, .sending, of: request)
            if let opened = try HTTP2ClientStream.open(request, on: connection, until: deadline) {
                observer?.note(.ended, .sending, of: request)
                return opened
            }
            release(connection)
            return nil
        } catch {
            release(connection)
            throw error
        }
    }

    private func receiveHead(of stream: HTTP2ClientStream, _ awaitsContinue: Bool) async throws {
        let observer = configuration.observer
        try await withTaskCancellationHandler {
            // `self` is named: only a closure that captures its actor runs on the actor's executor.
            self.loop.assertCurrent()
            guard let observer else { return try await stream.receiveHead(awaitsContinue: awaitsContinue) }
            try await HTTPClientObserver?(observer).observing(.awaiting, of: stream.request) {
                try await stream.receiveHead(awaitsContinue: awaitsContinue)
            }
        } onCancel: {
            loop.execute { stream.cancelWait() }
        }
    }

    /// The response whose head has arrived. If its content has as well, the stream is over.
    private func response(on stream: HTTP2ClientStream, until deadline: MonotonicTime) throws -> HTTPClientResponse? {
        guard let head = stream.head else { return nil }
        let request = stream.request
        let tls = stream.connection.transport.tls?.information
        let decoding = try configuration.decoder(of: head, request.url)
        let source: HTTPResponseContent.Source
        if decoding == nil, stream.hasAll {
            source = .bytes(try stream.readArrived() ?? [], trailers: stream.trailers)
            stream.end()
        } else {
            source = .stream(
                HTTPClientContent(
                    .http2(stream), request, arrived: [], decoding: decoding, until: deadline, worker: self))
        }
        return HTTPClientResponse(head, source, url: request.url, tls: tls, connection: nil)
    }

    // MARK: Tasks of connections and streams

    func run(_ connection: HTTP2ClientConnection) async {
        await connection.run()
    }

    func sendContent(of stream: HTTP2ClientStream) async {
        await stream.sendContent()
    }

    // MARK: What servers say

    /// A server allows more requests at a time than before, or fewer.
    func capacityChanged(_ connection: HTTP2ClientConnection) {
        for turn in pool.setCapacity(connection.id, connection.capacity, now: loop.now) { give(turn) }
    }

    /// A connection takes no more requests.
    func retire(_ connection: HTTP2ClientConnection) {
        if pool.isIdle(connection.id) {
            close(connection)
        } else {
            for turn in pool.retire(connection.id, now: loop.now) { give(turn) }
        }
    }
}

extension HTTP2ClientStream {
    /// Why the request may be sent again, on a connection that `wasUsed` by others before; nil if it may not.
    fileprivate func reasonToRepeat(wasUsed: Bool) -> HTTP2ClientAttempts.Failure? {
        guard !hasAnswer else { return nil }
        switch failure {
        case let failure as HTTP2StreamFailure where failure.isByPeer && failure.code == .refusedStream:
            return .refused
        case let failure as HTTP2StreamFailure:
            return failure.isByPeer && failure.code == .http11Required ? .needsHTTP1 : nil
        case let failure as HTTP2ClientFailure where failure.kind == .refused:
            return failure.code == .http11Required ? .needsHTTP1 : .refused
        case let failure as HTTP2ClientFailure where failure.kind != .closed: return nil
        case nil: return nil
        default: return wasUsed ? .unanswered : nil
        }
    }
}
