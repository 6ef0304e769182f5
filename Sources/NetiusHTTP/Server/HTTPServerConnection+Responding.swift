internal import Netius

extension HTTPServerConnection {
    /// Answers a request that a connection's handler has read.
    func respond(_ response: HTTPResponse, to request: HTTPExchange) async throws {
        guard request.number == number, phase == .handling, case .none = exchange.response else {
            throw HTTPServerError.responseEnded
        }
        if try !respondAtOnce(response) { try await respondInParts() }
    }

    /// Appends a response that is there as a whole to the output; any other it leaves to `respondInParts`, and is
    /// false.
    @inline(never)
    func respondAtOnce(_ response: HTTPResponse) throws -> Bool {
        guard try appendWhole(response) else {
            exchange.response = .pending(response, contentLength: nil)
            return false
        }
        exchange.response = .complete
        return true
    }

    private func appendWhole(_ response: HTTPResponse) throws -> Bool {
        guard transport.unsentCount < 64 * 1024 else { return false }
        switch response.body.storage {
        case .none:
            _ = try appendHead(response, contentLength: isHead ? nil : 0)
        case .text(var text):
            let count = text.utf8.count
            guard count <= 16 * 1024 else { return false }
            if try appendHead(response, contentLength: count).allowsContent {
                transport.output.append(text: &text)
                exchange.contentSent = count
            }
        case .bytes(let bytes):
            guard bytes.count <= 16 * 1024 else { return false }
            if try appendHead(response, contentLength: bytes.count).allowsContent {
                transport.output.append(bytes)
                exchange.contentSent = bytes.count
            }
        case .file(let file, let range):
            guard range.count <= 32 * 1024 else { return false }
            let start = transport.output.count
            if try appendHead(response, contentLength: range.count).allowsContent {
                guard transport.append(file, range: range) else {
                    transport.output.truncate(to: start)
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
    func respondInParts() async throws {
        guard case .pending(let response, _) = exchange.response else { return }
        switch response.body.storage {
        case .none:
            _ = try appendHead(response, contentLength: isHead ? nil : 0)
        case .text(let text):
            try await send(Array(text.utf8), of: response)
        case .bytes(let bytes):
            try await send(bytes, of: response)
        case .file(let file, let range):
            try await send(file, range, of: response)
        case .stream(let contentLength, let write):
            try await stream(response, contentLength: contentLength, write)
        case .connection(let run):
            return try await handOver(response, to: run)
        }
        exchange.response = .complete
        try await transmit()
    }

    private func send(_ bytes: [UInt8], of response: HTTPResponse) async throws {
        let framing = try appendHead(response, contentLength: bytes.count)
        guard framing.allowsContent else { return }
        exchange.response = .writing(framing, remaining: bytes.count)
        try await transmit(bytes[...])
    }

    private func send(_ file: File, _ range: Range<Int>, of response: HTTPResponse) async throws {
        let framing = try appendHead(response, contentLength: range.count)
        guard framing.allowsContent else { return }
        exchange.response = .writing(framing, remaining: range.count)
        try await transmit(file, range)
    }

    /// Sends what was appended and `bytes` after it.
    func transmit(_ bytes: ArraySlice<UInt8> = []) async throws {
        var sent = 0
        defer { exchange.contentSent += sent }
        do {
            try await transport.flush(then: bytes, bodySent: &sent, stall: worker.configuration.writeTimeout)
        } catch {
            throw broken(error)
        }
    }

    /// Sends what was appended and part of a file after it.
    func transmit(_ file: File, _ range: Range<Int>) async throws {
        var sent = 0
        defer { exchange.contentSent += sent }
        do {
            try await transport.flush(then: file, range: range, sent: &sent, stall: worker.configuration.writeTimeout)
        } catch {
            throw broken(error)
        }
    }

    /// Ends the connection: how much of the response the client got is not known, nothing may follow.
    private func broken(_ error: any Error) -> any Error {
        if phase == .handling {
            worker.log.info("the response was cut off: \(error)", metadata: logMetadata)
            phase = .ended
        }
        transport.abort()
        return error
    }

    // MARK: Heads

    var method: HTTPRequest.Method { exchange.head.method }
    var version: HTTPVersion { exchange.head.version }
    private var isHead: Bool { method == .head }

    /// Appends the head of a response and decides whether the connection persists.
    func appendHead(
        _ response: HTTPResponse, contentLength: Int?, handsOver: Bool = false
    ) throws -> HTTP1ResponseFraming {
        let framing = HTTP1ResponseFraming(
            status: response.status, method: method, version: version, contentLength: contentLength)
        guard response.status != .switchingProtocols || handsOver else { throw HTTPServerError.invalidResponse }
        // After a tunnel's head that no tunnel follows the client sends what is no request.
        let persists =
            exchange.decoder.keepsAlive && !exchange.closesAfterResponse && worker.keepsAlive
            && framing != .closeDelimited && framing != .tunnel && (exchange.hasReadBody || canDiscardBody)
            && !HTTP1ResponseEncoder.asksToClose(response.headerFields)
        exchange.closesAfterResponse = !persists
        exchange.statusCode = response.status.code
        let persistence: HTTP1Persistence =
            persists || handsOver ? (version == .http10 ? .keepAlive : .implied) : .close
        try HTTP1ResponseEncoder.appendHead(
            response.status, response.headerFields, framing: framing, persistence: persistence,
            date: worker.dateLine(), to: transport.output)
        return framing
    }

    /// Whether it is worth the wait to read away what is left of the body: not where it is known to be long, and not
    /// where the client waits for our word before it sends it.
    private var canDiscardBody: Bool {
        if exchange.decoder.expectsContinue, !exchange.bodyWait.hasBegun { return false }
        guard case .length(let length) = exchange.decoder.framing else { return true }
        return length <= UInt64(clamping: worker.configuration.maximumDiscardedBody)
            + UInt64(exchange.bodyWait.receivedCount)
    }

    /// Tells a client that waits for it to send the body (RFC 9110 section 10.1.1).
    func sendContinue() throws {
        guard exchange.decoder.expectsContinue, !exchange.bodyWait.hasBegun else { return }
        exchange.bodyWait.begin()
        switch exchange.response {
        case .none, .pending: break
        case .writing, .complete: return
        }
        guard version == .http11, transport.unreadCount == 0 else { return }
        HTTP1ResponseEncoder.appendContinue(to: transport.output)
        if case .failed(let error) = transport.flush() { throw error }
    }

    func flush() async throws {
        try await transport.flush(stall: worker.configuration.writeTimeout)
    }

    /// Sends what is left to send; false when that fails.
    @inline(never)
    func flushOrLog() async -> Bool {
        do {
            try await flush()
            return true
        } catch {
            worker.log.debug("the response was lost: \(error)", metadata: logMetadata)
            return false
        }
    }
}
