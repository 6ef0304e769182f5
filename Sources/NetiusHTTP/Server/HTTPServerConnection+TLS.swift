internal import Netius

extension HTTPServerConnection {
    /// Protects the connection before its first request; where that fails it has ended.
    @inline(never)
    func shakeHands() async {
        let context = worker.configuration.tls
        do {
            try await transport.handshake(until: loop.now + (context?.handshakeTimeout ?? .zero))
            context?.endHandshake(from: peerAddress)
            unsafe uncheckedTLS = transport.tls?.information
            if tls?.applicationProtocol == "h2" { startHTTP2() }
            // The time for the head begins anew.
            headDeadline = loop.now + worker.configuration.headTimeout
        } catch {
            context?.endHandshake(from: peerAddress)
            phase = .ended
            if case TLSError.notTLS = error { return refusePlaintext() }
            transport.close()
            worker.log.info("no TLS: \(error)", metadata: logMetadata)
        }
    }

    /// Most likely a browser that was given `http` for `https`: it can show what it is told.
    private func refusePlaintext() {
        transport.giveUpTLS()
        exchange = worker.takeExchange()
        refuse(.badRequest, "this port is for HTTPS")
    }
}
