internal import Netius

extension HTTP2ClientStream {
    /// Opens a stream for a request, and sends as much of that as goes out at once. What is left of the content is sent
    /// by a task of its own, or, where the server is asked first, by `startSending`.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - connection: Where the stream is to be.
    ///   - deadline: Until when the request may take in all.
    /// - Returns: The stream, and whether the server has been asked whether it wants the content; nil where there can be
    ///   no stream just now.
    /// - Throws: `HTTPClientError` where the request cannot be sent as it is.
    static func open(
        _ request: HTTPClientRequest, on connection: HTTP2ClientConnection, until deadline: MonotonicTime
    ) throws -> (stream: HTTP2ClientStream, awaitsContinue: Bool)? {
        let head = HTTP2ClientHead(request, authority: connection.authority(of: request))
        do {
            try head.check()
        } catch {
            throw HTTPClientError(.invalidRequest, request.url, "the request cannot be sent", underlying: error)
        }
        guard let slot = connection.openStream() else { return nil }
        let stream = HTTP2ClientStream(connection, slot: slot, request, until: deadline)
        connection.configuration.observer?.observeHead?(.sent(head.text))
        defer { connection.startReading() }
        return (stream, stream.send(head))
    }

    /// Sends the head and what goes with it; whether the content is held back.
    private func send(_ head: HTTP2ClientHead) -> Bool {
        let output = connection.transport.output
        let endsStream = request.body.contentLength == 0
        let start = session.connection.beginHeaders(to: output)
        head.append(with: &session.connection.encoder, to: output)
        session.connection.endHeaders(slot, begunAt: start, endsStream: endsStream, to: output)
        session.connection.streams[slot].expectsNoContent = request.method == .head
        session.flushSoon()
        guard !endsStream else { return false }
        if request.expectsContinue {
            sending = HTTPClientSending()
            return true
        }
        if case .bytes(let bytes) = request.body.source, bytes.count <= HTTP2Session.frameLimit,
            session.maySendAtOnce(bytes.count, on: slot)
        {
            session.connection.appendDataHeader(slot, count: bytes.count, endsStream: true, to: output)
            output.append(bytes)
            return false
        }
        startSending()
        return false
    }

    /// Sends the content in a task.
    func startSending() {
        let sending = sending ?? HTTPClientSending()
        self.sending = sending
        let worker = connection.worker
        sending.task = Task.immediate(executorPreference: loop.taskExecutor) { await worker.sendContent(of: self) }
    }

    /// Reads the content and sends it.
    func sendContent() async {
        do {
            try await send(request.body)
        } catch {
            if let error = HTTPClientSendingFailure.described(error, request.url) as? HTTPClientError {
                sending?.failure = error
            }
        }
        sending?.isDone = true
        sent = loop.now
        // Whoever waits for the response has another deadline now, or gives up.
        if !isOver { wake() }
    }

    private func send(_ body: HTTPRequestBody) async throws {
        switch body.source {
        case .bytes(let bytes):
            let slot = slot
            return try await write { try await $0.write(bytes[...], to: slot, endsStream: true) }
        case .file(let file, let range):
            var sent = 0
            let slot = slot
            return try await write {
                try await $0.write(file, range: range, sent: &sent, to: slot, endsStream: true)
            }
        default: break
        }
        hasReadContent = true
        var left = body.contentLength
        var iterator = body.makeAsyncIterator()
        while let bytes = try await HTTPClientSendingFailure.ofContent({
            try await iterator.next(isolation: #isolation)
        }) {
            try Task.checkCancellation()
            if let known = left {
                guard bytes.count <= known else { throw HTTPClientSendingFailure.tooLong }
                left = known - bytes.count
            }
            // Frames without content are what peers count.
            guard !bytes.isEmpty else { continue }
            try await write(bytes[...], endsStream: false)
        }
        guard left ?? 0 == 0 else { throw HTTPClientSendingFailure.tooShort }
        try await write([], endsStream: true)
    }

    private func write(_ bytes: ArraySlice<UInt8>, endsStream: Bool) async throws {
        let slot = slot
        try await write { try await $0.write(bytes, to: slot, endsStream: endsStream) }
    }
}
