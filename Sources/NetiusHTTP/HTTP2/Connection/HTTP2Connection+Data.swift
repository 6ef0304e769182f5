internal import Netius

extension HTTP2Connection {
    /// The beginning of DATA (RFC 9113 §6.1). All of the frame counts for flow control, padding and what is for nobody
    /// as well.
    mutating func beginData(
        _ header: HTTP2FrameHeader, _ input: Span<UInt8>, _ position: inout Int, _ now: MonotonicTime,
        _ output: OutputBuffer
    ) throws(HTTP2Error) -> HTTP2Event? {
        let start = position + HTTP2FrameHeader.size
        var padding = 0
        var count = header.length
        if header.flags.contains(.padded) {
            guard count > 0 else { throw HTTP2Error(.frameSizeError, "DATA has no room for its padding's length") }
            guard start < input.count else { return .needsMore }
            padding = Int(input[start])
            guard padding < count else { throw HTTP2Error(.protocolError, "more padding than frame") }
            count -= padding + 1
            position = start + 1
        } else {
            position = start
        }
        guard header.stream != 0 else { throw HTTP2Error(.protocolError, "DATA for no stream") }
        guard receiveWindow.received(header.length) else {
            throw HTTP2Error(.flowControlError, "more DATA than the connection's window")
        }
        let endsStream = header.flags.contains(.endStream)
        if count == 0, !endsStream, !emptyData.take(at: now) {
            throw HTTP2Error(.enhanceYourCalm, "too many empty DATA frames")
        }
        // What a client has of one response is not to keep the others from coming: their own windows bound each of them.
        if role == .client { addCredit(header.length, to: output) }
        if estimator.received(header.length) {
            HTTP2FrameEncoder.appendPing(HTTP2BandwidthEstimator.pingData, isAcknowledgement: false, to: output)
        }
        var progress = HTTP2DataProgress(
            slot: nil, stream: header.stream, left: count, padding: padding, endsStream: endsStream)
        var event: HTTP2Event?
        if let slot = streams.slot(of: header.stream), !streams[slot].isClosed {
            if let (code, reason) = refusal(of: slot, header, count) {
                event = try streamError(header.stream, code, reason, at: now, to: output)
            } else {
                progress.slot = slot
                // Padding is used up as soon as it is counted.
                if padding > 0 || header.length > count { consumed(slot, header.length - count, to: output) }
            }
        } else {
            event = try dataAfterEnd(header, now, output)
        }
        if progress.slot == nil {
            progress.endsStream = false
            creditConnection(header.length, to: output)
        }
        phase = .data(progress)
        return event
    }

    /// Why a live stream cannot have the frame.
    private mutating func refusal(
        of slot: Int, _ header: HTTP2FrameHeader, _ count: Int
    ) -> (HTTP2ErrorCode, String)? {
        if streams[slot].isRemoteEnded { return (.streamClosed, "DATA after the end of the stream") }
        guard streams[slot].hasHead else { return (.protocolError, "DATA before the head") }
        guard streams[slot].receiveWindow.received(header.length) else {
            return (.flowControlError, "more DATA than the stream's window")
        }
        guard let left = streams[slot].contentLeft else { return nil }
        guard count <= left else { return (.protocolError, "there is more content than announced") }
        guard count == left || !header.flags.contains(.endStream) else { return (.protocolError, Self.tooShort) }
        streams[slot].contentLeft = left - count
        return nil
    }

    private mutating func dataAfterEnd(
        _ header: HTTP2FrameHeader, _ now: MonotonicTime, _ output: OutputBuffer
    ) throws(HTTP2Error) -> HTTP2Event? {
        guard !isIdle(header.stream) else {
            throw HTTP2Error(.protocolError, "DATA for a stream that was not opened")
        }
        guard !isIgnored(header.stream) else { return nil }
        switch closed.reason(of: header.stream) {
        case .resetHere: return nil
        case nil where role == .client: return nil
        case .resetByPeer, .ended, nil:
            return try streamError(header.stream, .streamClosed, "DATA for a closed stream", at: now, to: output)
        }
    }

    /// What has come of a DATA frame's content.
    mutating func receiveContent(
        _ progress: HTTP2DataProgress, _ input: Span<UInt8>, _ position: inout Int, _ now: MonotonicTime,
        _ output: OutputBuffer
    ) throws(HTTP2Error) -> HTTP2Event? {
        var progress = progress
        let start = position
        let count = min(progress.left, input.count - position)
        let skipped = min(progress.padding, input.count - position - count)
        position += count + skipped
        progress.left -= count
        progress.padding -= skipped
        let isWhole = progress.left == 0 && progress.padding == 0
        phase = isWhole ? .frames : .data(progress)
        // It may have been given up, or even released, since the frame began: what came of it then is for nobody.
        guard let slot = progress.slot, streams[slot].id == progress.stream, !streams[slot].isReset else {
            if progress.slot != nil { creditConnection(count, to: output) }
            return isWhole ? nil : .needsMore
        }
        if isWhole, progress.endsStream { remoteEnded(slot) }
        guard count > 0 || (isWhole && progress.endsStream) else { return isWhole ? nil : .needsMore }
        return .data(slot: slot, start..<start + count)
    }

    // MARK: Credit

    /// Content of a stream has been used: the peer may send as much again.
    mutating func consumed(_ slot: Int, _ count: Int, to output: OutputBuffer) {
        guard count > 0 else { return }
        creditConnection(count, to: output)
        guard !streams[slot].isRemoteEnded else { return }
        let increment = streams[slot].receiveWindow.consumed(count)
        if increment > 0 {
            HTTP2FrameEncoder.appendWindowUpdate(
                stream: streams[slot].id, increment: UInt32(increment), to: output)
            growWindow(of: slot, to: output)
        }
    }

    /// What came on a stream is needed no more. On a client the connection's window has been given it back as it came.
    mutating func creditConnection(_ count: Int, to output: OutputBuffer) {
        if role == .server { addCredit(count, to: output) }
    }

    private mutating func addCredit(_ count: Int, to output: OutputBuffer) {
        let increment = receiveWindow.consumed(count)
        if increment > 0 {
            HTTP2FrameEncoder.appendWindowUpdate(stream: 0, increment: UInt32(increment), to: output)
        }
    }

    /// Makes a stream's window as large as those of the others have become.
    mutating func growWindow(of slot: Int, to output: OutputBuffer) {
        guard streams[slot].receiveWindow.size < streamWindow else { return }
        let increment = streams[slot].receiveWindow.grow(to: streamWindow)
        if increment > 0 {
            HTTP2FrameEncoder.appendWindowUpdate(
                stream: streams[slot].id, increment: UInt32(increment), to: output)
        }
    }

    /// The connection turned out to hold more than the windows let through.
    mutating func growWindows(to size: Int, to output: OutputBuffer) {
        streamWindow = max(streamWindow, min(size, limits.maximumStreamWindow))
        let increment = receiveWindow.grow(to: min(size, limits.maximumConnectionWindow))
        if increment > 0 {
            HTTP2FrameEncoder.appendWindowUpdate(stream: 0, increment: UInt32(increment), to: output)
        }
    }
}
