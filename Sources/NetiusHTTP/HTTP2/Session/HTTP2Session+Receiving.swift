internal import Netius

extension HTTP2Session {
    /// What has come next, without waiting: `head`, `trailers`, `failed`, `settings`, `acknowledged`, `goAway`, or at last
    /// `needsMore`. Content and windows are dealt with here; whoever waits for them is woken.
    ///
    /// - Throws: `HTTP2Error`: the connection is to end with GOAWAY.
    @inline(__always)
    func nextEvent<Sink: HTTP2SectionSink>(_ sink: inout Sink) throws(HTTP2Error) -> HTTP2Event {
        while transport.unreadCount > 0 {
            let output = transport.output
            let now = loop.now
            let step = try transport.withUnread { (input) throws(HTTP2Error) in
                let step = try connection.receive(input, into: &sink, at: now, to: output)
                if case .data(let slot, let range) = step.event { take(input.extracting(range), slot) }
                return step
            }
            transport.consume(step.consumed)
            switch step.event {
            case .needsMore: return .needsMore
            case .data(let slot, let range):
                if streams[slot].discardLeft != nil { discarded(slot, range.count) }
            case .windowOpened(let slot): windowOpened(slot)
            case .priority(let slot):
                if scheduler.contains(slot) { scheduler.update(slot, connection.streams[slot].priority) }
            case .failed(let failure):
                guard let slot = failure.slot, slot < streams.count else { return step.event }
                fail(slot, failure)
                guard streams[slot].discardLeft == nil else { release(slot); continue }
                return step.event
            case .settings:
                settingsChanged()
                return step.event
            case .trailers(let slot):
                guard streams[slot].discardLeft == nil else { release(slot); continue }
                return step.event
            case .head, .acknowledged, .goAway:
                return step.event
            }
        }
        return .needsMore
    }

    private func take(_ content: Span<UInt8>, _ slot: Int) {
        let stream = stream(slot)
        guard stream.discardLeft == nil else { return }
        stream.received.append(content, 0..<content.count)
        stream.wakeReader(.ready)
    }

    private func discarded(_ slot: Int, _ count: Int) {
        connection.consumed(slot, count, to: transport.output)
        let left = (streams[slot].discardLeft ?? 0) - count
        streams[slot].discardLeft = left
        if left < 0 || connection.streams[slot].isClosed { release(slot) }
    }

    /// Nothing is read while more than this waits to be sent.
    private static let readingLimit = 4 * outputLimit

    /// Waits for more to arrive, once what is to be sent is on its way.
    nonisolated(nonsending) func receiveMore(until deadline: MonotonicTime) async -> Received {
        while true {
            // Who asks and does not take the answers is not heard for now.
            if transport.unsentCount > Self.readingLimit { await waitUntilDrained() }
            switch receiveAtOnce() {
            case let received?: return received
            case nil: break
            }
            switch await transport.pollable.readable(until: deadline) {
            case .ready: continue
            case .timedOut: return .timedOut
            case .cancelled, .busy: return .cancelled
            }
        }
    }

    @inline(never)
    private func receiveAtOnce() -> Received? {
        flush()
        if let failure { return .failed(failure) }
        return switch transport.receive() {
        case .bytes: .more
        case .end: .end
        case .failed(let error): .failed(error)
        case .wouldBlock: nil
        }
    }

    // MARK: Content

    /// What has come of a stream's content, without waiting; nil for nothing, which need not be the end.
    func takeReceived(_ slot: Int) -> [UInt8]? {
        let stream = streams[slot]
        guard !stream.received.isEmpty else { return nil }
        var bytes: [UInt8] = []
        swap(&bytes, &stream.received)
        connection.consumed(slot, bytes.count, to: transport.output)
        flushSoon()
        return bytes
    }

    /// Waits until something of a stream's content has come, or nothing more will. The caller calls `cancelWait` when
    /// its task is cancelled.
    ///
    /// - Returns: How the wait ended: `cancelled` only where the task was.
    nonisolated(nonsending) func waitForContent(_ slot: Int, until deadline: MonotonicTime) async -> HTTP2Stream.Wake {
        let stream = streams[slot]
        while true {
            let wake: HTTP2Stream.Wake = await withLoopContinuation { continuation in
                guard !Task.isCancelled else { return continuation.resume(returning: .cancelled) }
                // It may have come before this came to wait.
                guard stream.received.isEmpty, stream.failure == nil, !connection.streams[slot].isRemoteEnded else {
                    return continuation.resume(returning: .ready)
                }
                stream.reader = continuation
                stream.readDeadline = deadline
                watch(until: deadline)
            }
            // The place may have been another stream's when the cancellation came.
            guard wake == .cancelled, !Task.isCancelled else { return wake }
        }
    }

    /// Ends a wait for content, from whichever thread.
    func cancelWait(_ slot: Int) {
        loop.execute { [self] in streams[slot].wakeReader(.cancelled) }
    }
}
