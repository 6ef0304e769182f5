/// Which setting a value in SETTINGS is of (RFC 9113 §6.5.2). Unknown ones are ignored.
struct HTTP2SettingIdentifier: RawRepresentable, Hashable, Sendable {
    let rawValue: UInt16

    static var headerTableSize: Self { Self(rawValue: 0x01) }
    static var enablePush: Self { Self(rawValue: 0x02) }
    static var maximumConcurrentStreams: Self { Self(rawValue: 0x03) }
    static var initialWindowSize: Self { Self(rawValue: 0x04) }
    static var maximumFrameSize: Self { Self(rawValue: 0x05) }
    static var maximumHeaderListSize: Self { Self(rawValue: 0x06) }
    /// RFC 8441 §3.
    static var enableConnectProtocol: Self { Self(rawValue: 0x08) }
    /// RFC 9218 §2.1.
    static var noRFC7540Priorities: Self { Self(rawValue: 0x09) }
}
