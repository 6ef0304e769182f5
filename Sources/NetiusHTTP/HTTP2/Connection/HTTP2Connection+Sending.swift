internal import Netius

extension HTTP2Connection {
    /// How many streams this side may open now.
    var streamsToOpen: Int {
        guard peerLastStream == nil, !hasSentGoAway, nextStream <= UInt32(Int32.max), failure == nil else { return 0 }
        let own = max(limits.concurrentStreams, 1)
        return max(0, min(peer.maximumConcurrentStreams ?? own, own) - streams.count)
    }

    /// Opens a stream of this side's; its head is to be sent next.
    ///
    /// - Returns: Its place; nil where there may be none.
    mutating func openStream() -> Int? {
        guard role == .client, streamsToOpen > 0 else { return nil }
        var state = HTTP2StreamState()
        state.id = nextStream
        state.sendWindow = peer.initialWindowSize
        state.receiveWindow = HTTP2ReceiveWindow(size: initialReceiveWindow)
        nextStream += 2
        return streams.insert(state)
    }

    /// Begins a header block; the fields are to be encoded with `encoder`.
    ///
    /// - Returns: Where it begins, for `endHeaders`.
    @inline(__always)
    mutating func beginHeaders(to output: OutputBuffer) -> Int {
        let start = HTTP2FrameEncoder.beginHeaders(to: output)
        encoder.beginBlock(to: output)
        return start
    }

    /// Ends a header block.
    @inline(__always)
    mutating func endHeaders(_ slot: Int, begunAt start: Int, endsStream: Bool, to output: OutputBuffer) {
        HTTP2FrameEncoder.endHeaders(
            begunAt: start, stream: streams[slot].id, endsStream: endsStream,
            maximumFrameSize: peer.maximumFrameSize, to: output)
        if endsStream { localEnded(slot) }
    }

    /// How much content one frame may carry now.
    @inline(__always)
    func sendable(_ slot: Int) -> Int {
        max(0, min(streams[slot].sendWindow, sendWindow, peer.maximumFrameSize))
    }

    /// Begins a frame of content, no more than `sendable`, which is to follow.
    @inline(__always)
    mutating func appendDataHeader(_ slot: Int, count: Int, endsStream: Bool, to output: OutputBuffer) {
        HTTP2FrameEncoder.appendHeader(
            length: count, .data, endsStream ? .endStream : [], stream: streams[slot].id, to: output)
        sent(slot, count, endsStream: endsStream)
    }

    /// A frame of content has been appended.
    @inline(__always)
    mutating func sent(_ slot: Int, _ count: Int, endsStream: Bool) {
        streams[slot].sendWindow -= count
        sendWindow -= count
        windowUpdates.add(limits.windowUpdatesPerDataFrame)
        // Clients measure with PINGs how fast content comes.
        pings.add(1)
        if endsStream { localEnded(slot) }
    }

    /// Breaks off a stream, unless it is closed.
    mutating func reset(_ slot: Int, _ code: HTTP2ErrorCode, to output: OutputBuffer) {
        guard !streams[slot].isClosed else { return }
        HTTP2FrameEncoder.appendReset(stream: streams[slot].id, code, to: output)
        close(streams[slot].id, slot, .resetHere)
    }

    /// Nobody needs the stream any more: its place is free. What is not closed is broken off, unless all of the
    /// connection is: behind GOAWAY with an error there is nothing more to say.
    mutating func release(_ slot: Int, _ code: HTTP2ErrorCode = .noError, to output: OutputBuffer) {
        if !streams[slot].isClosed, failure == nil { reset(slot, code, to: output) }
        remove(slot)
    }

    /// Says that no streams beyond the given one are taken (RFC 9113 §6.8).
    mutating func goAway(_ code: HTTP2ErrorCode, lastStream: UInt32, debug: String = "", to output: OutputBuffer) {
        hasSentGoAway = true
        lastAccepted = min(lastAccepted, lastStream)
        HTTP2FrameEncoder.appendGoAway(lastStream: lastAccepted, code, debug: debug, to: output)
    }
}
