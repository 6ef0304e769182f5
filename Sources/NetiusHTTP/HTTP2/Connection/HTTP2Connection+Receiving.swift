internal import Netius

extension HTTP2Connection {
    /// Reads on in what has arrived and is not consumed, cut anywhere, up to the next event. Replies are appended to
    /// the output.
    mutating func receive<Sink: HTTP2SectionSink>(
        _ input: Span<UInt8>, into sink: inout Sink, at now: MonotonicTime, to output: OutputBuffer
    ) throws(HTTP2Error) -> HTTP2Step {
        if let failure { throw failure }
        var position = 0
        do throws(HTTP2Error) {
            while true {
                if let event = try advance(input, &position, &sink, now, output) {
                    return HTTP2Step(event: event, consumed: position)
                }
            }
        } catch {
            failure = error
            throw error
        }
    }

    /// Deals with one frame, or a part of one. Nil where nobody has to hear of it.
    @inline(__always)
    private mutating func advance<Sink: HTTP2SectionSink>(
        _ input: Span<UInt8>, _ position: inout Int, _ sink: inout Sink, _ now: MonotonicTime, _ output: OutputBuffer
    ) throws(HTTP2Error) -> HTTP2Event? {
        switch phase {
        case .frames, .continuation: break
        case .preface(let matched): return try receivePreface(input, &position, matched)
        case .data(let progress): return try receiveContent(progress, input, &position, now, output)
        }
        guard input.count - position >= HTTP2FrameHeader.size else { return .needsMore }
        let header = HTTP2FrameHeader(input, at: position)
        guard header.length <= limits.frameSize else {
            throw HTTP2Error(.frameSizeError, "a frame is larger than allowed")
        }
        try checkOrder(header)
        let start = position + HTTP2FrameHeader.size
        if header.kind == .data {
            return try beginData(header, input, &position, now, output)
        }
        guard input.count - start >= header.length else { return .needsMore }
        position = start + header.length
        return try receive(header, input.extracting(start..<position), into: &sink, at: now, to: output)
    }

    private mutating func receivePreface(
        _ input: Span<UInt8>, _ position: inout Int, _ matched: Int
    ) throws(HTTP2Error) -> HTTP2Event? {
        var matched = matched
        while matched < Self.preface.count {
            guard position < input.count else {
                phase = .preface(matched)
                return .needsMore
            }
            guard input[position] == Self.preface[matched] else {
                throw HTTP2Error(.protocolError, "the connection preface is wrong")
            }
            position += 1
            matched += 1
        }
        phase = .frames
        return nil
    }

    /// What comes when (RFC 9113 §3.4 and §6.10).
    private func checkOrder(_ header: HTTP2FrameHeader) throws(HTTP2Error) {
        if !hasSettings, header.kind != .settings || header.flags.contains(.acknowledgement) {
            throw HTTP2Error(.protocolError, "the first frame is not SETTINGS")
        }
        if case .continuation(let open) = phase {
            guard header.kind == .continuation, header.stream == open.stream else {
                throw HTTP2Error(.protocolError, "a header block was interrupted")
            }
        } else if header.kind == .continuation {
            throw HTTP2Error(.protocolError, "CONTINUATION without a header block")
        }
    }

    @inline(__always)
    private mutating func receive<Sink: HTTP2SectionSink>(
        _ header: HTTP2FrameHeader, _ payload: Span<UInt8>, into sink: inout Sink, at now: MonotonicTime,
        to output: OutputBuffer
    ) throws(HTTP2Error) -> HTTP2Event? {
        switch header.kind {
        case .headers: try receiveHeaders(header, payload, &sink, now, output)
        case .continuation: try receiveContinuation(header, payload, &sink, now, output)
        case .windowUpdate: try receiveWindowUpdate(header, payload, now, output)
        case .resetStream: try receiveReset(header, payload, now)
        case .settings: try receiveSettings(header, payload, now, output)
        case .ping: try receivePing(header, payload, now, output)
        case .goAway: try receiveGoAway(header, payload)
        case .priority: try receivePriority(header, payload, now, output)
        case .priorityUpdate: try receivePriorityUpdate(header, payload, now)
        case .pushPromise: throw HTTP2Error(.protocolError, "PUSH_PROMISE was not allowed")
        // Of no meaning here (RFC 9113 §5.5).
        default: nil
        }
    }

    /// Breaks off a stream for the peer's fault.
    mutating func streamError(
        _ id: UInt32, _ code: HTTP2ErrorCode, _ reason: String, at now: MonotonicTime, to output: OutputBuffer
    ) throws(HTTP2Error) -> HTTP2Event? {
        guard streamErrors.take(at: now) else { throw HTTP2Error(.enhanceYourCalm, "too many errors of streams") }
        try countReply()
        HTTP2FrameEncoder.appendReset(stream: id, code, to: output)
        let slot = streams.slot(of: id)
        close(id, slot, .resetHere)
        return .failed(HTTP2StreamFailure(slot: slot, stream: id, code: code, isByPeer: false, reason: reason))
    }

    /// The peer sends no more on the stream.
    @inline(__always)
    mutating func remoteEnded(_ slot: Int) {
        streams[slot].isRemoteEnded = true
        streams[slot].hasEnd = true
        if streams[slot].isLocalEnded { ended(slot) }
    }

    /// Nothing more is sent on the stream.
    @inline(__always)
    mutating func localEnded(_ slot: Int) {
        streams[slot].isLocalEnded = true
        if streams[slot].isRemoteEnded { ended(slot) }
    }
}
