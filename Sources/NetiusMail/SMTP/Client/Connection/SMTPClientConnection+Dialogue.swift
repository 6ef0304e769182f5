internal import Netius

extension SMTPClientConnection {
    /// Sends a command and reads its reply.
    ///
    /// - Parameters:
    ///   - text: The command without its line's end; it must have no control characters.
    ///   - shown: What the transcript has in its place, where there is a secret in it.
    ///   - limit: How long the server may take to answer.
    /// - Returns: The reply, whatever it is.
    /// - Throws: `SMTPClientError`; `CancellationError`.
    func command(_ text: String, shown: String? = nil, within limit: Duration) async throws -> SMTPReply {
        transport.output.append(text: text)
        transport.output.append("\r\n")
        transcript?.append(.sent, shown ?? text)
        try await flush()
        return try await readReply(within: limit)
    }

    /// Sends what was appended.
    func flush() async throws {
        switch transport.flush() {
        case .all: return
        case .failed(let error): throw closed(error)
        case .wouldBlock: break
        }
        var none = 0
        do {
            try await transport.flush(
                then: [], bodySent: &none, stall: configuration.writeTimeout, isCancellable: true)
        } catch ConnectionError.writeTimedOut {
            throw SMTPClientError(.timedOut, host: host, reason: "the server took nothing for too long")
        } catch {
            try Task.checkCancellation()
            throw closed(error)
        }
    }

    /// Reads the next reply.
    ///
    /// - Throws: `SMTPClientError`; `CancellationError`.
    func readReply(within limit: Duration) async throws -> SMTPReply {
        let deadline = loop.now + limit
        while true {
            if transport.unreadCount > 0, var reply = try parseReply() {
                if !secrets.isEmpty { reply = reply.hiding(secrets) }
                transcript?.append(reply)
                return reply
            }
            switch transport.receive() {
            case .bytes: continue
            case .end: throw closed(nil)
            case .failed(let error): throw closed(error)
            case .wouldBlock: break
            }
            switch await transport.pollable.readableUnlessCancelled(until: deadline) {
            case .ready: break
            case .timedOut: throw SMTPClientError(.timedOut, host: host, reason: "the server did not answer in time")
            case .busy:
                throw SMTPClientError(.connectionBusy, host: host, reason: "another task is using the connection")
            case .cancelled:
                try Task.checkCancellation()
                if transport.pollable.mayNotWait { throw closed(nil) }
            }
        }
    }

    private func parseReply() throws -> SMTPReply? {
        do throws(SMTPReplyError) {
            let (reply, consumed) = try transport.withUnread { (bytes) throws(SMTPReplyError) in
                try parser.read(bytes)
            }
            transport.consume(consumed)
            return reply
        } catch {
            throw SMTPClientError(
                .malformedReply, host: host, reason: "the server's reply is malformed", underlying: error)
        }
    }

    /// A reply that has arrived as a whole, where the connection broke while something was sent.
    func unreadReply() -> SMTPReply? {
        while true {
            if transport.unreadCount > 0 {
                do {
                    if let reply = try parseReply() {
                        transcript?.append(reply)
                        return reply
                    }
                } catch {
                    return nil
                }
            }
            guard case .bytes = transport.receive() else { return nil }
        }
    }
}
