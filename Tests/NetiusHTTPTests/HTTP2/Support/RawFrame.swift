import TestSupport

/// A frame as it is on the wire (RFC 9113 §4.1), right or wrong: nothing here knows the sources.
struct RawFrame: Equatable, Sendable {
    var kind: UInt8
    var flags: UInt8 = 0
    var stream: UInt32 = 0
    var payload: [UInt8] = []

    /// The types of frames (RFC 9113 §6, RFC 9218 §7.1).
    enum Kind {
        static let data: UInt8 = 0x0
        static let headers: UInt8 = 0x1
        static let priority: UInt8 = 0x2
        static let resetStream: UInt8 = 0x3
        static let settings: UInt8 = 0x4
        static let pushPromise: UInt8 = 0x5
        static let ping: UInt8 = 0x6
        static let goAway: UInt8 = 0x7
        static let windowUpdate: UInt8 = 0x8
        static let continuation: UInt8 = 0x9
        static let priorityUpdate: UInt8 = 0x10
    }

    enum Flag {
        static let acknowledgement: UInt8 = 0x1
        static let endStream: UInt8 = 0x1
        static let endHeaders: UInt8 = 0x4
        static let padded: UInt8 = 0x8
        static let priority: UInt8 = 0x20
    }

    /// The identifiers of settings (RFC 9113 §6.5.2, RFC 8441 §3, RFC 9218 §2.1).
    enum Setting {
        static let headerTableSize: UInt16 = 0x1
        static let enablePush: UInt16 = 0x2
        static let maximumConcurrentStreams: UInt16 = 0x3
        static let initialWindowSize: UInt16 = 0x4
        static let maximumFrameSize: UInt16 = 0x5
        static let maximumHeaderListSize: UInt16 = 0x6
        static let enableConnectProtocol: UInt16 = 0x8
        static let noRFC7540Priorities: UInt16 = 0x9
    }

    func has(_ flag: UInt8) -> Bool { flags & flag != 0 }

    /// The frame on the wire.
    var octets: [UInt8] {
        let length = UInt32(payload.count)
        return [UInt8](bigEndian: length).dropFirst() + [kind, flags] + [UInt8](bigEndian: stream) + payload
    }
}

/// The error codes (RFC 9113 §7).
enum RawErrorCode: UInt32, Sendable {
    case noError, protocolError, internalError, flowControlError, settingsTimeout, streamClosed, frameSizeError
    case refusedStream, cancel, compressionError, connectError, enhanceYourCalm, inadequateSecurity, http11Required
}

extension RawFrame {
    static func data(_ stream: UInt32, _ text: String = "", ends: Bool = false) -> Self {
        data(stream, bytes: Array(text.utf8), ends: ends)
    }

    static func data(_ stream: UInt32, bytes: [UInt8], ends: Bool = false) -> Self {
        Self(kind: Kind.data, flags: ends ? Flag.endStream : 0, stream: stream, payload: bytes)
    }

    /// HEADERS; with its whole block unless the block goes on in CONTINUATION frames.
    static func headers(_ stream: UInt32, _ block: [UInt8], ends: Bool = true, isWhole: Bool = true) -> Self {
        Self(
            kind: Kind.headers, flags: (ends ? Flag.endStream : 0) | (isWhole ? Flag.endHeaders : 0), stream: stream,
            payload: block)
    }

    static func continuation(_ stream: UInt32, _ block: [UInt8] = [], isLast: Bool = true) -> Self {
        Self(kind: Kind.continuation, flags: isLast ? Flag.endHeaders : 0, stream: stream, payload: block)
    }

    /// PRIORITY; the weight is that on the wire: one less than what is meant.
    static func priority(_ stream: UInt32, on dependency: UInt32 = 0, weight: UInt8 = 15) -> Self {
        Self(kind: Kind.priority, stream: stream, payload: [UInt8](bigEndian: dependency) + [weight])
    }

    static func priorityUpdate(_ stream: UInt32, _ value: String) -> Self {
        Self(kind: Kind.priorityUpdate, payload: [UInt8](bigEndian: stream) + Array(value.utf8))
    }

    static func reset(_ stream: UInt32, _ code: RawErrorCode = .cancel) -> Self {
        Self(kind: Kind.resetStream, stream: stream, payload: [UInt8](bigEndian: code.rawValue))
    }

    static func settings(_ settings: (UInt16, UInt32)...) -> Self { self.settings(settings) }

    static func settings(_ settings: [(UInt16, UInt32)]) -> Self {
        let payload = settings.flatMap { [UInt8](bigEndian: $0.0) + [UInt8](bigEndian: $0.1) }
        return Self(kind: Kind.settings, payload: payload)
    }

    static var settingsAcknowledgement: Self { Self(kind: Kind.settings, flags: Flag.acknowledgement) }

    static func pushPromise(_ stream: UInt32, promising promised: UInt32, _ block: [UInt8]) -> Self {
        let payload = [UInt8](bigEndian: promised) + block
        return Self(kind: Kind.pushPromise, flags: Flag.endHeaders, stream: stream, payload: payload)
    }

    static func ping(_ data: UInt64, isAcknowledgement: Bool = false) -> Self {
        Self(
            kind: Kind.ping, flags: isAcknowledgement ? Flag.acknowledgement : 0, payload: [UInt8](bigEndian: data))
    }

    static func goAway(lastStream: UInt32 = 0, _ code: UInt32 = 0, debug: String = "") -> Self {
        let payload = [UInt8](bigEndian: lastStream) + [UInt8](bigEndian: code) + Array(debug.utf8)
        return Self(kind: Kind.goAway, payload: payload)
    }

    static func windowUpdate(_ stream: UInt32, _ increment: UInt32) -> Self {
        Self(kind: Kind.windowUpdate, stream: stream, payload: [UInt8](bigEndian: increment))
    }

    /// The same frame with a stream, flags added, or a payload that it should not have.
    func with(stream: UInt32? = nil, flags: UInt8 = 0, payload: [UInt8]? = nil) -> Self {
        Self(
            kind: kind, flags: self.flags | flags, stream: stream ?? self.stream, payload: payload ?? self.payload)
    }

    /// The same with padding before and behind (RFC 9113 §6.1).
    func padded(_ count: UInt8) -> Self {
        with(flags: Flag.padded, payload: [count] + payload + [UInt8](repeating: 0, count: Int(count)))
    }

    /// The same with the deprecated fields of priority at the payload's beginning (RFC 9113 §6.2).
    func prioritized(on dependency: UInt32 = 0, weight: UInt8 = 15) -> Self {
        with(flags: Flag.priority, payload: [UInt8](bigEndian: dependency) + [weight] + payload)
    }
}

extension [UInt8] {
    /// The octets of a number in network byte order.
    init<Number: FixedWidthInteger>(bigEndian number: Number) {
        self = stride(from: Number.bitWidth - 8, through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: number >> Number(truncatingIfNeeded: $0))
        }
    }

    /// The number in network byte order that begins at an offset; 0 where there is none.
    func number(at offset: Int, count: Int = 4) -> UInt32 {
        guard offset + count <= self.count else { return 0 }
        return self[offset..<(offset + count)].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
