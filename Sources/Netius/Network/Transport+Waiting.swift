extension Transport {
    /// Sends everything that was appended, waiting for a slow peer as long as it takes some of it every `stall`.
    ///
    /// - Throws: `SystemError` when the connection broke, `ConnectionError` when the peer stalled, the transport was
    ///   closed or the wait was cancelled.
    nonisolated(nonsending) package func flush(stall: Duration) async throws {
        while true {
            switch flush() {
            case .all: return
            case .failed(let error): throw error
            case .wouldBlock: try await waitUntilWritable(stall: stall)
            }
        }
    }

    /// Sends everything that was appended and then `body`, which is not copied.
    nonisolated(nonsending) package func flush(then body: ArraySlice<UInt8>, stall: Duration) async throws {
        var rest = body
        while true {
            let (sent, count) = flush(then: rest)
            rest = rest.dropFirst(count)
            switch sent {
            case .all: return
            case .failed(let error): throw error
            case .wouldBlock: try await waitUntilWritable(stall: stall)
            }
        }
    }

    nonisolated(nonsending) private func waitUntilWritable(stall: Duration) async throws {
        switch await pollable.writable(until: loop.now + stall) {
        case .ready: return
        case .timedOut: throw ConnectionError.writeTimedOut
        case .busy: throw ConnectionError.concurrentWrite
        case .cancelled: throw pollable.isClosed ? ConnectionError.closed : ConnectionError.cancelled
        }
    }
}
