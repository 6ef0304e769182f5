internal import Netius

extension HTTP2ServerConnection {
    /// The data of the PING that tells when the client has seen the first GOAWAY.
    private static let shutdownPing: UInt64 = 0x6E65_7469_7573_0001

    /// A graceful shutdown: an idle connection ends at once, any other with its streams. The client may have sent
    /// requests that are still on their way: it is warned before the last stream is named (RFC 9113 §6.8).
    func beginShutdown() {
        guard !isClosing else { return }
        guard runningCount > 0 else {
            close()
            return transport.pollable.cancelReader()
        }
        announceEnd()
    }

    func announceEnd() {
        guard !session.connection.hasSentGoAway else { return }
        session.connection.goAway(.noError, lastStream: UInt32(Int32.max), to: transport.output)
        HTTP2FrameEncoder.appendPing(Self.shutdownPing, isAcknowledgement: false, to: transport.output)
        session.flushSoon()
        shutdownTimer = session.loop.schedule(at: session.loop.now + .seconds(1)) { [weak self] in self?.close() }
    }

    /// The client has answered a PING.
    func acknowledged(_ data: UInt64) {
        if data == Self.shutdownPing, session.connection.hasSentGoAway { close() }
    }

    /// No further streams.
    func close() {
        guard !isClosing else { return }
        isClosing = true
        shutdownTimer?.cancel()
        session.connection.goAway(.noError, lastStream: session.connection.lastPeerStream, to: transport.output)
        session.flushSoon()
        if runningCount == 0 { transport.pollable.cancelReader() }
    }

    /// The client has broken the protocol, or a limit: it is told, and nothing more is answered.
    func fail(_ error: HTTP2Error) {
        worker.log.info("refused: \(error.reason) (\(error.code))", metadata: logMetadata)
        session.connection.goAway(
            error.code, lastStream: session.connection.lastPeerStream, debug: error.reason, to: transport.output)
        end(error)
    }

    /// The client has left.
    func disappeared(_ error: (any Error)?) {
        if let error { worker.log.debug("the connection broke: \(error)", metadata: logMetadata) }
        end(error ?? ConnectionError.closed)
    }

    /// The end of patience.
    func cancel() {
        end(ConnectionError.cancelled)
    }

    func end(_ error: any Error) {
        isClosing = true
        session.fail(error)
        for exchange in exchanges { exchange.task?.cancel() }
    }

    /// A stream has ended before its time: nobody waits for its response.
    func failed(_ failure: HTTP2StreamFailure) {
        if !failure.isByPeer {
            worker.log.info("refused: \(failure.reason) (\(failure.code))", metadata: logMetadata)
        }
        guard let slot = failure.slot, slot < exchanges.count else { return }
        exchanges[slot].task?.cancel()
    }
}
