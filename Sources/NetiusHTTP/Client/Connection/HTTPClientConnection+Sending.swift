internal import Netius

extension HTTPClientConnection {
    /// Sends a request, as much of it as the system takes at once. What is left of the content is sent by a task of its
    /// own, or, where the server is asked first, by `startSending`.
    ///
    /// - Parameter request: The request.
    /// - Returns: Whether the server has been asked whether it wants the content.
    /// - Throws: `HTTPClientError` where it cannot be sent as it is.
    func send(_ request: HTTPClientRequest) throws -> Bool {
        number &+= 1
        HTTPResponseHead.recycle(&head)
        decoder.nextResponse(to: request.method)
        sending = nil
        writeFailure = nil
        sent = loop.now
        let framing = request.framing
        do {
            try appendHead(of: request, to: transport.output)
            if let observeHead = configuration.observer?.observeHead {
                let copy = OutputBuffer()
                try appendHead(of: request, to: copy)
                observeHead(.sent(copy.bytes))
            }
        } catch {
            throw HTTPClientError(.invalidRequest, request.url, "the request cannot be sent", underlying: error)
        }
        if framing == .none {
            flush(request)
            return false
        }
        if request.expectsContinue {
            // A head that does not go out at once is asked no questions about.
            switch transport.flush() {
            case .all: break
            case .failed(let error): writeFailure = error
            case .wouldBlock:
                startSending(request)
                return false
            }
            sending = HTTPClientSending()
            return true
        }
        guard case .bytes(let bytes) = request.body.source else {
            startSending(request)
            return false
        }
        sendAtOnce(bytes, request)
        return false
    }

    private func appendHead(of request: HTTPClientRequest, to output: OutputBuffer) throws {
        isLast = HTTP1ResponseEncoder.asksToClose(request.fields)
        try HTTP1RequestEncoder.appendHead(
            method: request.method, target: target(of: request), authority: authority(of: request),
            fields: request.fields, framing: request.framing,
            connection: isLast ? .close : .implied, to: output)
    }

    private func flush(_ request: HTTPClientRequest) {
        switch transport.flush() {
        case .all: return
        case .failed(let error): writeFailure = error
        case .wouldBlock:
            start {
                try await $0.transport.flush(stall: $0.configuration.writeTimeout)
            } url: {
                request.url
            }
        }
    }

    private func sendAtOnce(_ bytes: [UInt8], _ request: HTTPClientRequest) {
        if bytes.count <= 16 * 1024 {
            transport.output.append(bytes)
            flush(request)
            return
        }
        let (result, count) = transport.flush(then: bytes[...])
        if case .failed(let error) = result { writeFailure = error }
        guard case .wouldBlock = result else { return }
        start { connection in
            var count = count
            try await connection.transport.flush(
                then: bytes.dropFirst(count), bodySent: &count, stall: connection.configuration.writeTimeout)
        } url: {
            request.url
        }
    }

    /// Sends the content in a task.
    func startSending(_ request: HTTPClientRequest) {
        start {
            try await $0.send(request.body, framing: request.framing)
        } url: {
            request.url
        }
    }

    private func start(
        _ send: nonisolated(nonsending) @escaping @Sendable (HTTPClientConnection) async throws -> Void,
        url: @escaping @Sendable () -> HTTPURL
    ) {
        let sending = sending ?? HTTPClientSending()
        self.sending = sending
        let worker = worker
        sending.task = Task.immediate(executorPreference: loop.taskExecutor) {
            await worker.send(on: self, sending) { connection in
                do {
                    try await send(connection)
                } catch {
                    throw HTTPClientSendingFailure.described(error, url())
                }
            }
        }
    }

    /// Reads the content and sends it.
    private func send(_ body: HTTPRequestBody, framing: HTTP1RequestEncoder.Framing) async throws {
        let stall = configuration.writeTimeout
        if case .file(let file, let range) = body.source {
            var sent = 0
            return try await transport.flush(then: file, range: range, sent: &sent, stall: stall)
        }
        try await transport.flush(stall: stall)
        var left: Int?
        if case .length(let length) = framing { left = length }
        var iterator = body.makeAsyncIterator()
        while let bytes = try await HTTPClientSendingFailure.ofContent({
            try await iterator.next(isolation: #isolation)
        }) {
            try Task.checkCancellation()
            // Of no length is the chunk that ends the content.
            guard !bytes.isEmpty else { continue }
            if let known = left {
                guard bytes.count <= known else { throw HTTPClientSendingFailure.tooLong }
                left = known - bytes.count
            } else {
                HTTP1ChunkedEncoder.appendChunkHead(bytes.count, to: transport.output)
            }
            var count = 0
            if bytes.count <= 16 * 1024 {
                transport.output.append(bytes)
            } else {
                try await transport.flush(then: bytes[...], bodySent: &count, stall: stall)
            }
            if left == nil { HTTP1ChunkedEncoder.appendChunkEnd(to: transport.output) }
            try await transport.flush(stall: stall)
        }
        guard left ?? 0 == 0 else { throw HTTPClientSendingFailure.tooShort }
        if left == nil {
            HTTP1ChunkedEncoder.appendLastChunk(to: transport.output)
            try await transport.flush(stall: stall)
        }
    }

    // MARK: Targets

    private func target(of request: HTTPClientRequest) -> HTTP1RequestEncoder.Target {
        if request.method == .connect { return .authority }
        if isToProxy {
            return .absolute(scheme: request.url.scheme.rawValue, path: request.isForServer ? "" : request.url.path)
        }
        return request.isForServer ? .asterisk : .origin(request.url.path)
    }

    private func authority(of request: HTTPClientRequest) -> String {
        let url = request.url
        // To a proxy there is but one authority.
        if !isToProxy, request.method != .connect, let host = request.fields[.host] { return host }
        guard request.method == .connect, url.port == url.scheme.defaultPort else {
            guard !isToProxy else { return url.authority }
            if let host { return host }
            let host = url.authority
            self.host = host
            return host
        }
        // CONNECT asks for a port in any case.
        return "\(url.authority):\(url.port)"
    }
}
