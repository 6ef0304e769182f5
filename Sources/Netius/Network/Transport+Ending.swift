#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension Transport {
    /// Tells the peer that nothing follows what was sent. False where there is no room for that: `finish` waits for it.
    @discardableResult
    package func shutDownOutput() -> Bool {
        guard !state.isShutDown, !pollable.isClosed else { return true }
        // What did not go out with the rest must not be cut from it.
        if let tls, !close(tls) { return false }
        state.isShutDown = true
        _ = shutdown(pollable.descriptor, CInt(SHUT_WR))
        return true
    }

    /// Sees to it that closing loses nothing of what was sent, the alert behind it included: waits for room, as long as
    /// the peer takes something every `stall`. Does nothing where nothing is protected.
    ///
    /// - Throws: As `flush(stall:)`; `CancellationError` when the task was cancelled.
    nonisolated(nonsending) package func finish(stall: Duration) async throws {
        guard let tls else { return }
        var watch = SendWatch(stall: stall, at: loop.now)
        while !pollable.isClosed, !state.isShutDown, !close(tls) {
            guard unsentCount == 0 else {
                try await flush(stall: stall)
                continue
            }
            guard watch.isMoving(unacknowledgedCount, at: loop.now) else {
                _ = fail(ConnectionError.writeTimedOut)
                throw ConnectionError.writeTimedOut
            }
            // The kernel does not say when it has passed on what it held back.
            try await loop.sleep(for: KernelTLS.pause)
        }
    }

    /// Tells the peer that nothing follows, and reads away what it still sends, until it has ended too or `patience` is
    /// over: to close with something unread resets the connection, and what was sent last could be lost.
    nonisolated(nonsending) package func linger(for patience: Duration) async {
        shutDownOutput()
        let deadline = loop.now + patience
        while case .ready = await pollable.readable(until: deadline), loop.now < deadline {
            consume(unreadCount)
            switch receive() {
            // Once per turn of the loop: a peer that sends without end keeps nobody else waiting.
            case .bytes: await loop.yield()
            case .wouldBlock: continue
            case .end, .failed: return
            }
        }
    }

    /// Makes closing answer what the peer still sends with a reset, so that it sees that it was cut off.
    package func abort() {
        guard !pollable.isClosed else { return }
        Socket.resetOnClose(pollable.descriptor)
        discard()
    }

    /// Closes the socket; what is unsent is lost.
    package func close() {
        if let tls, !pollable.isClosed, !state.isShutDown, !close(tls), tls.isSentByKernel, unsentCount == 0 {
            KernelTLSRemainder.keep(pollable.descriptor, on: loop)
        }
        discard()
    }

    private func discard() {
        loop.buffers.release(self)
        state.lentInput = 0..<0
        state.kept = []
        state.keptStart = 0
        state.unsent = []
        state.unsentStart = 0
        pollable.close()
    }

    /// Tells the peer, behind all that was sent, that nothing follows (RFC 8446 section 6.1); false where the socket
    /// has no room for that, or for what comes before it.
    private func close(_ tls: TLSSession) -> Bool {
        guard state.failure == nil else { return true }
        if tls.isSentByKernel {
            return unsentCount == 0 && KernelTLS.hasRoom(pollable.descriptor) && tls.close()
        }
        _ = tls.close()
        if case .wouldBlock = sendProtected() { return false }
        return true
    }
}
