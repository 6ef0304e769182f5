internal import Netius

extension HTTPServerConnection {
    /// Lets the content be written while it is sent.
    func stream(
        _ response: HTTPResponse, contentLength: Int?,
        _ write: nonisolated(nonsending) @Sendable (HTTPResponseWriter) async throws -> Void
    ) async throws {
        let request = HTTPExchange(connection: self, number: number)
        exchange.response = .pending(response, contentLength: contentLength)
        let framing = HTTP1ResponseFraming(
            status: response.status, method: method, version: version, contentLength: contentLength)
        // Where a length of its own is announced for the status, as with 205, there is nothing to write either.
        if framing.mayHaveContent, framing.allowsContent || contentLength == 0 {
            try await write(HTTPResponseWriter(request))
        }
        try await finishBody(trailers: nil, of: request)
    }

    /// Sends a part of the content of a streamed response.
    func writeBody(_ bytes: ArraySlice<UInt8>, of request: HTTPExchange) async throws {
        if let http2 { return try await http2.write(.bytes(bytes), of: request) }
        let framing = try beginPart(bytes.count, of: request)
        let exchange = exchange
        exchange.isWriting = true
        defer { exchange.isWriting = false }
        guard !bytes.isEmpty, framing.mayHaveContent else { return }
        let isChunked = framing == .chunked
        if isChunked { HTTP1ChunkedEncoder.appendChunkHead(bytes.count, to: transport.output) }
        if bytes.count <= 16 * 1024 {
            transport.output.append(bytes)
            exchange.contentSent += bytes.count
        } else {
            try await transmit(bytes)
        }
        if isChunked { HTTP1ChunkedEncoder.appendChunkEnd(to: transport.output) }
        try await transmit()
    }

    /// Sends part of a file as a part of the content of a streamed response.
    func writeBody(_ file: File, range: Range<Int>, of request: HTTPExchange) async throws {
        if let http2 { return try await http2.write(.file(file, range), of: request) }
        let framing = try beginPart(range.count, of: request)
        let exchange = exchange
        exchange.isWriting = true
        defer { exchange.isWriting = false }
        guard !range.isEmpty, framing.mayHaveContent else { return }
        if framing == .chunked { HTTP1ChunkedEncoder.appendChunkHead(range.count, to: transport.output) }
        try await transmit(file, range)
        if framing == .chunked { HTTP1ChunkedEncoder.appendChunkEnd(to: transport.output) }
        try await transmit()
    }

    /// A part of that many bytes is about to be sent.
    private func beginPart(_ count: Int, of request: HTTPExchange) throws -> HTTP1ResponseFraming {
        try beginWriting(of: request)
        guard case .writing(let framing, let remaining) = exchange.response else { throw HTTPServerError.responseEnded }
        if let remaining {
            guard count <= remaining else { throw HTTPServerError.contentLengthMismatch }
            exchange.response = .writing(framing, remaining: remaining - count)
        }
        return framing
    }

    /// Ends the content of a streamed response. A second time it does nothing.
    func finishBody(trailers: HTTPFields?, of request: HTTPExchange) async throws {
        if let http2 { return try await http2.finish(trailers: trailers, of: request) }
        try beginWriting(of: request)
        guard case .writing(let framing, let remaining) = exchange.response else { return }
        guard remaining ?? 0 == 0 || !framing.mayHaveContent else { throw HTTPServerError.contentLengthMismatch }
        if framing == .chunked { HTTP1ChunkedEncoder.appendLastChunk(trailers: trailers, to: transport.output) }
        exchange.response = .complete
        try await transmit()
    }

    private func beginWriting(of request: HTTPExchange) throws {
        guard request.number == number, phase == .handling else { throw HTTPServerError.responseEnded }
        // What one write sends must not come between the pieces of another.
        guard !exchange.isWriting else { throw ConnectionError.concurrentWrite }
        guard case .pending(let response, let contentLength) = exchange.response else { return }
        let framing = try appendHead(response, contentLength: contentLength)
        if case .length(let length) = framing {
            exchange.response = .writing(framing, remaining: length)
        } else {
            exchange.response = .writing(framing, remaining: nil)
        }
    }
}
