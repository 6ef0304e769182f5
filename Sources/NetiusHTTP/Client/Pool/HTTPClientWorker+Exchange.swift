internal import Netius
internal import Synchronization

extension HTTPClientWorker {
    /// Sends a request and waits for its response: on one connection, or where the server closed that meanwhile, on a
    /// second.
    func exchange(
        _ request: HTTPClientRequest, _ route: HTTPClientRoute, until deadline: MonotonicTime
    ) async throws -> HTTPClientResponse {
        var isRetry = false
        var attempts = HTTP2ClientAttempts()
        while true {
            let route = attempts.isByHTTP1 ? route.byHTTP1 : route
            let connection: HTTPClientConnection
            switch try await lease(request, route, until: deadline, isNew: isRetry) {
            case .http1(let leased): connection = leased
            case .http2(let shared):
                if let response = try await exchange(request, on: shared, &attempts, until: deadline) {
                    return response
                }
                continue
            }
            let wasUsed = pool.earlierUses(of: connection.id) > 0
            do {
                return try await exchange(request, on: connection, until: deadline)
            } catch {
                let mayRetry = !isRetry && wasUsed && wasUnanswered(connection, error)
                close(connection)
                try Task.checkCancellation()
                guard mayRetry, let error = error as? HTTPClientError else { throw error }
                // The server may have closed it just before the request came.
                guard request.isIdempotent, request.body.isReplayable else {
                    throw HTTPClientError(
                        .connectionClosed, request.url,
                        "the connection was closed before the server answered, and the request cannot be sent again",
                        underlying: error.underlying)
                }
                isRetry = true
            }
        }
    }

    private func wasUnanswered(_ connection: HTTPClientConnection, _ error: any Error) -> Bool {
        (error as? HTTPClientError)?.code == .connectionClosed && connection.decoder.isBetweenResponses
    }

    private func exchange(
        _ request: HTTPClientRequest, on connection: HTTPClientConnection, until deadline: MonotonicTime
    ) async throws -> HTTPClientResponse {
        try Task.checkCancellation()
        let observer = configuration.observer
        observer?.note(.began, .sending, of: request)
        let awaitsContinue = try connection.send(request)
        observer?.note(.ended, .sending, of: request)
        try await withTaskCancellationHandler {
            // `self` is named: only a closure that captures its actor runs on the actor's executor.
            self.loop.assertCurrent()
            guard let observer else {
                return try await connection.receiveHead(of: request, until: deadline, awaitsContinue: awaitsContinue)
            }
            try await HTTPClientObserver?(observer).observing(.awaiting, of: request) {
                try await connection.receiveHead(of: request, until: deadline, awaitsContinue: awaitsContinue)
            }
        } onCancel: {
            loop.execute { connection.transport.pollable.cancelReader() }
        }
        return try response(to: request, on: connection, until: deadline)
    }

    /// The response whose head has arrived. If its content has as well, the connection is free from here on.
    private func response(
        to request: HTTPClientRequest, on connection: HTTPClientConnection, until deadline: MonotonicTime
    ) throws -> HTTPClientResponse {
        let head = connection.head
        let tls = connection.transport.tls?.information
        if connection.decoder.framing == .tunnel {
            guard head.status != .switchingProtocols || request.fields.contains(.upgrade),
                connection.sending?.isDone ?? true
            else {
                throw HTTPClientError(
                    .malformedResponse, request.url, "the server has left HTTP without being asked to")
            }
            return HTTPClientResponse(
                head, .bytes([], trailers: nil), url: request.url, tls: tls, connection: detach(connection))
        }
        let arrived = try connection.takeArrived(request.url)
        let source: HTTPResponseContent.Source
        let decoding = try configuration.decoder(of: head, request.url)
        if decoding == nil, connection.decoder.isBodyComplete {
            source = .bytes(arrived, trailers: connection.decoder.trailers)
            connection.finish()
        } else {
            source = .stream(
                HTTPClientContent(
                    .http1(connection, number: connection.number), request, arrived: arrived, decoding: decoding,
                    until: deadline, worker: self))
        }
        return HTTPClientResponse(head, source, url: request.url, tls: tls, connection: nil)
    }

    // MARK: Content of requests

    /// Sends the content of a request, in a task of its own.
    func send(
        on connection: HTTPClientConnection, _ sending: HTTPClientSending,
        _ send: nonisolated(nonsending) (HTTPClientConnection) async throws -> Void
    ) async {
        do {
            try await send(connection)
            sending.isDone = true
            connection.sent = loop.now
        } catch let error as HTTPClientError {
            sending.failure = error
        } catch {
            connection.writeFailure = connection.writeFailure ?? error
            connection.sent = loop.now
        }
        // Whoever waits for the response has another deadline now, or gives up.
        if connection.sending === sending { connection.interruptReading() }
    }

    // MARK: Content of responses

    /// The next bytes of a response's content; nil at its end.
    func read(_ content: HTTPClientContent) async throws -> [UInt8]? {
        if let bytes = try content.readAtOnce() { return bytes }
        return try await withTaskCancellationHandler {
            self.loop.assertCurrent()
            return try await content.read()
        } onCancel: {
            loop.execute { content.cancelRead() }
        }
    }

    /// As `read`, for a task that is not on the loop: each call changes threads twice, and so gives more.
    func readMuch(_ content: HTTPClientContent) async throws -> [UInt8]? {
        guard var bytes = try await read(content) else { return nil }
        while bytes.count < Self.much, let more = content.readArrived() {
            if bytes.capacity < Self.much { bytes.reserveCapacity(Self.much + more.count) }
            bytes += more
        }
        return bytes
    }

    private static var much: Int { 256 * 1024 }

    /// All of the content.
    func collect(_ content: HTTPClientContent, upTo limit: Int) async throws -> [UInt8] {
        var all: [UInt8] = []
        while let bytes = try await read(content) {
            guard bytes.count <= limit - all.count else {
                let error = HTTPClientContent.tooLarge(limit, url: content.url.description)
                content.fail(error)
                throw error
            }
            if all.isEmpty { all = bytes } else { all += bytes }
        }
        return all
    }

    func trailers(of content: HTTPClientContent) -> HTTPFields {
        content.trailers ?? HTTPFields()
    }

    /// Nobody reads the rest of a response.
    func abandon(_ source: HTTPClientContentSource) {
        switch source {
        case .http1(let connection, let number):
            guard connection.number == number, !connection.isIdle, self.connection(connection.id) === connection
            else { return }
            if (try? connection.discardArrived()) == true { connection.finish() } else { close(connection) }
        case .http2(let stream): stream.end()
        }
    }
}
