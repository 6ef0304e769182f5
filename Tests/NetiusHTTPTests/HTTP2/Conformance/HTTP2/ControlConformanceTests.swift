import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP/2 conformance, 6.6 to 6.8 and 6.10: PUSH_PROMISE, PING, GOAWAY, CONTINUATION", .timeLimit(.minutes(5)))
struct ControlConformanceTests {
    /// In h2spec section 8.2.
    @Test("6.6: PUSH_PROMISE of a client is a connection error PROTOCOL_ERROR", arguments: HTTP2Wire.allCases)
    func pushPromise(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.open("POST", "/wait")
            try await client.send(.pushPromise(stream, promising: 2, client.block()))
            try await client.expectConnectionError(.protocolError)
        }
    }

    @Test("6.7: PING is acknowledged with what it had", arguments: HTTP2Wire.allCases)
    func ping(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(.ping(0x6832_7370_6563_0000))
            try await client.receive("the acknowledgement") { client.pongs == [0x6832_7370_6563_0000] }
        }
    }

    @Test("6.7: the acknowledgement of a PING that was never sent is not answered", arguments: HTTP2Wire.allCases)
    func pong(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(.ping(1, isAcknowledgement: true), .ping(2))
            try await client.receive("an acknowledgement") { !client.pongs.isEmpty }
            #expect(client.pongs == [2])
        }
    }

    @Test("6.7: PING on a stream is a connection error PROTOCOL_ERROR", arguments: HTTP2Wire.allCases)
    func pingOnStream(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(RawFrame.ping(1).with(stream: 1))
            try await client.expectConnectionError(.protocolError)
        }
    }

    @Test("6.7: PING of other than 8 octets is a connection error FRAME_SIZE_ERROR", arguments: HTTP2Wire.allCases)
    func pingLength(wire: HTTP2Wire) async throws {
        try await withHTTP2Server(over: wire) { server in
            for count in [6, 9, 0] {
                let client = try await server.connect()
                try await client.send(RawFrame.ping(1).with(payload: [UInt8](repeating: 0, count: count)))
                try await client.expectConnectionError(.frameSizeError)
                await client.close()
            }
        }
    }

    @Test("6.8: GOAWAY on a stream is a connection error PROTOCOL_ERROR", arguments: HTTP2Wire.allCases)
    func goAwayOnStream(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(RawFrame.goAway().with(stream: 1))
            try await client.expectConnectionError(.protocolError)
        }
    }

    @Test("6.8: GOAWAY of fewer than 8 octets is a connection error FRAME_SIZE_ERROR", arguments: HTTP2Wire.allCases)
    func goAwayLength(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(RawFrame.goAway().with(payload: [0, 0, 0, 0, 0, 0, 0]))
            try await client.expectConnectionError(.frameSizeError)
        }
    }

    @Test(
        "6.8: a server that shuts down says so with the highest stream, then with the true last one, and finishes it",
        arguments: HTTP2Wire.allCases)
    func shutdown(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, server in
            let stream = try await client.get("/hold")
            await server.handled.wait()
            server.server.server.shutdown()
            try await client.receive("GOAWAY") { client.goAways.count == 2 }
            #expect(client.goAways.map(\.lastStream) == [1 << 31 - 1, stream])
            #expect(client.goAways.allSatisfy { $0.code == RawErrorCode.noError.rawValue })
            server.release.open()
            try await client.expectResponse(200, "held", on: stream)
            try await client.readToEnd()
            // The server waits for it.
            await client.close()
            try await server.server.task.value
        }
    }

    @Test("6.8: a stream opened before the last GOAWAY is known is served, one above its last stream is ignored")
    func streamsAfterGoAway() async throws {
        try await withHTTP2Client { client, server in
            // Without the acknowledgement of PING the server waits for a second before it names the last stream.
            client.answers = false
            let first = try await client.get("/hold")
            await server.handled.wait()
            server.server.server.shutdown()
            try await client.receive("GOAWAY") { client.goAways.count == 1 }
            let second = try await client.get("/")
            try await client.expectResponse(200, "hello", on: second)
            try await client.receive("GOAWAY") { client.goAways.count == 2 }
            #expect(client.goAways.last?.lastStream == second)
            let third = try await client.get("/")
            try await client.roundTrip()
            #expect(client.streams[third] == nil)
            server.release.open()
            try await client.expectResponse(200, "held", on: first)
            try await client.readToEnd()
            #expect(server.handled.count == 2)
        }
    }

    @Test("6.8: a shutdown ends idle connections at once, with GOAWAY", arguments: HTTP2Wire.allCases)
    func shutdownWhileIdle(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, server in
            try await client.expectLife()
            server.server.server.shutdown()
            try await client.readToEnd()
            #expect(client.goAways.last?.code == RawErrorCode.noError.rawValue)
        }
    }

    @Test("6.10: CONTINUATION frames after HEADERS are taken", arguments: HTTP2Wire.allCases)
    func continuation(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(
                .headers(1, client.block("GET", "/fields"), isWhole: false),
                .continuation(1, RawHPACK.literal("x-a", "1"), isLast: false),
                .continuation(1, RawHPACK.literal("x-b", "2")))
            try await client.expectResponse(200, "host=localhost,x-a=1,x-b=2", on: 1)
        }
    }

    @Test("6.10: DATA within a header block is a connection error PROTOCOL_ERROR", arguments: HTTP2Wire.allCases)
    func interrupted(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(
                .headers(1, client.block("POST"), ends: false, isWhole: false), .continuation(1, isLast: false),
                .data(1, "test", ends: true))
            try await client.expectConnectionError(.protocolError)
        }
    }

    @Test("6.10: CONTINUATION on stream 0 is a connection error PROTOCOL_ERROR", arguments: HTTP2Wire.allCases)
    func onConnection(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(.headers(1, client.block(), isWhole: false), .continuation(0))
            try await client.expectConnectionError(.protocolError)
        }
    }

    @Test(
        "6.10: CONTINUATION after END_HEADERS, of HEADERS or of CONTINUATION, is a connection error PROTOCOL_ERROR",
        arguments: HTTP2Wire.allCases)
    func afterEnd(wire: HTTP2Wire) async throws {
        try await withHTTP2Server(over: wire) { server in
            for isContinued in [false, true] {
                let client = try await server.connect()
                let block = client.block("POST", "/wait")
                let headers = RawFrame.headers(1, block, ends: false, isWhole: !isContinued)
                try await client.send([headers] + (isContinued ? [.continuation(1)] : []) + [.continuation(1)])
                try await client.expectConnectionError(.protocolError)
                await client.close()
            }
        }
    }

    @Test("6.10: CONTINUATION after DATA is a connection error PROTOCOL_ERROR", arguments: HTTP2Wire.allCases)
    func afterData(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.open("POST", "/wait")
            try await client.send(.data(stream, "test"), .continuation(stream))
            try await client.expectConnectionError(.protocolError)
        }
    }
}
