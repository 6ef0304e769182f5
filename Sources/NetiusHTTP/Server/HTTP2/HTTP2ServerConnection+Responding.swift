internal import Netius

extension HTTP2ServerConnection {
    /// Sends a response that is small and there as a whole, unless windows or the socket are in the way: that, and any
    /// other, it leaves to `respondInParts`, and is false.
    @inline(__always)
    func respondAtOnce(_ response: HTTPResponse, _ slot: Int) throws -> Bool {
        if let failure = session.streams[slot].failure ?? session.failure { throw failure }
        // What was answered before makes way.
        if transport.unsentCount >= HTTP2Session.outputLimit { session.flush() }
        let exchange = exchanges[slot]
        guard try appendWhole(response, slot, exchange) else {
            exchange.response = .pending(response, contentLength: nil)
            return false
        }
        exchange.response = .complete
        session.flushSoon()
        return true
    }

    private func appendWhole(_ response: HTTPResponse, _ slot: Int, _ exchange: HTTP2ServerExchange) throws -> Bool {
        switch response.body.storage {
        case .none:
            guard session.maySendAtOnce(0, on: slot) else { return false }
            let isHead = exchange.head.method == .head
            _ = try appendHead(response, contentLength: isHead ? nil : 0, slot, isWhole: true, to: transport.output)
        case .text(var text):
            let count = text.utf8.count
            guard count <= HTTP2Session.frameLimit, session.maySendAtOnce(count, on: slot) else { return false }
            let output = transport.output
            if try appendHead(response, contentLength: count, slot, isWhole: true, to: output) {
                session.connection.appendDataHeader(slot, count: count, endsStream: true, to: output)
                output.append(text: &text)
                exchange.contentSent = count
            }
        case .bytes(let bytes):
            guard bytes.count <= HTTP2Session.frameLimit, session.maySendAtOnce(bytes.count, on: slot) else {
                return false
            }
            let output = transport.output
            if try appendHead(response, contentLength: bytes.count, slot, isWhole: true, to: output) {
                session.connection.appendDataHeader(slot, count: bytes.count, endsStream: true, to: output)
                output.append(bytes)
                exchange.contentSent = bytes.count
            }
        case .file(let file, let range):
            guard range.count <= HTTP2Session.frameLimit, session.maySendAtOnce(range.count, on: slot) else {
                return false
            }
            if try appendHead(response, contentLength: range.count, slot, isWhole: true, to: transport.output) {
                guard session.append(file, range: range, to: slot, endsStream: true) else {
                    exchange.isHeadSent = true
                    return false
                }
                exchange.contentSent = range.count
            }
        case .stream, .connection:
            return false
        }
        return true
    }

    /// Sends the pending response, waiting for the client where it is slow.
    @inline(never)
    nonisolated(nonsending) func respondInParts(_ slot: Int) async throws {
        let exchange = exchanges[slot]
        try await session.waitForRoom(slot)
        guard case .pending(let response, _) = exchange.response else { return }
        switch response.body.storage {
        case .none:
            let isHead = exchange.head.method == .head
            _ = try appendHead(response, contentLength: isHead ? nil : 0, slot, isWhole: true, to: transport.output)
            session.flushSoon()
        case .text(let text):
            try await send(.bytes(Array(text.utf8)[...]), of: response, slot)
        case .bytes(let bytes):
            try await send(.bytes(bytes[...]), of: response, slot)
        case .file(let file, let range):
            try await send(.file(file, range), of: response, slot)
        case .stream(let contentLength, let write):
            return try await stream(response, contentLength: contentLength, slot, write)
        case .connection:
            // There is a stream to be had, not a connection.
            throw HTTPServerError.invalidResponse
        }
        exchange.response = .complete
    }

    nonisolated(nonsending) private func send(
        _ content: HTTP2Stream.Pending, of response: HTTPResponse, _ slot: Int
    ) async throws {
        let exchange = exchanges[slot]
        guard
            try exchange.isHeadSent
                || appendHead(response, contentLength: content.count, slot, isWhole: true, to: transport.output)
        else {
            return session.flushSoon()
        }
        exchange.response = .writing(mayHaveContent: true, remaining: content.count)
        try await transmit(content, exchange, slot, endsStream: true)
    }

    /// Sends content, and counts it.
    nonisolated(nonsending) private func transmit(
        _ content: HTTP2Stream.Pending, _ exchange: HTTP2ServerExchange, _ slot: Int, endsStream: Bool
    ) async throws {
        switch content {
        case .none: return
        case .bytes(let bytes):
            try await session.write(bytes, to: slot, endsStream: endsStream)
            exchange.contentSent += bytes.count
        case .file(let file, let range):
            var sent = 0
            defer { exchange.contentSent += sent }
            try await session.write(file, range: range, sent: &sent, to: slot, endsStream: endsStream)
        }
    }

    /// Appends the head of a response; whether content follows. Where all of that follows at once, a head without any
    /// ends the stream.
    @discardableResult
    private func appendHead(
        _ response: HTTPResponse, contentLength: Int?, _ slot: Int, isWhole: Bool, to output: OutputBuffer
    ) throws -> Bool {
        let exchange = exchanges[slot]
        guard response.status.code >= 200 else { throw HTTPServerError.invalidResponse }
        let framing = HTTP1ResponseFraming(
            status: response.status, method: exchange.head.method, version: .http11, contentLength: contentLength)
        let (length, hasContent): (Int?, Bool) =
            switch framing {
            case .length(let length): (length, length > 0)
            case .none(let length): (length, false)
            case .chunked, .closeDelimited: (nil, true)
            case .tunnel: (nil, contentLength != 0)
            }
        guard length ?? 0 >= 0 else { throw HTTP1EncodingError.invalidLength }
        exchange.statusCode = response.status.code
        let start = session.connection.beginHeaders(to: output)
        HTTP2ResponseEncoder.append(
            response.status, response.headerFields, contentLength: length,
            keepsLength: framing == .none(length: nil), date: worker.dateLine(), with: &session.connection.encoder,
            to: output)
        session.connection.endHeaders(slot, begunAt: start, endsStream: isWhole && !hasContent, to: output)
        return hasContent
    }

    // MARK: Streams

    /// Lets the content be written while it is sent.
    nonisolated(nonsending) private func stream(
        _ response: HTTPResponse, contentLength: Int?, _ slot: Int,
        _ write: nonisolated(nonsending) @Sendable (HTTPResponseWriter) async throws -> Void
    ) async throws {
        let exchange = exchanges[slot]
        let request = HTTPExchange(
            connection: owner, number: exchange.number, slot: UInt32(truncatingIfNeeded: slot))
        exchange.response = .pending(response, contentLength: contentLength)
        let framing = HTTP1ResponseFraming(
            status: response.status, method: exchange.head.method, version: .http11, contentLength: contentLength)
        if framing == .tunnel || (framing.mayHaveContent && (framing.allowsContent || contentLength == 0)) {
            try await write(HTTPResponseWriter(request))
        }
        try await finish(trailers: nil, of: request)
    }

    /// Sends a part of the content of a streamed response.
    nonisolated(nonsending) func write(_ content: HTTP2Stream.Pending, of request: HTTPExchange) async throws {
        let exchange = try beginWriting(of: request)
        guard case .writing(let mayHaveContent, let remaining) = exchange.response else {
            throw HTTPServerError.responseEnded
        }
        if let remaining {
            guard content.count <= remaining else { throw HTTPServerError.contentLengthMismatch }
            exchange.response = .writing(mayHaveContent: mayHaveContent, remaining: remaining - content.count)
        }
        guard mayHaveContent, content.count > 0 else { return session.flushSoon() }
        exchange.isWriting = true
        defer { if exchange.number == request.number { exchange.isWriting = false } }
        do {
            try await transmit(content, exchange, Int(request.slot), endsStream: false)
        } catch {
            // How much the client got is not known: nothing may follow, whatever the handler makes of the error.
            if exchange.number == request.number { session.reset(Int(request.slot), .internalError, error) }
            throw error
        }
    }

    /// Ends the content of a streamed response. A second time it does nothing.
    nonisolated(nonsending) func finish(trailers: HTTPFields?, of request: HTTPExchange) async throws {
        let exchange = try beginWriting(of: request)
        guard case .writing(let mayHaveContent, let remaining) = exchange.response else { return }
        guard remaining ?? 0 == 0 || !mayHaveContent else { throw HTTPServerError.contentLengthMismatch }
        let slot = Int(request.slot)
        if let failure = session.streams[slot].failure ?? session.failure { throw failure }
        exchange.response = .complete
        let output = transport.output
        if let trailers, !trailers.isEmpty, mayHaveContent {
            let start = session.connection.beginHeaders(to: output)
            HTTP2ResponseEncoder.appendTrailers(trailers, with: &session.connection.encoder, to: output)
            session.connection.endHeaders(slot, begunAt: start, endsStream: true, to: output)
        } else if !session.connection.streams[slot].isLocalEnded {
            session.connection.appendDataHeader(slot, count: 0, endsStream: true, to: output)
        }
        session.flushSoon()
    }

    private func beginWriting(of request: HTTPExchange) throws -> HTTP2ServerExchange {
        guard let exchange = exchange(of: request) else { throw HTTPServerError.responseEnded }
        // What one write sends must not come between the pieces of another.
        guard !exchange.isWriting else { throw ConnectionError.concurrentWrite }
        let slot = Int(request.slot)
        if let failure = session.streams[slot].failure ?? session.failure { throw failure }
        guard case .pending(let response, let contentLength) = exchange.response else { return exchange }
        let mayHaveContent = try appendHead(
            response, contentLength: contentLength, slot, isWhole: false, to: transport.output)
        exchange.response = .writing(mayHaveContent: mayHaveContent, remaining: contentLength)
        return exchange
    }
}

// MARK: - Errors

extension HTTP2ServerConnection {
    /// What a handler's error comes to: an answer, if none was begun, else the stream is broken off when it ends.
    @inline(never)
    nonisolated(nonsending) func handle(_ error: any Error, _ slot: Int) async {
        let exchange = exchanges[slot]
        // Nobody is there to be answered.
        guard session.streams[slot].failure == nil, session.failure == nil else { return }
        switch exchange.response {
        case .none, .pending:
            guard let status = HTTPServerConnection.status(for: error) else { return }
            if status.kind == .serverError, !(error is HTTPError) {
                worker.log.error("the handler failed: \(error)", metadata: logMetadata)
            }
            exchange.response = .none
            let answer = (error as? any HTTPResponseError ?? HTTPError(status)).response
            do {
                if try !respondAtOnce(answer, slot) { try await respondInParts(slot) }
            } catch {
                worker.log.debug("the response was lost: \(error)", metadata: logMetadata)
            }
        case .writing:
            // What a client can bring about is no error of ours.
            let isClients = error is CancellationError || error is ConnectionError || error is SystemError
            worker.log.log(
                isClients ? .debug : .error, "the response was cut off: \(error)", metadata: logMetadata)
        case .complete:
            worker.log.error("the handler failed after its response: \(error)", metadata: logMetadata)
        }
    }
}
