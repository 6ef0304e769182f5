/// The type of a frame (RFC 9113 §6). Frames of unknown types are ignored (§4.1).
struct HTTP2FrameKind: RawRepresentable, Hashable, Sendable {
    let rawValue: UInt8

    static var data: Self { Self(rawValue: 0x00) }
    static var headers: Self { Self(rawValue: 0x01) }
    static var priority: Self { Self(rawValue: 0x02) }
    /// RST_STREAM.
    static var resetStream: Self { Self(rawValue: 0x03) }
    static var settings: Self { Self(rawValue: 0x04) }
    static var pushPromise: Self { Self(rawValue: 0x05) }
    static var ping: Self { Self(rawValue: 0x06) }
    static var goAway: Self { Self(rawValue: 0x07) }
    static var windowUpdate: Self { Self(rawValue: 0x08) }
    static var continuation: Self { Self(rawValue: 0x09) }
    /// RFC 9218 §7.1.
    static var priorityUpdate: Self { Self(rawValue: 0x10) }
}
