internal import Netius

extension HTTP2ServerConnection {
    /// What has come of the content of a request; nil for nothing.
    func takeContent(_ slot: Int) throws -> [UInt8]? {
        let exchange = exchanges[slot]
        guard let bytes = session.takeReceived(slot) else {
            // What has come as a whole is whole, whatever became of the stream after it.
            if !hasAllContent(slot), session.streams[slot].failure != nil { throw failBody(slot, .incomplete) }
            return nil
        }
        exchange.bodyWait.received(bytes.count)
        guard exchange.bodyWait.receivedCount <= configuration.limits.bodySize ?? .max else {
            throw failBody(slot, .tooLarge)
        }
        return bytes
    }

    /// Whether nothing more will come.
    func hasAllContent(_ slot: Int) -> Bool {
        session.connection.streams[slot].hasEnd
    }

    /// Whether the client may send hardly any content, on whichever stream.
    var isWindowShut: Bool { session.connection.receiveWindow.available < HTTP2Session.frameLimit }

    func failBody(_ slot: Int, _ error: HTTPBodyError) -> HTTPBodyError {
        exchanges[slot].bodyFailure = error
        return error
    }

    /// Tells a client that waits for it to send the content (RFC 9110 section 10.1.1).
    func sendContinue(_ slot: Int) throws {
        let exchange = exchanges[slot]
        guard !exchange.bodyWait.hasBegun else { return }
        exchange.bodyWait.begin()
        switch exchange.response {
        case .none, .pending: break
        case .writing, .complete: return
        }
        guard exchange.bodyWait.receivedCount == 0, exchange.head.fields[.expect]?.lowercased() == "100-continue" else {
            return
        }
        let output = transport.output
        let start = session.connection.beginHeaders(to: output)
        HTTP2ResponseEncoder.append(
            .continue, HTTPFields(), contentLength: nil, date: [], with: &session.connection.encoder, to: output)
        session.connection.endHeaders(slot, begunAt: start, endsStream: false, to: output)
        session.flushSoon()
    }

    /// The trailer fields of a request, once all of its content has been read.
    func trailers(of request: HTTPExchange) -> HTTPFields {
        guard let exchange = exchange(of: request), hasAllContent(Int(request.slot)),
            session.streams[Int(request.slot)].received.isEmpty
        else { return HTTPFields() }
        return exchange.trailers
    }
}
