import Netius

/// Writes frames (RFC 9113 §6).
enum HTTP2FrameEncoder {
    /// Writes a frame's header; the payload, of `length` octets, is the caller's.
    @inline(__always)
    static func appendHeader(
        length: Int, _ kind: HTTP2FrameKind, _ flags: HTTP2FrameFlags = [], stream: UInt32, to output: OutputBuffer
    ) {
        output.append(bigEndian: start(length, kind, flags, stream), size: 8)
        output.append(UInt8(truncatingIfNeeded: stream))
    }

    /// Replaces nine octets written before by a frame's header.
    @inline(__always)
    static func overwriteHeader(
        at position: Int, length: Int, _ kind: HTTP2FrameKind, _ flags: HTTP2FrameFlags, stream: UInt32,
        in output: OutputBuffer
    ) {
        output.overwrite(at: position, bigEndian: start(length, kind, flags, stream), size: 8)
        output.overwrite(at: position + 8, bigEndian: UInt64(stream), size: 1)
    }

    /// The first eight octets of the header.
    @inline(__always)
    private static func start(
        _ length: Int, _ kind: HTTP2FrameKind, _ flags: HTTP2FrameFlags, _ stream: UInt32
    ) -> UInt64 {
        assert(0...0xFF_FFFF ~= length && stream <= 0x7FFF_FFFF)
        return UInt64(truncatingIfNeeded: length) << 40 | UInt64(kind.rawValue) << 32 | UInt64(flags.rawValue) << 24
            | UInt64(stream) >> 8
    }

    /// Writes SETTINGS (RFC 9113 §6.5).
    static func appendSettings(_ settings: [(HTTP2SettingIdentifier, UInt32)], to output: OutputBuffer) {
        appendHeader(length: settings.count * 6, .settings, stream: 0, to: output)
        for (identifier, value) in settings {
            output.append(bigEndian: UInt64(identifier.rawValue) << 32 | UInt64(value), size: 6)
        }
    }

    /// Writes the answer to SETTINGS that have been applied (RFC 9113 §6.5.3).
    static func appendSettingsAcknowledgement(to output: OutputBuffer) {
        appendHeader(length: 0, .settings, .acknowledgement, stream: 0, to: output)
    }

    /// Writes PING, or the answer to one, which has the same data (RFC 9113 §6.7).
    static func appendPing(_ data: UInt64, isAcknowledgement: Bool, to output: OutputBuffer) {
        appendHeader(length: 8, .ping, isAcknowledgement ? .acknowledgement : [], stream: 0, to: output)
        output.append(bigEndian: data, size: 8)
    }

    /// Writes GOAWAY (RFC 9113 §6.8).
    ///
    /// - Parameters:
    ///   - lastStream: The highest stream of the peer's that was or may yet be acted on.
    ///   - code: Why the connection ends.
    ///   - debug: What may help the peer's developers.
    ///   - output: Where it is written.
    static func appendGoAway(
        lastStream: UInt32, _ code: HTTP2ErrorCode, debug: String = "", to output: OutputBuffer
    ) {
        appendHeader(length: 8 + debug.utf8.count, .goAway, stream: 0, to: output)
        output.append(bigEndian: UInt64(lastStream) << 32 | UInt64(code.rawValue), size: 8)
        output.append(text: debug)
    }

    /// Writes RST_STREAM (RFC 9113 §6.4).
    static func appendReset(stream: UInt32, _ code: HTTP2ErrorCode, to output: OutputBuffer) {
        appendHeader(length: 4, .resetStream, stream: stream, to: output)
        output.append(bigEndian: UInt64(code.rawValue), size: 4)
    }

    /// Writes WINDOW_UPDATE (RFC 9113 §6.9). The increment is 1 to 2^31-1; stream 0 is the connection.
    static func appendWindowUpdate(stream: UInt32, increment: UInt32, to output: OutputBuffer) {
        assert(1...0x7FFF_FFFF ~= increment)
        appendHeader(length: 4, .windowUpdate, stream: stream, to: output)
        output.append(bigEndian: UInt64(increment), size: 4)
    }

    /// Writes PRIORITY_UPDATE, which gives the stream another priority (RFC 9218 §7.1).
    static func appendPriorityUpdate(stream: UInt32, _ priority: HTTP2Priority, to output: OutputBuffer) {
        let value = priority.description
        appendHeader(length: 4 + value.utf8.count, .priorityUpdate, stream: 0, to: output)
        output.append(bigEndian: UInt64(stream), size: 4)
        output.append(text: value)
    }
}
