internal import Netius

extension SMTPServerConnection {
    /// Sends what was answered, then waits for more to arrive; false when the session is to end.
    // Inlined: an actor's function switches to its executor when it begins and again when it has returned.
    @inline(__always)
    func receiveMore() async -> Bool {
        while true {
            switch receiveAtOnce() {
            case .more: return true
            case .end: return false
            case .flush:
                guard await flushOrLog() else { return false }
            case .wait(let deadline):
                switch await transport.pollable.readable(until: deadline) {
                case .ready: continue
                case .timedOut:
                    close(.timedOut)
                    return false
                case .busy: return false
                case .cancelled:
                    // By a shutdown; or it was meant for another task, which had been resumed already.
                    guard !transport.pollable.mayNotWait else { return false }
                }
            }
        }
    }

    private enum Step {
        case more
        case end
        case flush
        case wait(until: MonotonicTime)
    }

    @inline(never)
    private func receiveAtOnce() -> Step {
        guard phase == .waiting else { return .end }
        if case .wouldBlock = transport.flush() { return .flush }
        switch transport.receive() {
        case .bytes: return .more
        case .end, .failed: return .end
        case .wouldBlock: break
        }
        if worker.isShuttingDown {
            close(.shuttingDown)
            return .end
        }
        let shared = shared
        var patience = shared.configuration.idleTimeout
        if core.phase == .refused { patience = min(patience, shared.configuration.commandTimeout) }
        return .wait(until: min(commandDeadline, loop.now + patience))
    }

    /// Sends what was answered; false, with a line in the log, if the client does not take it.
    func flushOrLog() async -> Bool {
        do {
            try await transport.flush(stall: shared.configuration.writeTimeout)
            return true
        } catch {
            shared.log.debug("a reply was lost: \(error)", metadata: logMetadata)
            return false
        }
    }
}
