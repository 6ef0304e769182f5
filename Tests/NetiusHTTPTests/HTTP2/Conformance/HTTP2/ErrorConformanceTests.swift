import Netius
import TestSupport
import Testing

@Suite("HTTP/2 conformance, 5.3 to 5.5 and 7: priority, errors, extensions", .timeLimit(.minutes(5)))
struct ErrorConformanceTests {
    /// RFC 9113 deprecates dependencies and leaves the rule out; RFC 7540 §5.3.1 made it a stream error.
    @Test("5.3.1: HEADERS that depends on itself is a stream error PROTOCOL_ERROR", arguments: HTTP2Wire.allCases)
    func headersOnItself(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, server in
            try await client.send(RawFrame.headers(1, client.block()).prioritized(on: 1))
            try await client.receive("RST_STREAM") { client.streams[1]?.reset != nil }
            #expect(client.streams[1]?.reset == RawErrorCode.protocolError.rawValue)
            #expect(server.handled.count == 0)
            try await client.expectLife()
        }
    }

    /// The same; a stream that is idle cannot be reset, and so the connection is.
    @Test(
        "5.3.1: PRIORITY that depends on itself is an error PROTOCOL_ERROR, of the connection if the stream is idle",
        arguments: HTTP2Wire.allCases)
    func priorityOnItself(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.open("POST", "/wait")
            try await client.send(.priority(stream, on: stream))
            try await client.expectStreamError(on: stream, .protocolError)
            let idle = client.newStream()
            try await client.send(.priority(idle, on: idle))
            try await client.readToEnd()
            #expect(client.goAways.last?.code == RawErrorCode.protocolError.rawValue)
        }
    }

    @Test(
        "5.4.1: a connection error is told by GOAWAY with the last stream that was acted on, then the connection ends",
        arguments: HTTP2Wire.allCases)
    func connectionError(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, server in
            let stream = try await client.get("/wait")
            await server.handled.wait()
            try await client.send(RawFrame.ping(0).with(stream: stream))
            try await client.expectConnectionError(.protocolError)
            #expect(client.goAways.last?.lastStream == stream)
            // What ran for it is cancelled.
            await server.cancelled.wait()
            await client.close()
            try await server.server.waitForConnections(0)
        }
    }

    @Test("5.4.1: a connection error is logged in a line that names the code and the peer")
    func logged() async throws {
        try await withHTTP2Client { client, server in
            try await client.send(RawFrame.ping(0).with(stream: 1))
            try await client.expectConnectionError(.protocolError)
            try await server.waitForLog("PROTOCOL_ERROR")
            let record = server.server.log.records.first { $0.message.contains("PROTOCOL_ERROR") }
            #expect(record?.metadata["peer"] != nil)
        }
    }

    @Test("5.4.2: RST_STREAM is never answered with RST_STREAM", arguments: HTTP2Wire.allCases)
    func resetTwice(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.open("POST", "/wait")
            try await client.send(.reset(stream), .reset(stream))
            try await client.expectLife()
            #expect(client.streams[stream]?.reset == nil)
        }
    }

    @Test("5.5: a frame of an extension is ignored, on the connection and on a stream", arguments: HTTP2Wire.allCases)
    func extensionFrame(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.open("POST", "/echo")
            try await client.send(
                RawFrame(kind: 0x16, payload: [1, 2, 3]), RawFrame(kind: 0x16, flags: 1, stream: stream, payload: [1]),
                .data(stream, "test", ends: true))
            try await client.expectResponse(200, "test", on: stream)
        }
    }

    @Test(
        "5.5: a frame of an extension within a header block is a connection error PROTOCOL_ERROR",
        arguments: HTTP2Wire.allCases)
    func extensionWithinBlock(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(
                .headers(1, client.block(), isWhole: false), RawFrame(kind: 0x16, stream: 1, payload: [1]),
                .continuation(1))
            try await client.expectConnectionError(.protocolError)
        }
    }

    @Test("7: GOAWAY with an unknown error code is taken as any other", arguments: HTTP2Wire.allCases)
    func unknownCodeOfConnection(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, server in
            let stream = try await client.get("/hold")
            await server.handled.wait()
            try await client.send(.goAway(lastStream: 0, 0xFF), .ping(7))
            try await client.receive("the acknowledgement of a PING") { client.pongs == [7] }
            server.release.open()
            try await client.expectResponse(200, "held", on: stream)
        }
    }

    @Test("7: RST_STREAM with an unknown error code is taken as any other", arguments: HTTP2Wire.allCases)
    func unknownCodeOfStream(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, server in
            let stream = try await client.open("POST", "/wait")
            await server.handled.wait()
            try await client.send(RawFrame.reset(stream).with(payload: [0, 0, 0, 0xFF]))
            try await client.expectLife()
            await server.cancelled.wait()
        }
    }
}
