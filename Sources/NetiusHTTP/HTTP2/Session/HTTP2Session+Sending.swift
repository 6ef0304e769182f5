internal import Netius

extension HTTP2Session {
    /// Of what is to be sent no more is put into the output than this before the system has taken some.
    static let outputLimit = 64 * 1024

    /// The most that is put into one frame.
    static let frameLimit = 16 * 1024

    /// Whether so much content may go out now, before what others have pending: little is never kept waiting.
    @inline(__always)
    func maySendAtOnce(_ count: Int, on slot: Int) -> Bool {
        transport.unsentCount < Self.outputLimit && count <= connection.sendable(slot) && sendingFailure == nil
    }

    /// Sends content of a stream, waiting for windows and for the system to take it.
    ///
    /// - Throws: Why the stream has ended; `ConnectionError.writeTimedOut`, when the peer has taken nothing for too long.
    nonisolated(nonsending) func write(_ bytes: ArraySlice<UInt8>, to slot: Int, endsStream: Bool) async throws {
        let stream = streams[slot]
        let id = connection.streams[slot].id
        if let failure = stream.failure ?? sendingFailure { throw failure }
        if bytes.count <= Self.frameLimit, scheduler.isEmpty, maySendAtOnce(bytes.count, on: slot) {
            if !bytes.isEmpty || endsStream {
                connection.appendDataHeader(slot, count: bytes.count, endsStream: endsStream, to: transport.output)
                transport.output.append(bytes)
            }
            stream.sending = .written
            unflushed.append(stream)
            flush()
        } else {
            enqueue(.bytes(bytes), stream, slot, endsStream)
        }
        try await waitUntilSent(stream, slot, id)
    }

    /// Waits until the system has taken enough of what was put together for more to be added.
    nonisolated(nonsending) func waitForRoom(_ slot: Int) async throws {
        let stream = streams[slot]
        let id = connection.streams[slot].id
        while transport.unsentCount >= Self.outputLimit {
            if let failure = stream.failure ?? sendingFailure { throw failure }
            stream.sending = .written
            unflushed.append(stream)
            flush()
            try await waitUntilSent(stream, slot, id)
        }
    }

    /// Sends part of a file as content of a stream.
    ///
    /// - Throws: As `write(_:to:endsStream:)`; `FileError.truncated` where the file is shorter; `SystemError`.
    nonisolated(nonsending) func write(
        _ file: File, range: Range<Int>, sent: inout Int, to slot: Int, endsStream: Bool
    ) async throws {
        let stream = streams[slot]
        let id = connection.streams[slot].id
        var position = range.lowerBound
        while position < range.upperBound {
            if let failure = stream.failure ?? sendingFailure { throw failure }
            enqueue(.file(file, position..<range.upperBound), stream, slot, endsStream)
            try await waitUntilSent(stream, slot, id)
            guard case .needsFile = stream.sending else { return sent += range.upperBound - position }
            guard case .file(_, let rest) = stream.pending else { return }
            sent += rest.lowerBound - position
            position = rest.lowerBound
            let part = position..<position + min(Self.outputLimit, rest.count)
            let bytes = try await BlockingPool.shared.run { try file.read(at: part.lowerBound, upTo: part.count) }
            guard bytes.count == part.count else { throw FileError.truncated }
            guard connection.streams[slot].id == id else { throw ConnectionError.closed }
            position = part.upperBound
            try await write(bytes[...], to: slot, endsStream: endsStream && position == range.upperBound)
            sent += part.count
        }
    }

    private func enqueue(_ pending: HTTP2Stream.Pending, _ stream: HTTP2Stream, _ slot: Int, _ endsStream: Bool) {
        stream.pending = pending
        stream.endsAfterPending = endsStream
        stream.sending = .pending
        schedule(slot)
        flushSoon()
    }

    private func schedule(_ slot: Int) {
        guard !scheduler.contains(slot) else { return }
        let state = connection.streams[slot]
        scheduler.insert(slot, stream: state.id, state.priority, isExplicit: state.isPriorityExplicit)
    }

    /// Waits until what was pending has left, or the stream has failed.
    nonisolated(nonsending) private func waitUntilSent(_ stream: HTTP2Stream, _ slot: Int, _ id: UInt32) async throws {
        while true {
            // A task that was left behind when its stream ended must not write to the next in its place.
            guard connection.streams[slot].id == id else { throw ConnectionError.closed }
            if let failure = stream.failure ?? sendingFailure { throw failure }
            switch stream.sending {
            case .idle, .needsFile: return
            case .pending, .written: break
            }
            let wake: HTTP2Stream.Wake = await withLoopContinuation { continuation in
                guard stream.failure == nil, sendingFailure == nil, connection.streams[slot].id == id else {
                    return continuation.resume(returning: .ready)
                }
                switch stream.sending {
                case .idle, .needsFile: return continuation.resume(returning: .ready)
                case .pending, .written: break
                }
                stream.writer = continuation
                stream.writeDeadline = loop.now + stall
                watch(until: stream.writeDeadline)
            }
            guard wake == .timedOut, case .pending = stream.sending else { continue }
            // Others may be more urgent. A socket that takes nothing ends the connection.
            // What is left of the content must not be followed by anything, whoever goes on after the error.
            if connection.sendable(slot) == 0 { reset(slot, .cancel, ConnectionError.writeTimedOut) }
        }
    }

    /// More may be sent, on one stream or, as far as their own windows allow, on any.
    func windowOpened(_ slot: Int?) {
        if let slot, slot < streams.count, case .pending = streams[slot].sending { schedule(slot) }
        flushSoon()
    }

    /// The windows of all streams may have moved.
    func settingsChanged() {
        for slot in connection.streams.slots where connection.streams[slot].id != 0 { windowOpened(slot) }
        flushSoon()
    }

    // MARK: Flushing

    /// Flushes what was appended when the batch of events, or else the turn, is over.
    @inline(__always)
    func flushSoon() {
        guard !isBatching, !isFlushDue else { return }
        isFlushDue = true
        loop.observeEndOfTurn(self)
    }

    /// Sends what was appended, and then what streams have pending, as much as the socket takes.
    @inline(never)
    func flush() {
        // Whoever waits for the socket goes on with the rest.
        if !isDraining, flushAtOnce() { drain() }
    }

    /// Whether the socket has no room for all.
    private func flushAtOnce() -> Bool {
        while sendingFailure == nil {
            if !scheduler.isEmpty { pump() }
            switch transport.flush() {
            case .all:
                outputDrained()
                if scheduler.isEmpty || !hasSendable { return false }
            case .wouldBlock: return true
            case .failed(let error): failSending(error)
            }
        }
        discardOutput()
        return false
    }

    /// Everything that was in the output has been taken by the system.
    private func outputDrained() {
        connection.outputDrained()
        if !unflushed.isEmpty { wakeFlushed() }
    }

    private func wakeFlushed() {
        for stream in unflushed {
            guard case .written = stream.sending else { continue }
            stream.sending = .idle
            stream.wakeWriter(.ready)
        }
        unflushed.removeAll(keepingCapacity: true)
    }

    /// Whether something that is pending could be sent: those whose windows are shut have left the scheduler.
    private var hasSendable: Bool { connection.sendWindow > 0 }

    /// Moves what is pending to the output, a frame at a time, until that is full or the windows are shut.
    private func pump() {
        while transport.unsentCount < Self.outputLimit, let slot = scheduler.next() {
            let stream = streams[slot]
            let count = min(stream.pending.count, connection.sendable(slot), Self.frameLimit)
            guard count > 0 || stream.pending.count == 0 else {
                // Its own window, or that of all.
                if connection.sendWindow <= 0 { return }
                scheduler.remove(slot)
                continue
            }
            guard append(count, of: stream, slot) else {
                scheduler.remove(slot)
                stream.sending = .needsFile
                stream.wakeWriter(.ready)
                continue
            }
            scheduler.wrote(count, by: slot)
            stream.writeDeadline = stream.writer == nil ? .distantFuture : loop.now + stall
            guard stream.pending.count == 0 else { continue }
            scheduler.remove(slot)
            stream.pending = .none
            stream.sending = .written
            unflushed.append(stream)
        }
    }

    /// Appends one frame of what is pending; false where its file is not in memory.
    private func append(_ count: Int, of stream: HTTP2Stream, _ slot: Int) -> Bool {
        let endsStream = stream.endsAfterPending && count == stream.pending.count
        switch stream.pending {
        case .none: break
        case .bytes(let bytes):
            if count > 0 || endsStream {
                connection.appendDataHeader(slot, count: count, endsStream: endsStream, to: transport.output)
                transport.output.append(bytes.prefix(count))
            }
            stream.pending = .bytes(bytes.dropFirst(count))
        case .file(let file, let range):
            let part = range.lowerBound..<range.lowerBound + count
            guard append(file, range: part, to: slot, endsStream: endsStream) else { return false }
            stream.pending = .file(file, part.upperBound..<range.upperBound)
        }
        return true
    }

    /// Appends one frame with part of a file, for which there is room; false where it is not in memory.
    func append(_ file: File, range: Range<Int>, to slot: Int, endsStream: Bool) -> Bool {
        let output = transport.output
        let start = output.count
        HTTP2FrameEncoder.appendHeader(
            length: range.count, .data, endsStream ? .endStream : [], stream: connection.streams[slot].id, to: output)
        guard transport.append(file, range: range) else {
            output.truncate(to: start)
            return false
        }
        connection.sent(slot, range.count, endsStream: endsStream)
        return true
    }

    /// Waits, in a task of its own, for the socket to have room, as long as there is something to send.
    private func drain() {
        isDraining = true
        Task.immediate(executorPreference: loop.taskExecutor) { [self] in
            repeat {
                do {
                    try await transport.flush(stall: stall)
                    outputDrained()
                } catch {
                    failSending(error)
                }
            } while flushAtOnce()
            isDraining = false
            whenDrained.take()?.resume()
        }
    }

    /// Waits until no task waits for the socket, at the end of the connection.
    nonisolated(nonsending) func waitUntilDrained() async {
        await withLoopContinuation { continuation in
            if isDraining { whenDrained = continuation } else { continuation.resume() }
        }
    }
}

extension HTTP2Session: TurnObserver {
    func turnEnded() {
        isFlushDue = false
        flush()
    }
}
