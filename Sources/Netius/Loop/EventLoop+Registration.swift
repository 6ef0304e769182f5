extension EventLoop {
    func register(_ pollable: Pollable) throws -> UInt64 {
        guard !pollables.isClosed else { throw EventLoopError.shutDown }
        let token = pollables.insert(pollable)
        do {
            try poller.add(pollable.descriptor, token: token, readsOnly: false)
        } catch {
            pollables.remove(token)
            throw error
        }
        return token
    }

    func unregister(_ pollable: Pollable, token: UInt64) {
        poller.remove(pollable.descriptor)
        pollables.remove(token)
    }

    /// Traps in debug builds when called off the loop's thread.
    package func assertCurrent() {
        assert(isCurrent, "not on the thread of the event loop")
    }
}

/// What a loop refuses.
public enum EventLoopError: Error, Hashable, CustomStringConvertible {
    /// The loop has ended, or is about to.
    case shutDown

    /// One line for people.
    public var description: String { "the event loop has been shut down" }
}
