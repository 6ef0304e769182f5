internal import Netius

extension SMTPServerConnection {
    /// The end of the session: what was answered is sent, then the connection is closed.
    @inline(never)
    func end() async {
        phase = .ended
        unsafe transport.pollable.observer = nil
        if !transport.pollable.isClosed {
            if await flushOrLog() {
                // A client that does not take the end has had its time for it.
                try? await transport.finish(stall: shared.configuration.writeTimeout)
                // The client is to see the last reply.
                if !hasEndOfInput() { await transport.linger(for: shared.configuration.lingerTimeout) }
            }
            transport.close()
        }
        worker.remove(self)
    }

    /// Whether nothing is unread here or on its way: the end of the stream, or an orderly end between messages.
    private func hasEndOfInput() -> Bool {
        let wasUnread = transport.unreadCount > 0
        transport.consume(transport.unreadCount)
        switch transport.receive() {
        case .end, .failed: return true
        case .bytes: return false
        case .wouldBlock: return !wasUnread && !lingers
        }
    }

    // MARK: Shutdown

    /// A graceful shutdown: a connection that waits for a command is told so and ends, any other after what it is at.
    func beginShutdown() {
        guard phase == .waiting else { return }
        transport.pollable.cancelReader()
    }

    /// The end of patience: the handler is cancelled and the connection closed.
    func cancel() {
        task?.cancel()
        phase = .ended
        transport.abort()
    }
}

extension SMTPServerConnection: ServerConnection {
    /// A client whose connection is gone cancels its handler. One that only ended its side may still want its replies.
    func cancelIfAbandoned(isBroken: Bool) {
        guard isBroken, phase == .asking || phase == .content else { return }
        task?.cancel()
    }

    package nonisolated func peerHungUp(isBroken: Bool) {
        assumeIsolated { $0.cancelIfAbandoned(isBroken: isBroken) }
    }
}
