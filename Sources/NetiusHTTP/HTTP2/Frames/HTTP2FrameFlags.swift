/// The flags of a frame (RFC 9113 §6). Which are defined depends on its type; the others are ignored (§4.1).
struct HTTP2FrameFlags: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    /// Of DATA and HEADERS: the sender sends no more on the stream.
    static var endStream: Self { Self(rawValue: 0x01) }
    /// Of SETTINGS and PING.
    static var acknowledgement: Self { Self(rawValue: 0x01) }
    /// Of HEADERS, PUSH_PROMISE and CONTINUATION: no CONTINUATION follows.
    static var endHeaders: Self { Self(rawValue: 0x04) }
    /// Of DATA, HEADERS and PUSH_PROMISE: the first octet says how many at the end are padding.
    static var padded: Self { Self(rawValue: 0x08) }
    /// Of HEADERS: the deprecated priority fields come first.
    static var priority: Self { Self(rawValue: 0x20) }
}
