internal import Netius

extension HTTP2Connection {
    /// SETTINGS (RFC 9113 §6.5).
    mutating func receiveSettings(
        _ header: HTTP2FrameHeader, _ payload: Span<UInt8>, _ now: MonotonicTime, _ output: OutputBuffer
    ) throws(HTTP2Error) -> HTTP2Event? {
        guard header.stream == 0 else { throw HTTP2Error(.protocolError, "SETTINGS for a stream") }
        guard !header.flags.contains(.acknowledgement) else {
            guard payload.isEmpty else {
                throw HTTP2Error(.frameSizeError, "an acknowledgement of SETTINGS has content")
            }
            if unacknowledgedSettings > 0 {
                unacknowledgedSettings -= 1
                settingsAcknowledged()
            } else if !settings.take(at: now) {
                throw Self.tooManySettings
            }
            return nil
        }
        guard payload.count % 6 == 0 else { throw HTTP2Error(.frameSizeError, "SETTINGS of a wrong length") }
        guard payload.count / 6 <= limits.settingsPerFrame, settings.take(at: now) else { throw Self.tooManySettings }
        hasSettings = true
        let initialWindow = peer.initialWindowSize
        var position = 0
        while position < payload.count {
            let id = HTTP2SettingIdentifier(rawValue: payload.uint16(at: position))
            let value = payload.uint32(at: position + 2)
            guard role == .server || id != .enablePush || value == 0 else {
                throw HTTP2Error(.protocolError, "a server allows push")
            }
            try peer.apply(id, value)
            // The smallest of several sizes has to be known to the encoder as well as the last (RFC 7541 §4.2).
            if id == .headerTableSize { encoder.setPeerTableSize(peer.headerTableSize) }
            position += 6
        }
        peer.isEstablished = true
        if peer.initialWindowSize != initialWindow { try moveWindows(by: peer.initialWindowSize - initialWindow) }
        try countReply()
        HTTP2FrameEncoder.appendSettingsAcknowledgement(to: output)
        return .settings
    }

    /// From here on the peer keeps to what our SETTINGS say. What was stricter in them than the protocol's initial values
    /// did not hold before (RFC 9113 §6.5.3, §6.9.3).
    private mutating func settingsAcknowledged() {
        guard unacknowledgedSettings == 0 else { return }
        decoder.setMaximumTableSize(limits.headerTableSize)
        let difference = initialReceiveWindow - limits.streamWindow
        initialReceiveWindow = limits.streamWindow
        guard difference > 0 else { return }
        for slot in streams.slots where streams[slot].id != 0 { streams[slot].receiveWindow.shrink(by: difference) }
    }

    private static var tooManySettings: HTTP2Error { HTTP2Error(.enhanceYourCalm, "too many SETTINGS") }

    /// A new initial size moves the windows of all streams on which anything may be sent (RFC 9113 §6.9.2).
    private mutating func moveWindows(by difference: Int) throws(HTTP2Error) {
        for slot in streams.slots where streams[slot].id != 0 && !streams[slot].isLocalEnded {
            streams[slot].sendWindow += difference
            guard streams[slot].sendWindow <= Int(Int32.max) else {
                throw HTTP2Error(.flowControlError, "SETTINGS make a stream's window too large")
            }
        }
    }

    /// PING (RFC 9113 §6.7).
    mutating func receivePing(
        _ header: HTTP2FrameHeader, _ payload: Span<UInt8>, _ now: MonotonicTime, _ output: OutputBuffer
    ) throws(HTTP2Error) -> HTTP2Event? {
        guard header.stream == 0 else { throw HTTP2Error(.protocolError, "PING for a stream") }
        guard payload.count == 8 else { throw HTTP2Error(.frameSizeError, "PING of a wrong length") }
        let data = payload.uint64(at: 0)
        if header.flags.contains(.acknowledgement) {
            guard data == HTTP2BandwidthEstimator.pingData else { return .acknowledged(data) }
            if let size = estimator.acknowledged() { growWindows(to: size, to: output) }
            return nil
        }
        guard pings.take(at: now) else { throw HTTP2Error(.enhanceYourCalm, "too many PINGs") }
        try countReply()
        HTTP2FrameEncoder.appendPing(data, isAcknowledgement: true, to: output)
        return nil
    }

    /// GOAWAY (RFC 9113 §6.8).
    mutating func receiveGoAway(_ header: HTTP2FrameHeader, _ payload: Span<UInt8>) throws(HTTP2Error) -> HTTP2Event? {
        guard header.stream == 0 else { throw HTTP2Error(.protocolError, "GOAWAY for a stream") }
        guard payload.count >= 8 else { throw HTTP2Error(.frameSizeError, "GOAWAY of a wrong length") }
        // It may be lowered, not raised.
        let last = min(payload.stream(at: 0), peerLastStream ?? UInt32.max)
        peerLastStream = last
        return .goAway(lastStream: last, HTTP2ErrorCode(rawValue: payload.uint32(at: 4)))
    }

    /// RST_STREAM (RFC 9113 §6.4).
    mutating func receiveReset(
        _ header: HTTP2FrameHeader, _ payload: Span<UInt8>, _ now: MonotonicTime
    ) throws(HTTP2Error) -> HTTP2Event? {
        guard header.stream != 0 else { throw HTTP2Error(.protocolError, "RST_STREAM for no stream") }
        guard payload.count == 4 else { throw HTTP2Error(.frameSizeError, "RST_STREAM of a wrong length") }
        guard !isIdle(header.stream) else {
            throw HTTP2Error(.protocolError, "RST_STREAM for a stream that was not opened")
        }
        guard resetsByPeer.take(at: now) else { throw HTTP2Error(.enhanceYourCalm, "too many resets of streams") }
        guard let slot = streams.slot(of: header.stream), !streams[slot].isClosed else { return nil }
        let code = HTTP2ErrorCode(rawValue: payload.uint32(at: 0))
        close(header.stream, slot, .resetByPeer)
        return .failed(
            HTTP2StreamFailure(
                slot: slot, stream: header.stream, code: code, isByPeer: true, reason: "the peer has reset the stream"))
    }

    /// WINDOW_UPDATE (RFC 9113 §6.9).
    mutating func receiveWindowUpdate(
        _ header: HTTP2FrameHeader, _ payload: Span<UInt8>, _ now: MonotonicTime, _ output: OutputBuffer
    ) throws(HTTP2Error) -> HTTP2Event? {
        guard payload.count == 4 else { throw HTTP2Error(.frameSizeError, "WINDOW_UPDATE of a wrong length") }
        guard windowUpdates.take(at: now) else { throw HTTP2Error(.enhanceYourCalm, "too many WINDOW_UPDATEs") }
        let increment = Int(payload.stream(at: 0))
        guard header.stream != 0 else {
            guard increment > 0 else { throw HTTP2Error(.protocolError, "WINDOW_UPDATE of nothing") }
            guard sendWindow <= Int(Int32.max) - increment else {
                throw HTTP2Error(.flowControlError, "the connection's window is too large")
            }
            sendWindow += increment
            return .windowOpened(slot: nil)
        }
        guard !isIdle(header.stream) else {
            throw HTTP2Error(.protocolError, "WINDOW_UPDATE for a stream that was not opened")
        }
        guard increment > 0 else {
            return try streamError(header.stream, .protocolError, "WINDOW_UPDATE of nothing", at: now, to: output)
        }
        guard let slot = streams.slot(of: header.stream), !streams[slot].isClosed else { return nil }
        guard streams[slot].sendWindow <= Int(Int32.max) - increment else {
            return try streamError(
                header.stream, .flowControlError, "the stream's window is too large", at: now, to: output)
        }
        streams[slot].sendWindow += increment
        return .windowOpened(slot: slot)
    }

    // MARK: Priorities

    /// PRIORITY (RFC 9113 §6.3), which has no meaning any more.
    mutating func receivePriority(
        _ header: HTTP2FrameHeader, _ payload: Span<UInt8>, _ now: MonotonicTime, _ output: OutputBuffer
    ) throws(HTTP2Error) -> HTTP2Event? {
        guard header.stream != 0 else { throw HTTP2Error(.protocolError, "PRIORITY for no stream") }
        guard priorities.take(at: now) else { throw Self.tooManyPriorities }
        if payload.count != 5 {
            return try priorityError(header, .frameSizeError, "PRIORITY of a wrong length", now, output)
        }
        guard payload.stream(at: 0) != header.stream else {
            return try priorityError(header, .protocolError, "the stream depends on itself", now, output)
        }
        return nil
    }

    private static var tooManyPriorities: HTTP2Error { HTTP2Error(.enhanceYourCalm, "too many priorities") }

    /// A stream that is not open cannot be reset.
    private mutating func priorityError(
        _ header: HTTP2FrameHeader, _ code: HTTP2ErrorCode, _ reason: String, _ now: MonotonicTime,
        _ output: OutputBuffer
    ) throws(HTTP2Error) -> HTTP2Event? {
        guard !isIdle(header.stream) else { throw HTTP2Error(code, reason) }
        return try streamError(header.stream, code, reason, at: now, to: output)
    }

    /// PRIORITY_UPDATE (RFC 9218 §7.1).
    mutating func receivePriorityUpdate(
        _ header: HTTP2FrameHeader, _ payload: Span<UInt8>, _ now: MonotonicTime
    ) throws(HTTP2Error) -> HTTP2Event? {
        guard role == .server, header.stream == 0 else {
            throw HTTP2Error(.protocolError, "PRIORITY_UPDATE for a stream, or to a client")
        }
        guard payload.count >= 4 else { throw HTTP2Error(.frameSizeError, "PRIORITY_UPDATE of a wrong length") }
        guard priorities.take(at: now) else { throw Self.tooManyPriorities }
        let id = payload.stream(at: 0)
        guard id != 0, isPeers(id) else { throw HTTP2Error(.protocolError, "PRIORITY_UPDATE for no stream") }
        let priority = HTTP2Priority(parsing: payload.extracting(droppingFirst: 4))
        if let slot = streams.slot(of: id) {
            streams[slot].priority = priority
            streams[slot].isPriorityExplicit = true
            return .priority(slot: slot)
        }
        guard isIdle(id) else { return nil }
        earlyPriorities.removeAll { $0.stream == id }
        if earlyPriorities.count < min(limits.concurrentStreams, 100) { earlyPriorities.append((id, priority)) }
        return nil
    }
}
