internal import Netius

extension SMTPServerConnection {
    /// Protects the connection before anything is said; false where that fails.
    func shakeHands() async -> Bool {
        guard let context = shared.configuration.tls else { return false }
        defer { context.endHandshake(from: peerAddress) }
        guard await handshake(context) else { return false }
        core.becomeSecure()
        return true
    }

    /// STARTTLS (RFC 3207).
    func startTLS() async {
        guard let context = shared.configuration.tls, context.beginHandshake(from: peerAddress) else {
            return apply(core.idle(.tlsUnavailable))
        }
        defer { context.endHandshake(from: peerAddress) }
        let session: TLSSession
        do {
            session = try context.makeSession()
        } catch {
            shared.log.error("no TLS: \(error)", metadata: logMetadata)
            return apply(core.idle(.tlsUnavailable))
        }
        say(.readyForTLS)
        guard await flushOrLog() else { return phase = .ended }
        do {
            // It throws where anything is unread, which was said in clear and would count as said in private.
            try transport.startTLS(session)
        } catch {
            shared.log.info("no TLS: \(error)", metadata: logMetadata)
            return phase = .ended
        }
        guard await handshake(context) else { return phase = .ended }
        core.becomeSecure()
        client = nil
    }

    private func handshake(_ context: TLSServerContext) async -> Bool {
        do {
            try await transport.handshake(until: loop.now + context.handshakeTimeout)
            return true
        } catch {
            transport.close()
            shared.log.info("no TLS: \(error)", metadata: logMetadata)
            return false
        }
    }
}
