internal import CNetius

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

    /// Sends everything that was appended and then `body`, which is not copied; `bodySent` grows by the bytes of it that
    /// the system has taken. The wait ends when the task is cancelled if it `isCancellable`, and the caller calls
    /// `cancelWriter` then.
    nonisolated(nonsending) package func flush(
        then body: ArraySlice<UInt8>, bodySent: inout Int, stall: Duration, isCancellable: Bool = false
    ) async throws {
        var rest = body
        while true {
            let (sent, count) = flush(then: rest)
            rest = rest.dropFirst(count)
            bodySent += count
            switch sent {
            case .all: return
            case .failed(let error): throw error
            case .wouldBlock: try await waitUntilWritable(stall: stall, isCancellable: isCancellable)
            }
        }
    }

    nonisolated(nonsending) func waitUntilWritable(stall: Duration, isCancellable: Bool = false) async throws {
        while true {
            // The poller reports room when there is much of it: a slow peer that takes a little is seen here only.
            let waiting = unacknowledgedCount
            let deadline = loop.now + stall
            let end =
                isCancellable
                ? await pollable.writableUnlessCancelled(until: deadline) : await pollable.writable(until: deadline)
            switch end {
            case .ready: return
            case .timedOut:
                guard let waiting, let left = unacknowledgedCount, left < waiting else {
                    throw ConnectionError.writeTimedOut
                }
            case .busy: throw ConnectionError.concurrentWrite
            case .cancelled:
                guard !isCancellable || pollable.mayNotWait else { return }
                throw pollable.isClosed ? ConnectionError.closed : ConnectionError.cancelled
            }
        }
    }

    /// The bytes that the system has taken and the peer has not; nil where that is not known.
    var unacknowledgedCount: Int? {
        guard !pollable.isClosed else { return nil }
        let count = netius_unacknowledged(pollable.descriptor)
        return count >= 0 ? Int(count) : nil
    }
}
