import TestSupport
import Testing

@Suite("HTTP/2 conformance, 6.5: SETTINGS", .timeLimit(.minutes(5)))
struct SettingsConformanceTests {
    typealias Setting = RawFrame.Setting

    @Test(
        "6.5: an acknowledgement with a payload is a connection error FRAME_SIZE_ERROR", arguments: HTTP2Wire.allCases)
    func acknowledgementWithPayload(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(RawFrame.settingsAcknowledgement.with(payload: [0]))
            try await client.expectConnectionError(.frameSizeError)
        }
    }

    @Test("6.5: SETTINGS on a stream is a connection error PROTOCOL_ERROR", arguments: HTTP2Wire.allCases)
    func onStream(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(RawFrame.settings((Setting.maximumConcurrentStreams, 1)).with(stream: 1))
            try await client.expectConnectionError(.protocolError)
        }
    }

    @Test(
        "6.5: SETTINGS of no multiple of 6 octets is a connection error FRAME_SIZE_ERROR", arguments: HTTP2Wire.allCases
    )
    func length(wire: HTTP2Wire) async throws {
        try await withHTTP2Server(over: wire) { server in
            for payload: [UInt8] in [[0, 3, 0], [0, 3, 0, 0, 0, 1, 0]] {
                let client = try await server.connect()
                try await client.send(RawFrame.settings().with(payload: payload))
                try await client.expectConnectionError(.frameSizeError)
                await client.close()
            }
        }
    }

    /// Each value that a setting must not have, and what it is.
    static let wrongValues: [(UInt16, UInt32, RawErrorCode)] = [
        (Setting.enablePush, 2, .protocolError), (Setting.enablePush, .max, .protocolError),
        (Setting.initialWindowSize, 1 << 31, .flowControlError), (Setting.initialWindowSize, .max, .flowControlError),
        (Setting.maximumFrameSize, 16_383, .protocolError), (Setting.maximumFrameSize, 0, .protocolError),
        (Setting.maximumFrameSize, 1 << 24, .protocolError), (Setting.maximumFrameSize, .max, .protocolError),
        // RFC 8441 §3 and RFC 9218 §2.1.
        (Setting.enableConnectProtocol, 2, .protocolError), (Setting.noRFC7540Priorities, 2, .protocolError),
    ]

    @Test(
        "6.5.2: values out of bounds are connection errors: PROTOCOL_ERROR, of windows FLOW_CONTROL_ERROR",
        arguments: HTTP2Wire.allCases, wrongValues)
    func wrongValue(wire: HTTP2Wire, row: (UInt16, UInt32, RawErrorCode)) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(.settings((row.0, row.1)))
            try await client.expectConnectionError(row.2)
        }
    }

    @Test("6.5.2: the values at the bounds are taken", arguments: HTTP2Wire.allCases)
    func bounds(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(
                .settings((Setting.enablePush, 0), (Setting.enablePush, 1)),
                .settings((Setting.initialWindowSize, 0), (Setting.initialWindowSize, 1 << 31 - 1)),
                .settings((Setting.maximumFrameSize, 1 << 24 - 1), (Setting.maximumFrameSize, 16_384)),
                .settings((Setting.headerTableSize, .max), (Setting.maximumConcurrentStreams, .max)),
                .settings((Setting.maximumConcurrentStreams, 0), (Setting.maximumHeaderListSize, .max)))
            try await client.expectLife()
            #expect(client.acknowledgedSettings == 6)
        }
    }

    @Test("6.5.2: an unknown setting is ignored", arguments: HTTP2Wire.allCases)
    func unknown(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(.settings((0xFF, .max), (0, 1), (0xFFFF, 0)))
            try await client.expectLife()
        }
    }

    @Test("6.5.2: the server's own settings are such as it may send", arguments: HTTP2Wire.allCases)
    func servers(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            // A server must not say that it takes pushes.
            #expect((client.settings[Setting.enablePush] ?? 0) == 0)
            #expect(client.settings[Setting.maximumConcurrentStreams] == 100)
            #expect((client.settings[Setting.initialWindowSize] ?? 65_535) < 1 << 31)
            #expect((16_384..<(1 << 24)).contains(client.settings[Setting.maximumFrameSize] ?? 16_384))
            #expect(client.settings[Setting.maximumHeaderListSize] == 32_768)
        }
    }

    @Test("6.5.3: the values of one setting are taken in their order", arguments: HTTP2Wire.allCases)
    func order(wire: HTTP2Wire) async throws {
        let settings = [(Setting.initialWindowSize, UInt32(100)), (Setting.initialWindowSize, 1)]
        try await withHTTP2Client(over: wire, settings: settings, opensWindows: false) { client, _ in
            let stream = try await client.get()
            try await client.receive("DATA") { client.streams[stream]?.body.isEmpty == false }
            try await client.roundTrip()
            #expect(client.streams[stream]?.text == "h")
        }
    }

    @Test("6.5.3: SETTINGS is acknowledged at once", arguments: HTTP2Wire.allCases)
    func acknowledged(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(.settings((Setting.enablePush, 0)), .ping(1))
            try await client.receive("the acknowledgement of a PING") { client.pongs == [1] }
            #expect(client.acknowledgedSettings == 2)
        }
    }
}
