import TestSupport
import Testing

@Suite("HTTP/2 conformance, 6.1 to 6.4: DATA, HEADERS, PRIORITY, RST_STREAM", .timeLimit(.minutes(5)))
struct DataAndHeadersConformanceTests {
    @Test("6.1: DATA on stream 0 is a connection error PROTOCOL_ERROR", arguments: HTTP2Wire.allCases)
    func dataOnConnection(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(.data(0, "test", ends: true))
            try await client.expectConnectionError(.protocolError)
        }
    }

    @Test("6.1: DATA after the request's end is a stream error STREAM_CLOSED", arguments: HTTP2Wire.allCases)
    func dataAfterEnd(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.open("POST", "/wait")
            try await client.send(.data(stream, "test", ends: true), .data(stream, "test", ends: true))
            try await client.expectStreamError(on: stream, .streamClosed)
        }
    }

    @Test(
        "6.1: DATA with padding as long as its payload, or longer, is a connection error PROTOCOL_ERROR",
        arguments: HTTP2Wire.allCases)
    func dataPadding(wire: HTTP2Wire) async throws {
        try await withHTTP2Server(over: wire) { server in
            for payload: [UInt8] in [[5, 1, 2, 3, 4], [255], [1]] {
                let client = try await server.connect()
                let stream = try await client.open("POST", "/wait")
                try await client.send(RawFrame.data(stream).with(flags: RawFrame.Flag.padded, payload: payload))
                try await client.expectConnectionError(.protocolError)
                await client.close()
            }
        }
    }

    @Test("6.1: DATA that is nothing but padding is no content", arguments: HTTP2Wire.allCases)
    func onlyPadding(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.open("POST", "/echo")
            try await client.send(.data(stream).padded(255), .data(stream, "a").padded(1), .data(stream, ends: true))
            try await client.expectResponse(200, "a", on: stream)
        }
    }

    @Test(
        "6.2: PRIORITY after HEADERS without END_HEADERS is a connection error PROTOCOL_ERROR",
        arguments: HTTP2Wire.allCases)
    func priorityAfterHeaders(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(
                .headers(1, client.block(), isWhole: false), .priority(1), .continuation(1))
            try await client.expectConnectionError(.protocolError)
        }
    }

    @Test(
        "6.2: HEADERS of another stream after HEADERS without END_HEADERS is a connection error PROTOCOL_ERROR",
        arguments: HTTP2Wire.allCases)
    func headersAfterHeaders(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(
                .headers(1, client.block(), isWhole: false), .headers(3, client.block()), .continuation(1))
            try await client.expectConnectionError(.protocolError)
        }
    }

    @Test("6.2: HEADERS on stream 0 is a connection error PROTOCOL_ERROR", arguments: HTTP2Wire.allCases)
    func headersOnConnection(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(.headers(0, client.block()))
            try await client.expectConnectionError(.protocolError)
        }
    }

    @Test(
        "6.2: HEADERS with padding beyond its payload is a connection error PROTOCOL_ERROR",
        arguments: HTTP2Wire.allCases)
    func headersPadding(wire: HTTP2Wire) async throws {
        try await withHTTP2Server(over: wire) { server in
            for count in [0, 4] {
                let client = try await server.connect()
                let block = client.block()
                let payload = [UInt8(block.count + 1 + count)] + block
                try await client.send(RawFrame.headers(1, block).with(flags: RawFrame.Flag.padded, payload: payload))
                try await client.expectConnectionError(.protocolError)
                await client.close()
            }
        }
    }

    /// RFC 9113 §4.2: a frame too small for what it must have.
    @Test(
        "6.2: HEADERS too small for its priority or its padding is a connection error FRAME_SIZE_ERROR",
        arguments: HTTP2Wire.allCases)
    func headersTooSmall(wire: HTTP2Wire) async throws {
        try await withHTTP2Server(over: wire) { server in
            for (flags, payload): (UInt8, [UInt8]) in [
                (RawFrame.Flag.priority, [0, 0, 0, 0]), (RawFrame.Flag.padded, []),
                (RawFrame.Flag.priority, []), (RawFrame.Flag.priority | RawFrame.Flag.padded, [0, 0, 0, 0, 0]),
            ] {
                let client = try await server.connect()
                try await client.send(RawFrame.headers(1, []).with(flags: flags, payload: payload))
                try await client.expectConnectionError(.frameSizeError)
                await client.close()
            }
        }
    }

    @Test("6.3: PRIORITY on stream 0 is a connection error PROTOCOL_ERROR", arguments: HTTP2Wire.allCases)
    func priorityOnConnection(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(.priority(0))
            try await client.expectConnectionError(.protocolError)
        }
    }

    @Test("6.3: PRIORITY of other than 5 octets is a stream error FRAME_SIZE_ERROR", arguments: HTTP2Wire.allCases)
    func priorityLength(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, server in
            for payload: [UInt8] in [[0x80, 0, 0, 1], [0, 0, 0, 0, 1, 1], []] {
                let stream = try await client.open("POST", "/wait")
                try await client.send(RawFrame.priority(stream).with(payload: payload))
                try await client.expectStreamError(on: stream, .frameSizeError)
            }
            await server.cancelled.wait(3)
        }
    }

    @Test("6.4: RST_STREAM on stream 0 is a connection error PROTOCOL_ERROR", arguments: HTTP2Wire.allCases)
    func resetOnConnection(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(.reset(0))
            try await client.expectConnectionError(.protocolError)
        }
    }

    @Test("6.4: RST_STREAM on an idle stream is a connection error PROTOCOL_ERROR", arguments: HTTP2Wire.allCases)
    func resetOnIdle(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(.headers(1, client.block()), .reset(3))
            try await client.expectConnectionError(.protocolError)
        }
    }

    @Test(
        "6.4: RST_STREAM of other than 4 octets is a connection error FRAME_SIZE_ERROR", arguments: HTTP2Wire.allCases)
    func resetLength(wire: HTTP2Wire) async throws {
        try await withHTTP2Server(over: wire) { server in
            for payload: [UInt8] in [[0, 0, 1], [0, 0, 0, 0, 1], []] {
                let client = try await server.connect()
                let stream = try await client.open("POST", "/wait")
                try await client.send(RawFrame.reset(stream).with(payload: payload))
                try await client.expectConnectionError(.frameSizeError)
                await client.close()
            }
        }
    }
}
