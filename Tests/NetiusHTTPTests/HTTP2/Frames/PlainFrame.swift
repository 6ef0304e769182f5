import TestSupport

@testable import NetiusHTTP

/// A frame read in the plainest way, to compare with.
struct PlainFrame: Equatable {
    var kind: UInt8
    var flags: UInt8
    var stream: UInt32
    var payload: [UInt8]

    /// All frames of the octets; nil if they do not end with one.
    static func all(in octets: [UInt8]) -> [PlainFrame]? {
        var frames: [PlainFrame] = []
        var rest = octets[...]
        while !rest.isEmpty {
            guard rest.count >= 9 else { return nil }
            let start = Array(rest.prefix(9))
            rest = rest.dropFirst(9)
            let length = Int(start[0]) * 65_536 + Int(start[1]) * 256 + Int(start[2])
            guard rest.count >= length else { return nil }
            let stream = start[5...].reduce(0 as UInt32) { $0 * 256 + UInt32($1) }
            let payload = Array(rest.prefix(length))
            frames.append(PlainFrame(kind: start[3], flags: start[4], stream: stream, payload: payload))
            rest = rest.dropFirst(length)
        }
        return frames
    }
}

extension PlainFrame {
    init(
        _ kind: HTTP2FrameKind, _ flags: HTTP2FrameFlags = [], stream: UInt32 = 0, _ payload: [UInt8] = []
    ) {
        self.init(kind: kind.rawValue, flags: flags.rawValue, stream: stream, payload: payload)
    }

    /// A whole header section, none of which is compressed. Texts have less than 127 octets.
    static func headers(
        _ fields: [(String, String)], stream: UInt32, _ flags: HTTP2FrameFlags = [.endHeaders]
    ) -> PlainFrame {
        PlainFrame(.headers, flags, stream: stream, block(fields))
    }

    /// A header block of literals that are not indexed (RFC 7541 §6.2.2).
    static func block(_ fields: [(String, String)]) -> [UInt8] {
        var block: [UInt8] = []
        for (name, value) in fields {
            block += [0, UInt8(name.utf8.count)]
            block += Array(name.utf8)
            block.append(UInt8(value.utf8.count))
            block += Array(value.utf8)
        }
        return block
    }

    static func settings(_ values: [(HTTP2SettingIdentifier, UInt32)] = []) -> PlainFrame {
        var payload: [UInt8] = []
        for (identifier, value) in values {
            payload += number(UInt32(identifier.rawValue)).suffix(2)
            payload += number(value)
        }
        return PlainFrame(.settings, stream: 0, payload)
    }

    static func data(_ text: String, stream: UInt32, _ flags: HTTP2FrameFlags = []) -> PlainFrame {
        PlainFrame(.data, flags, stream: stream, Array(text.utf8))
    }

    static func windowUpdate(_ increment: UInt32, stream: UInt32) -> PlainFrame {
        PlainFrame(.windowUpdate, stream: stream, number(increment))
    }

    static func reset(_ code: HTTP2ErrorCode, stream: UInt32) -> PlainFrame {
        PlainFrame(.resetStream, stream: stream, number(code.rawValue))
    }

    /// Four octets, the highest first.
    static func number(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    /// As it is sent.
    var octets: [UInt8] {
        var octets = Array(Self.number(UInt32(payload.count)).dropFirst())
        octets += [kind, flags]
        octets += Self.number(stream)
        return octets + payload
    }
}
