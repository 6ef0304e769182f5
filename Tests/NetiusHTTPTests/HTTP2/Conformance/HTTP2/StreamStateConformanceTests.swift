import TestSupport
import Testing

@Suite("HTTP/2 conformance, 5.1: stream states", .timeLimit(.minutes(5)))
struct StreamStateConformanceTests {
    @Test(
        "5.1: idle: DATA, RST_STREAM, WINDOW_UPDATE and CONTINUATION are connection errors PROTOCOL_ERROR",
        arguments: HTTP2Wire.allCases)
    func idle(wire: HTTP2Wire) async throws {
        try await withHTTP2Server(over: wire) { server in
            for kind in 0..<4 {
                let client = try await server.connect()
                let frames: [RawFrame] = [
                    .data(1, "test", ends: true), .reset(1), .windowUpdate(1, 100), .continuation(1, client.block()),
                ]
                try await client.send(frames[kind])
                try await client.expectConnectionError(.protocolError)
                await client.close()
            }
        }
    }

    @Test(
        "5.1: half-closed (remote): DATA and HEADERS are stream errors STREAM_CLOSED", arguments: HTTP2Wire.allCases)
    func halfClosed(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, server in
            let first = try await client.get("/wait")
            try await client.send(.data(first, "test", ends: true))
            try await client.expectStreamError(on: first, .streamClosed)
            let second = try await client.get("/wait")
            try await client.send(.headers(second, client.block()))
            try await client.expectStreamError(on: second, .streamClosed)
            // Whose streams were reset are told.
            await server.cancelled.wait(2)
        }
    }

    @Test(
        "5.1: half-closed (remote): CONTINUATION is a connection error PROTOCOL_ERROR", arguments: HTTP2Wire.allCases)
    func continuationOfHalfClosed(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.get("/wait")
            try await client.send(.continuation(stream, RawHPACK.literal("x-a", "b")))
            try await client.expectConnectionError(.protocolError)
        }
    }

    /// RFC 9113 only says that it may be an error; RFC 7540 said that it must.
    @Test(
        "5.1: closed by the client's RST_STREAM: DATA and HEADERS are stream errors STREAM_CLOSED",
        arguments: HTTP2Wire.allCases)
    func afterReset(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let first = try await client.open("POST", "/wait")
            try await client.send(.reset(first), .data(first, "test", ends: true))
            try await client.expectStreamError(on: first, .streamClosed)
            let second = try await client.open("POST", "/wait")
            try await client.send(.reset(second), .headers(second, client.block()))
            try await client.expectStreamError(on: second, .streamClosed)
        }
    }

    @Test(
        "5.1: closed by the client's RST_STREAM: CONTINUATION is a connection error PROTOCOL_ERROR",
        arguments: HTTP2Wire.allCases)
    func continuationAfterReset(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.open("POST", "/wait")
            try await client.send(.reset(stream), .continuation(stream, RawHPACK.literal("x-a", "b")))
            try await client.expectConnectionError(.protocolError)
        }
    }

    /// RFC 9113 only says that it may be an error; RFC 7540 said that it must, of the connection. Section 6.1 of both
    /// makes that of the stream for DATA.
    @Test(
        "5.1: closed at both ends: DATA is a stream error STREAM_CLOSED, HEADERS a connection error",
        arguments: HTTP2Wire.allCases)
    func afterEnd(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.get()
            try await client.expectResponse(200, "hello", on: stream)
            try await client.send(.data(stream, "test", ends: true))
            try await client.expectStreamError(on: stream, .streamClosed)
            let second = try await client.get()
            try await client.expectResponse(200, "hello", on: second)
            try await client.send(.headers(second, client.block()))
            try await client.readToEnd()
            #expect(client.goAways.last?.code == RawErrorCode.streamClosed.rawValue)
        }
    }

    @Test("5.1: closed at both ends: CONTINUATION is a connection error PROTOCOL_ERROR", arguments: HTTP2Wire.allCases)
    func continuationAfterEnd(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.get()
            try await client.expectResponse(200, "hello", on: stream)
            try await client.send(.continuation(stream, RawHPACK.literal("x-a", "b")))
            try await client.expectConnectionError(.protocolError)
        }
    }

    @Test(
        "5.1: closed: WINDOW_UPDATE, RST_STREAM and PRIORITY that were under way are ignored",
        arguments: HTTP2Wire.allCases)
    func lateFrames(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.get()
            try await client.expectResponse(200, "hello", on: stream)
            try await client.send(.windowUpdate(stream, 1), .reset(stream), .priority(stream))
            try await client.expectLife()
            #expect(client.streams[stream]?.reset == nil)
        }
    }

    @Test("5.1: closed by the server's RST_STREAM: whatever was under way is ignored", arguments: HTTP2Wire.allCases)
    func afterServersReset(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.open("POST", "/wait")
            // Reset for the empty increment; what follows was sent before the client could know.
            let trailers = RawHPACK.literal("x-kept", "1", .incremental)
            try await client.send(
                .windowUpdate(stream, 0), .data(stream, "test"), .windowUpdate(stream, 1), .headers(stream, trailers),
                .reset(stream))
            try await client.expectStreamError(on: stream, .protocolError)
            // The field has gone into the table.
            let next = client.newStream()
            try await client.send(.headers(next, client.block("GET", "/fields") + RawHPACK.indexed(62)))
            try await client.expectResponse(200, "host=localhost,x-kept=1", on: next)
        }
    }

    @Test("5.1.1: an even stream is a connection error PROTOCOL_ERROR", arguments: HTTP2Wire.allCases)
    func evenStream(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(.headers(2, client.block()))
            try await client.expectConnectionError(.protocolError)
        }
    }

    @Test("5.1.1: a stream below one that was used is a connection error PROTOCOL_ERROR", arguments: HTTP2Wire.allCases)
    func smallerStream(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(.headers(5, client.block()), .headers(3, client.block()))
            try await client.expectConnectionError(.protocolError)
        }
    }

    @Test("5.1.1: the last stream there is can be used", arguments: HTTP2Wire.allCases)
    func lastStream(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(.headers(1 << 31 - 1, client.block()))
            try await client.expectResponse(200, "hello", on: 1 << 31 - 1)
        }
    }

    @Test(
        "5.1.2: a stream beyond the limit is refused with REFUSED_STREAM, and no other", arguments: HTTP2Wire.allCases)
    func concurrency(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, server in
            let limit = Int(try #require(client.settings[RawFrame.Setting.maximumConcurrentStreams]))
            #expect(limit == 100)
            var held: [UInt32] = []
            for _ in 0..<limit { held.append(try await client.get("/hold")) }
            let refused = try await client.get("/hold")
            try await client.receive("RST_STREAM") { client.streams[refused]?.reset != nil }
            #expect(client.streams[refused]?.reset == RawErrorCode.refusedStream.rawValue)
            server.release.open()
            for stream in held { try await client.expectResponse(200, "held", on: stream) }
            #expect(server.handled.count == limit)
            try await client.expectLife()
        }
    }
}
