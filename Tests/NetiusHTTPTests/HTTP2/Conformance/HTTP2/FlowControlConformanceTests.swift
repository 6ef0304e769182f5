import TestSupport
import Testing

@Suite("HTTP/2 conformance, 6.9: WINDOW_UPDATE and flow control", .timeLimit(.minutes(5)))
struct FlowControlConformanceTests {
    typealias Setting = RawFrame.Setting

    @Test(
        "6.9: WINDOW_UPDATE by 0 is an error PROTOCOL_ERROR of the connection, or of its stream",
        arguments: HTTP2Wire.allCases)
    func zero(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.open("POST", "/wait")
            try await client.send(.windowUpdate(stream, 0))
            try await client.expectStreamError(on: stream, .protocolError)
            try await client.send(.windowUpdate(0, 0))
            try await client.readToEnd()
            #expect(client.goAways.last?.code == RawErrorCode.protocolError.rawValue)
        }
    }

    @Test(
        "6.9: WINDOW_UPDATE of other than 4 octets is a connection error FRAME_SIZE_ERROR",
        arguments: HTTP2Wire.allCases)
    func length(wire: HTTP2Wire) async throws {
        try await withHTTP2Server(over: wire) { server in
            for (stream, count): (UInt32, Int) in [(0, 3), (0, 5), (1, 0), (1, 8)] {
                let client = try await server.connect()
                try await client.send(
                    .headers(1, client.block("POST", "/wait"), ends: false),
                    RawFrame.windowUpdate(stream, 1).with(payload: [UInt8](repeating: 0, count: count)))
                try await client.expectConnectionError(.frameSizeError)
                await client.close()
            }
        }
    }

    @Test("6.9: the padding of DATA is counted, and given back", arguments: HTTP2Wire.allCases)
    func padding(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.open("POST", "/size")
            // In all far beyond the stream's window.
            for _ in 0..<1000 {
                try await client.receive("a window") { client.windows.sendable(on: stream) >= 257 }
                try await client.send(.data(stream, "a").padded(255))
            }
            try await client.send(.data(stream, ends: true))
            try await client.expectResponse(200, "1000", on: stream)
        }
    }

    @Test("6.9.1: no more is sent than a window of 1 allows", arguments: HTTP2Wire.allCases)
    func windowOfOne(wire: HTTP2Wire) async throws {
        let settings = [(Setting.initialWindowSize, UInt32(1))]
        try await withHTTP2Client(over: wire, settings: settings, opensWindows: false) { client, _ in
            let stream = try await client.get()
            for count in 1...5 {
                try await client.receive("DATA") { client.streams[stream]?.body.count == count }
                try await client.send(.windowUpdate(stream, 1))
            }
            try await client.expectResponse(200, "hello", on: stream)
            #expect(client.streams[stream]?.sizes.filter { $0 > 0 } == [1, 1, 1, 1, 1])
        }
    }

    @Test("6.9.1: no more is sent than the connection's window allows, in all streams", arguments: HTTP2Wire.allCases)
    func connectionsWindow(wire: HTTP2Wire) async throws {
        let settings = [(Setting.initialWindowSize, UInt32(1 << 30))]
        try await withHTTP2Client(over: wire, settings: settings, opensWindows: false) { client, _ in
            let streams = [try await client.get("/zeros/50000"), try await client.get("/zeros/50000")]
            func received() -> Int { streams.reduce(0) { $0 + (client.streams[$1]?.body.count ?? 0) } }
            try await client.receive("what the window allows") { received() == 65_535 }
            try await client.roundTrip()
            #expect(received() == 65_535)
            // A response without content needs no window.
            let head = try await client.response(on: client.open("HEAD", "/", ends: true))
            #expect(head.status == 200)
            try await client.send(.windowUpdate(0, 100_000))
            for stream in streams { #expect(try await client.response(on: stream).body.count == 50_000) }
        }
    }

    @Test(
        "6.9.1: a window of the connection beyond 2^31-1 is a connection error FLOW_CONTROL_ERROR",
        arguments: HTTP2Wire.allCases)
    func overflowOfConnection(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire, opensWindows: false) { client, _ in
            try await client.send(.windowUpdate(0, 1 << 31 - 1))
            try await client.expectConnectionError(.flowControlError)
        }
    }

    @Test(
        "6.9.1: a window of a stream beyond 2^31-1 is a stream error FLOW_CONTROL_ERROR", arguments: HTTP2Wire.allCases)
    func overflowOfStream(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire, opensWindows: false) { client, server in
            let stream = try await client.open("POST", "/wait")
            try await client.send(.windowUpdate(stream, 1 << 31 - 1))
            try await client.expectStreamError(on: stream, .flowControlError)
            await server.cancelled.wait()
        }
    }

    @Test(
        "6.9.1: DATA beyond a stream's window is a stream error FLOW_CONTROL_ERROR, padding counted",
        arguments: HTTP2Wire.allCases)
    func beyondStreamsWindow(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            // A server that cannot measure the connection leaves the windows as they are.
            client.answers = false
            let stream = try await client.open("POST", "/wait")
            #expect(client.windows.sendable(on: stream) == 65_535)
            for size in [16_384, 16_384, 16_384, 16_383] {
                try await client.send(.data(stream, bytes: [UInt8](repeating: 0, count: size)))
            }
            try await client.roundTrip()
            #expect(client.streams[stream]?.reset == nil)
            // No content, but the length of no padding.
            try await client.send(.data(stream).padded(0))
            try await client.expectStreamError(on: stream, .flowControlError)
        }
    }

    @Test(
        "6.9.1: DATA beyond the connection's window is a connection error FLOW_CONTROL_ERROR",
        arguments: HTTP2Wire.allCases)
    func beyondConnectionsWindow(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            client.answers = false
            var stream = try await client.open("POST", "/wait")
            try await client.roundTrip()
            while client.windows.sendable > 0 {
                if client.windows.sendable(on: stream) == 0 { stream = try await client.open("POST", "/wait") }
                let size = min(client.windows.sendable(on: stream), 16_384)
                try await client.send(.data(stream, bytes: [UInt8](repeating: 0, count: size)))
            }
            try await client.roundTrip()
            try await client.send(.headers(999, client.block("POST", "/wait"), ends: false), .data(999, "a"))
            try await client.expectConnectionError(.flowControlError)
        }
    }

    @Test(
        "6.9.2: a new SETTINGS_INITIAL_WINDOW_SIZE changes the windows of streams there are",
        arguments: HTTP2Wire.allCases)
    func changed(wire: HTTP2Wire) async throws {
        let settings = [(Setting.initialWindowSize, UInt32(0))]
        try await withHTTP2Client(over: wire, settings: settings, opensWindows: false) { client, _ in
            let stream = try await client.get()
            try await client.receive("the head") { client.streams[stream]?.hasHead == true }
            try await client.send(.settings((Setting.initialWindowSize, 1)))
            try await client.receive("DATA") { client.streams[stream]?.text == "h" }
            try await client.send(.settings((Setting.initialWindowSize, 5)))
            try await client.expectResponse(200, "hello", on: stream)
        }
    }

    @Test("6.9.2: a window that has become negative is made up for first", arguments: HTTP2Wire.allCases)
    func negative(wire: HTTP2Wire) async throws {
        let settings = [(Setting.initialWindowSize, UInt32(3))]
        try await withHTTP2Client(over: wire, settings: settings, opensWindows: false) { client, _ in
            let stream = try await client.get()
            try await client.receive("DATA") { client.streams[stream]?.text == "hel" }
            // 3 of 2 are used.
            try await client.send(.settings((Setting.initialWindowSize, 2)), .windowUpdate(stream, 1))
            try await client.roundTrip()
            #expect(client.streams[stream]?.text == "hel")
            try await client.send(.windowUpdate(stream, 1))
            try await client.receive("DATA") { client.streams[stream]?.text == "hell" }
            try await client.send(.windowUpdate(stream, 1))
            try await client.expectResponse(200, "hello", on: stream)
        }
    }

    @Test(
        "6.9.2: SETTINGS that takes a stream's window beyond 2^31-1 is a connection error FLOW_CONTROL_ERROR",
        arguments: HTTP2Wire.allCases)
    func settingsOverflow(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire, opensWindows: false) { client, _ in
            let stream = try await client.open("POST", "/wait")
            try await client.send(.windowUpdate(stream, 1), .settings((Setting.initialWindowSize, 1 << 31 - 1)))
            try await client.expectConnectionError(.flowControlError)
        }
    }

    @Test(
        "6.9.2: SETTINGS_INITIAL_WINDOW_SIZE above 2^31-1 is a connection error FLOW_CONTROL_ERROR",
        arguments: HTTP2Wire.allCases)
    func settingTooLarge(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(.settings((Setting.initialWindowSize, 1 << 31)))
            try await client.expectConnectionError(.flowControlError)
        }
    }
}
