internal import Netius

extension SMTPServerConnection {
    /// Greets the client; false when the session is over already.
    func open() async -> Bool {
        if transport.tls != nil, await !shakeHands() { return false }
        if shared.handlers.connection != nil { return await ask() }
        return await greet()
    }

    private func ask() async -> Bool {
        guard let handler = shared.handlers.connection else { return true }
        phase = .asking
        let reply: SMTPReply
        do { reply = try await handler(makeSession()) } catch { reply = self.reply(for: error) }
        client = nil
        guard phase == .asking else { return false }
        phase = .waiting
        if reply.isPositive { return await greet() }
        // There are no other codes for that (RFC 5321 section 4.3.2), and no enhanced ones (RFC 2034 section 4).
        let greeting = SMTPReply(reply.isTemporary ? 421 : 554, lines: reply.lines)
        guard reply.isPermanent else {
            close(greeting)
            return false
        }
        say(greeting)
        core.phase = .refused
        return true
    }

    /// Says the greeting, unless the client has spoken first, as those do who do not listen.
    private func greet() async -> Bool {
        if shared.configuration.greetingDelay > .zero {
            let deadline = loop.now + shared.configuration.greetingDelay
            while case .wouldBlock = transport.receive() {
                guard case .ready = await transport.pollable.readable(until: deadline) else { break }
            }
        } else {
            _ = transport.receive()
        }
        guard !transport.pollable.isClosed else { return false }
        if worker.isShuttingDown {
            close(SMTPReply.shuttingDown.withoutStatus)
            return false
        }
        if transport.unreadCount == 0 {
            say(shared.greeting)
        } else {
            say(.earlyTalker)
            shared.log.info("spoke before the greeting", metadata: logMetadata)
            core.phase = .refused
        }
        return true
    }
}
