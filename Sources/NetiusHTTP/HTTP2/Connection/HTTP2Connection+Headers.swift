internal import Netius

extension HTTP2Connection {
    /// Whom a header section is for.
    private enum Recipient {
        case newStream
        case head(slot: Int)
        case trailers(slot: Int)
        case nobody
        /// Nobody: the stream is not one that may have it.
        case refused(HTTP2ErrorCode, String)
    }

    /// HEADERS (RFC 9113 §6.2).
    @inline(__always)
    mutating func receiveHeaders<Sink: HTTP2SectionSink>(
        _ header: HTTP2FrameHeader, _ payload: Span<UInt8>, _ sink: inout Sink, _ now: MonotonicTime,
        _ output: OutputBuffer
    ) throws(HTTP2Error) -> HTTP2Event? {
        guard header.stream != 0 else { throw HTTP2Error(.protocolError, "HEADERS for no stream") }
        var (start, end) = (0, payload.count)
        if header.flags.contains(.padded) {
            guard end > 0 else { throw HTTP2Error(.frameSizeError, "HEADERS has no room for its padding's length") }
            guard Int(payload[0]) < end else { throw HTTP2Error(.protocolError, "more padding than frame") }
            start = 1
            end -= Int(payload[0])
        }
        var dependsOnItself = false
        if header.flags.contains(.priority) {
            guard end - start >= 5 else { throw HTTP2Error(.frameSizeError, "HEADERS is too short for its priority") }
            dependsOnItself = payload.stream(at: start) == header.stream
            start += 5
        }
        let block = payload.extracting(start..<end)
        guard block.count <= limits.headerBlock else { throw Self.blockTooLarge }
        let endsStream = header.flags.contains(.endStream)
        guard header.flags.contains(.endHeaders) else {
            phase = .continuation(
                HTTP2Continuation(
                    stream: header.stream, endsStream: endsStream, dependsOnItself: dependsOnItself,
                    block: [UInt8](block)))
            return nil
        }
        return try receive(block, of: header.stream, endsStream, dependsOnItself: dependsOnItself, &sink, now, output)
    }

    /// CONTINUATION (RFC 9113 §6.10).
    mutating func receiveContinuation<Sink: HTTP2SectionSink>(
        _ header: HTTP2FrameHeader, _ payload: Span<UInt8>, _ sink: inout Sink, _ now: MonotonicTime,
        _ output: OutputBuffer
    ) throws(HTTP2Error) -> HTTP2Event? {
        guard case .continuation(var open) = phase else { return nil }
        phase = .frames
        open.frames += 1
        guard open.frames <= limits.continuationFrames else {
            throw HTTP2Error(.enhanceYourCalm, "too many CONTINUATION frames")
        }
        guard payload.count <= limits.headerBlock - open.block.count else { throw Self.blockTooLarge }
        open.block.append(payload, 0..<payload.count)
        guard header.flags.contains(.endHeaders) else {
            phase = .continuation(open)
            return nil
        }
        let block = open.block
        return try receive(
            block.span, of: open.stream, open.endsStream, dependsOnItself: open.dependsOnItself, &sink, now, output)
    }

    private static var blockTooLarge: HTTP2Error { HTTP2Error(.enhanceYourCalm, "a header block is too large") }

    /// A whole header block.
    private mutating func receive<Sink: HTTP2SectionSink>(
        _ block: Span<UInt8>, of id: UInt32, _ endsStream: Bool, dependsOnItself: Bool, _ sink: inout Sink,
        _ now: MonotonicTime, _ output: OutputBuffer
    ) throws(HTTP2Error) -> HTTP2Event? {
        var recipient = try recipient(of: id, endsStream)
        if dependsOnItself { recipient = .refused(.protocolError, "the stream depends on itself") }
        switch recipient {
        case .newStream, .head: sink.begin(.head)
        case .trailers: sink.begin(.trailers)
        case .nobody, .refused: sink.begin(.discarded)
        }
        let isWhole: Bool
        do throws(HPACKError) {
            isWhole = try decoder.decode(block, into: &sink)
        } catch {
            throw HTTP2Error(.compressionError, "\(error)")
        }
        var summary = sink.end(isTooLarge: !isWhole)
        switch recipient {
        case .nobody: return nil
        case .refused(let code, let reason):
            // Before our settings are known the peer cannot know how many streams there may be.
            if code == .refusedStream, unacknowledgedSettings > 0 { streamErrors.add(1) }
            return try streamError(id, code, reason, at: now, to: output)
        case .newStream:
            if let malformed = Self.malformed(summary, endsStream) {
                return try streamError(id, .protocolError, malformed, at: now, to: output)
            }
            return .head(slot: open(id, summary, endsStream, to: output))
        case .head(let slot):
            if streams[slot].expectsNoContent { summary.contentLength = 0 }
            if let malformed = Self.malformed(summary, endsStream) {
                return try streamError(id, .protocolError, malformed, at: now, to: output)
            }
            guard !summary.isInterim else { return .head(slot: slot) }
            streams[slot].hasHead = true
            streams[slot].contentLeft = summary.contentLength
            if endsStream { remoteEnded(slot) }
            return .head(slot: slot)
        case .trailers(let slot):
            if let malformed = summary.malformed ?? (streams[slot].contentLeft ?? 0 == 0 ? nil : Self.tooShort) {
                return try streamError(id, .protocolError, malformed, at: now, to: output)
            }
            remoteEnded(slot)
            return .trailers(slot: slot)
        }
    }

    static let tooShort = "there is less content than announced"

    private static func malformed(_ summary: HTTP2SectionSummary, _ endsStream: Bool) -> String? {
        if let malformed = summary.malformed { return malformed }
        guard endsStream else { return nil }
        return summary.isInterim
            ? "an interim response ends the stream" : summary.contentLength ?? 0 == 0 ? nil : tooShort
    }

    /// Whom a header section of the stream is for, by the stream's state (RFC 9113 §5.1).
    @inline(__always)
    private mutating func recipient(of id: UInt32, _ endsStream: Bool) throws(HTTP2Error) -> Recipient {
        if isPeers(id), id > lastPeerStream { return try newStream(id) }
        guard let slot = streams.slot(of: id), !streams[slot].isClosed else { return try recipientAfterEnd(of: id) }
        if streams[slot].isRemoteEnded { return .refused(.streamClosed, "HEADERS after the end of the stream") }
        if !streams[slot].hasHead { return .head(slot: slot) }
        guard endsStream else { return .refused(.protocolError, "trailers that do not end the stream") }
        return .trailers(slot: slot)
    }

    /// Whether the peer may open another stream. Those that have ended in order need not be counted, though their places
    /// may not be free yet; of such there may be as many again.
    private var mayOpen: Bool {
        hasRoom && streams.count / 2 < max(limits.concurrentStreams, 0)
    }

    /// Whether there are fewer streams than allowed that are open, or were broken off and still have their places.
    private var hasRoom: Bool { streams.count - endedCount < max(limits.concurrentStreams, 0) }

    private mutating func newStream(_ id: UInt32) throws(HTTP2Error) -> Recipient {
        guard role == .server else { throw HTTP2Error(.protocolError, "the server opened a stream") }
        lastPeerStream = id
        guard !isIgnored(id) else { return .nobody }
        guard mayOpen else {
            // It is not the peer's fault that handlers still run whose streams have ended in order. Where it has broken
            // them off, or made us do so, refusals count: else that would be the way to go on for ever.
            if hasRoom { streamErrors.add(1) }
            return .refused(.refusedStream, "more streams than allowed")
        }
        return .newStream
    }

    private func recipientAfterEnd(of id: UInt32) throws(HTTP2Error) -> Recipient {
        guard !isIdle(id) else { throw HTTP2Error(.protocolError, "HEADERS for a stream that was not opened") }
        guard !isIgnored(id) else { return .nobody }
        switch closed.reason(of: id) {
        case .resetHere: return .nobody
        case .resetByPeer: return .refused(.streamClosed, "HEADERS for a stream that the peer has reset")
        case .ended: throw HTTP2Error(.streamClosed, "HEADERS for a stream that has ended")
        // It was opened here, and broken off so long ago that it is forgotten: the server may not have known.
        case nil where role == .client: return .nobody
        case nil: throw HTTP2Error(.protocolError, "HEADERS for a stream with an earlier number")
        }
    }

    private mutating func open(
        _ id: UInt32, _ summary: HTTP2SectionSummary, _ endsStream: Bool, to output: OutputBuffer
    ) -> Int {
        var state = HTTP2StreamState()
        state.id = id
        state.hasHead = true
        state.isRemoteEnded = endsStream
        state.hasEnd = endsStream
        state.sendWindow = peer.initialWindowSize
        state.receiveWindow = HTTP2ReceiveWindow(size: initialReceiveWindow)
        state.contentLeft = summary.contentLength
        if let priority = summary.priority {
            state.priority = priority
            state.isPriorityExplicit = true
        }
        if !earlyPriorities.isEmpty {
            if let early = earlyPriorities.first(where: { $0.stream == id }) {
                state.priority = early.priority
                state.isPriorityExplicit = true
            }
            // Those before it will not be opened any more.
            earlyPriorities.removeAll { $0.stream <= id }
        }
        windowUpdates.add(limits.windowUpdatesPerDataFrame)
        let slot = streams.insert(state)
        if !endsStream { growWindow(of: slot, to: output) }
        return slot
    }
}

extension Span<UInt8> {
    /// The stream identifier at the position, without the reserved bit.
    @inline(__always)
    func stream(at position: Int) -> UInt32 { uint32(at: position) & 0x7FFF_FFFF }

    @inline(__always)
    func uint16(at position: Int) -> UInt16 {
        UInt16(self[position]) &<< 8 | UInt16(self[position + 1])
    }

    @inline(__always)
    func uint32(at position: Int) -> UInt32 {
        UInt32(uint16(at: position)) &<< 16 | UInt32(uint16(at: position + 2))
    }

    @inline(__always)
    func uint64(at position: Int) -> UInt64 {
        UInt64(uint32(at: position)) &<< 32 | UInt64(uint32(at: position + 4))
    }
}
