/// What one side of a connection has told the other in SETTINGS, at first the initial values (RFC 9113 §6.5.2).
struct HTTP2Settings: Hashable, Sendable {
    /// The octets that the header table of the sender's decoder may have.
    var headerTableSize = 4096
    /// Whether a server may push.
    var enablesPush = true
    /// The streams that the other side may have open; nil for any number.
    var maximumConcurrentStreams: Int?
    /// The window of each new stream, 0 to 2^31-1.
    var initialWindowSize = 65_535
    /// The largest payload of a frame that the sender takes, 2^14 to 2^24-1.
    var maximumFrameSize = 16_384
    /// The largest header section that the sender takes, with 32 octets more for each field; nil if it did not say.
    var maximumHeaderListSize: Int?
    /// Whether extended CONNECT may be used (RFC 8441).
    var enablesConnectProtocol = false
    /// Whether the priorities of RFC 7540 are ignored (RFC 9218 §2.1).
    var ignoresRFC7540Priorities = false
    /// Whether a whole SETTINGS frame has been applied: what may be said only in the first may not change from then on.
    var isEstablished = false

    /// Applies one value; one of an unknown setting is ignored.
    ///
    /// That a server must not enable push depends on who has sent it, and is left to the caller.
    ///
    /// - Throws: If the value is not one that the setting may have (RFC 9113 §6.5.2), or may not have any more
    ///   (RFC 8441 §3, RFC 9218 §2.1).
    mutating func apply(_ identifier: HTTP2SettingIdentifier, _ value: UInt32) throws(HTTP2Error) {
        switch identifier {
        case .headerTableSize:
            headerTableSize = Int(value)
        case .enablePush:
            enablesPush = try Self.flag(value, "SETTINGS_ENABLE_PUSH is neither 0 nor 1")
        case .maximumConcurrentStreams:
            maximumConcurrentStreams = Int(value)
        case .initialWindowSize:
            guard value <= 0x7FFF_FFFF else {
                throw HTTP2Error(.flowControlError, "SETTINGS_INITIAL_WINDOW_SIZE is above 2^31-1")
            }
            initialWindowSize = Int(value)
        case .maximumFrameSize:
            guard 0x4000...0xFF_FFFF ~= value else {
                throw HTTP2Error(.protocolError, "SETTINGS_MAX_FRAME_SIZE is not 2^14 to 2^24-1")
            }
            maximumFrameSize = Int(value)
        case .maximumHeaderListSize:
            maximumHeaderListSize = Int(value)
        case .enableConnectProtocol:
            let enables = try Self.flag(value, "SETTINGS_ENABLE_CONNECT_PROTOCOL is neither 0 nor 1")
            guard enables || !enablesConnectProtocol else {
                throw HTTP2Error(.protocolError, "SETTINGS_ENABLE_CONNECT_PROTOCOL is taken back")
            }
            enablesConnectProtocol = enables
        case .noRFC7540Priorities:
            let ignores = try Self.flag(value, "SETTINGS_NO_RFC7540_PRIORITIES is neither 0 nor 1")
            guard ignores == ignoresRFC7540Priorities || !isEstablished else {
                throw HTTP2Error(.protocolError, "SETTINGS_NO_RFC7540_PRIORITIES has changed")
            }
            ignoresRFC7540Priorities = ignores
        default:
            break
        }
    }

    private static func flag(_ value: UInt32, _ reason: String) throws(HTTP2Error) -> Bool {
        guard value <= 1 else { throw HTTP2Error(.protocolError, reason) }
        return value == 1
    }
}
