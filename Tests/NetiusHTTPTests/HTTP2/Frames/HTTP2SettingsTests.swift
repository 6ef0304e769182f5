import Testing

@testable import NetiusHTTP

@Suite("Settings of HTTP/2")
struct HTTP2SettingsTests {
    private static func applied(
        _ values: (HTTP2SettingIdentifier, UInt32)..., to settings: HTTP2Settings = HTTP2Settings()
    ) throws(HTTP2Error) -> HTTP2Settings {
        var settings = settings
        for (identifier, value) in values { try settings.apply(identifier, value) }
        return settings
    }

    private static func code(of values: (HTTP2SettingIdentifier, UInt32)...) -> HTTP2ErrorCode? {
        var settings = HTTP2Settings()
        do throws(HTTP2Error) {
            for (identifier, value) in values { try settings.apply(identifier, value) }
            return nil
        } catch {
            return error.code
        }
    }

    @Test("Are at first what RFC 9113 §6.5.2 says")
    func initial() {
        let settings = HTTP2Settings()
        #expect(settings.headerTableSize == 4096)
        #expect(settings.enablesPush)
        #expect(settings.maximumConcurrentStreams == nil)
        #expect(settings.initialWindowSize == 65_535)
        #expect(settings.maximumFrameSize == 16_384)
        #expect(settings.maximumHeaderListSize == nil)
        #expect(!settings.enablesConnectProtocol)
        #expect(!settings.ignoresRFC7540Priorities)
    }

    @Test("Become what they are told, up to the largest values")
    func applies() throws {
        let settings = try Self.applied(
            (.headerTableSize, .max), (.enablePush, 0), (.maximumConcurrentStreams, .max),
            (.initialWindowSize, 0x7FFF_FFFF), (.maximumFrameSize, 0xFF_FFFF), (.maximumHeaderListSize, .max),
            (.enableConnectProtocol, 1), (.noRFC7540Priorities, 1))
        #expect(settings.headerTableSize == 4_294_967_295)
        #expect(!settings.enablesPush)
        #expect(settings.maximumConcurrentStreams == 4_294_967_295)
        #expect(settings.initialWindowSize == 2_147_483_647)
        #expect(settings.maximumFrameSize == 16_777_215)
        #expect(settings.maximumHeaderListSize == 4_294_967_295)
        #expect(settings.enablesConnectProtocol)
        #expect(settings.ignoresRFC7540Priorities)
    }

    @Test("The last of several values of a setting counts, and zeros are values")
    func lastCounts() throws {
        let settings = try Self.applied(
            (.maximumConcurrentStreams, 5), (.maximumConcurrentStreams, 0), (.headerTableSize, 0),
            (.initialWindowSize, 0), (.maximumHeaderListSize, 0), (.enablePush, 0), (.enablePush, 1))
        #expect(settings.maximumConcurrentStreams == 0)
        #expect(settings.headerTableSize == 0)
        #expect(settings.initialWindowSize == 0)
        #expect(settings.maximumHeaderListSize == 0)
        #expect(settings.enablesPush)
    }

    @Test("Unknown ones change nothing", arguments: [0, 7, 10, 0x0A0A, 0xFFFF] as [UInt16])
    func unknown(identifier: UInt16) throws {
        let settings = try Self.applied((HTTP2SettingIdentifier(rawValue: identifier), .max))
        #expect(settings == HTTP2Settings())
    }

    @Test(
        "Values out of range are refused with the code of RFC 9113 §6.5.2",
        arguments: [
            (HTTP2SettingIdentifier.enablePush, 2, HTTP2ErrorCode.protocolError), (.enablePush, .max, .protocolError),
            (.initialWindowSize, 0x8000_0000, .flowControlError), (.initialWindowSize, .max, .flowControlError),
            (.maximumFrameSize, 0, .protocolError), (.maximumFrameSize, 16_383, .protocolError),
            (.maximumFrameSize, 0x100_0000, .protocolError), (.enableConnectProtocol, 2, .protocolError),
            (.noRFC7540Priorities, 2, .protocolError),
        ] as [(HTTP2SettingIdentifier, UInt32, HTTP2ErrorCode)])
    func outOfRange(identifier: HTTP2SettingIdentifier, value: UInt32, code: HTTP2ErrorCode) {
        #expect(Self.code(of: (identifier, value)) == code)
    }

    @Test("A wrong value leaves what was before")
    func refusedChangesNothing() {
        var settings = HTTP2Settings()
        #expect(throws: HTTP2Error.self) { try settings.apply(.initialWindowSize, .max) }
        #expect(throws: HTTP2Error.self) { try settings.apply(.maximumFrameSize, 1) }
        #expect(throws: HTTP2Error.self) { try settings.apply(.enablePush, 3) }
        #expect(settings == HTTP2Settings())
    }

    @Test("Extended CONNECT is not taken back (RFC 8441 §3)")
    func connectProtocol() {
        #expect(Self.code(of: (.enableConnectProtocol, 0), (.enableConnectProtocol, 1)) == nil)
        #expect(Self.code(of: (.enableConnectProtocol, 1), (.enableConnectProtocol, 1)) == nil)
        #expect(Self.code(of: (.enableConnectProtocol, 1), (.enableConnectProtocol, 0)) == .protocolError)
    }

    @Test(
        "Whether RFC 7540's priorities are used is said at first and stays (RFC 9218 §2.1)",
        arguments: [
            (false, false), (true, true), (false, true), (true, false),
        ])
    func priorities(first: Bool, second: Bool) throws {
        var settings = try Self.applied((.noRFC7540Priorities, first ? 1 : 0))
        settings.isEstablished = true
        if first == second {
            try settings.apply(.noRFC7540Priorities, second ? 1 : 0)
        } else {
            #expect(throws: HTTP2Error.self) { try settings.apply(.noRFC7540Priorities, second ? 1 : 0) }
        }
        #expect(settings.ignoresRFC7540Priorities == first)
    }
}
