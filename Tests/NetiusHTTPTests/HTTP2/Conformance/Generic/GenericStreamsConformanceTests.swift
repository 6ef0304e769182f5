import TestSupport
import Testing

/// What a server must take, in the order and with the section numbers of h2spec's generic cases.
@Suite("HTTP/2 conformance, generic 1 and 2: the preface and streams", .timeLimit(.minutes(5)))
struct GenericStreamsConformanceTests {
    @Test("1: the client's preface is answered with the server's", arguments: HTTP2Wire.allCases)
    func preface(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in try await client.expectLife() }
    }

    @Test("2: PRIORITY on an idle stream is taken", arguments: HTTP2Wire.allCases)
    func priorityOnIdle(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(.priority(1))
            try await client.expectLife()
        }
    }

    @Test("2: WINDOW_UPDATE on a half-closed (remote) stream lets its content go on", arguments: HTTP2Wire.allCases)
    func windowUpdateOnHalfClosed(wire: HTTP2Wire) async throws {
        let settings = [(RawFrame.Setting.initialWindowSize, UInt32(0))]
        try await withHTTP2Client(over: wire, settings: settings, opensWindows: false) { client, _ in
            let stream = try await client.get()
            try await client.send(.windowUpdate(stream, 1))
            try await client.receive("DATA") { client.streams[stream]?.text == "h" }
            try await client.send(.windowUpdate(stream, 4))
            try await client.expectResponse(200, "hello", on: stream)
        }
    }

    @Test("2: PRIORITY on a half-closed (remote) stream is taken", arguments: HTTP2Wire.allCases)
    func priorityOnHalfClosed(wire: HTTP2Wire) async throws {
        let settings = [(RawFrame.Setting.initialWindowSize, UInt32(0))]
        try await withHTTP2Client(over: wire, settings: settings, opensWindows: false) { client, _ in
            let stream = try await client.get()
            try await client.send(.priority(stream), .windowUpdate(stream, 5))
            try await client.expectResponse(200, "hello", on: stream)
        }
    }

    @Test("2: RST_STREAM on a half-closed (remote) stream is taken", arguments: HTTP2Wire.allCases)
    func resetOnHalfClosed(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, server in
            let stream = try await client.get("/wait")
            await server.handled.wait()
            try await client.send(.reset(stream))
            try await client.expectLife()
            await server.cancelled.wait()
            #expect(client.streams[stream] == nil)
        }
    }

    @Test("2: PRIORITY on a closed stream is taken", arguments: HTTP2Wire.allCases)
    func priorityOnClosed(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.get()
            try await client.expectResponse(200, "hello", on: stream)
            try await client.send(.priority(stream))
            try await client.expectLife()
        }
    }

    @Test("2: streams at once are answered, each with its own", arguments: HTTP2Wire.allCases)
    func concurrent(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, server in
            var held: [UInt32] = []
            for _ in 0..<10 { held.append(try await client.get("/hold")) }
            await server.handled.wait(10)
            try await client.expectResponse(200, "hello", on: client.get())
            server.release.open()
            for stream in held.reversed() { try await client.expectResponse(200, "held", on: stream) }
        }
    }
}
