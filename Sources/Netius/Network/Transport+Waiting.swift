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

    /// Sends everything that was appended and then `body`, which is not copied. The wait ends when the task is cancelled
    /// if it `isCancellable`, and the caller calls `cancelWriter` then.
    nonisolated(nonsending) package func flush(
        then body: ArraySlice<UInt8>, stall: Duration, isCancellable: Bool = false
    ) async throws {
        var rest = body
        while true {
            let (sent, count) = flush(then: rest)
            rest = rest.dropFirst(count)
            switch sent {
            case .all: return
            case .failed(let error): throw error
            case .wouldBlock: try await waitUntilWritable(stall: stall, isCancellable: isCancellable)
            }
        }
    }

    nonisolated(nonsending) private func waitUntilWritable(stall: Duration, isCancellable: Bool = false) async throws {
        let deadline = loop.now + stall
        let end =
            isCancellable
            ? await pollable.writableUnlessCancelled(until: deadline) : await pollable.writable(until: deadline)
        switch end {
        case .ready: return
        case .timedOut: throw ConnectionError.writeTimedOut
        case .busy: throw ConnectionError.concurrentWrite
        case .cancelled:
            guard !isCancellable || pollable.mayNotWait else { return }
            throw pollable.isClosed ? ConnectionError.closed : ConnectionError.cancelled
        }
    }
}
