import TestSupport
import Testing

@Suite("HTTP/2 conformance, 4: frames", .timeLimit(.minutes(5)))
struct FrameConformanceTests {
    @Test("4.1: a frame of an unknown type is ignored", arguments: HTTP2Wire.allCases)
    func unknownType(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let payload = [UInt8](repeating: 0, count: 8)
            try await client.send(
                RawFrame(kind: 255, payload: payload), RawFrame(kind: 0xA, flags: 0xFF, stream: 1, payload: payload),
                RawFrame(kind: 0xC, stream: 2, payload: []))
            try await client.expectLife()
        }
    }

    @Test("4.1: flags that are not defined are ignored", arguments: HTTP2Wire.allCases)
    func undefinedFlags(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(RawFrame.ping(7).with(flags: 0xFE))
            try await client.receive("the acknowledgement") { client.pongs == [7] }
            let stream = try await client.open("POST", "/echo")
            try await client.send(RawFrame.data(stream, "test", ends: true).with(flags: 0xF6))
            try await client.expectResponse(200, "test", on: stream)
        }
    }

    @Test("4.1: the reserved bit of the stream is ignored", arguments: HTTP2Wire.allCases)
    func reservedBit(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(RawFrame.ping(7).with(stream: 1 << 31))
            try await client.receive("the acknowledgement") { client.pongs == [7] }
            try await client.send(.headers(1 << 31 | 1, client.block()))
            try await client.expectResponse(200, "hello", on: 1)
        }
    }

    @Test("4.2: DATA of 2^14 octets is taken", arguments: HTTP2Wire.allCases)
    func largestData(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.open("POST", "/size")
            try await client.send(.data(stream, bytes: [UInt8](repeating: 1, count: 16_384), ends: true))
            try await client.expectResponse(200, "16384", on: stream)
        }
    }

    /// A stream error would do; what is beyond the limit is not read, so the connection ends.
    @Test(
        "4.2: DATA beyond SETTINGS_MAX_FRAME_SIZE is a connection error FRAME_SIZE_ERROR", arguments: HTTP2Wire.allCases
    )
    func tooLargeData(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.open("POST", "/size")
            try await client.send(.data(stream, bytes: [UInt8](repeating: 1, count: 16_385), ends: true))
            try await client.expectConnectionError(.frameSizeError)
        }
    }

    @Test(
        "4.2: HEADERS beyond SETTINGS_MAX_FRAME_SIZE is a connection error FRAME_SIZE_ERROR",
        arguments: HTTP2Wire.allCases)
    func tooLargeHeaders(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let field = ("x-large", String(repeating: "a", count: 16_384))
            try await client.send(.headers(1, client.block("GET", "/", [field])))
            try await client.expectConnectionError(.frameSizeError)
        }
    }

    @Test(
        "4.2: the header alone of a frame too large is a connection error FRAME_SIZE_ERROR",
        arguments: HTTP2Wire.allCases)
    func announcedTooLarge(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(octets: [0xFF, 0xFF, 0xFF, RawFrame.Kind.data, 0, 0, 0, 0, 1])
            try await client.expectConnectionError(.frameSizeError)
        }
    }

    @Test("4.2: the server's frames are not larger than the client's setting", arguments: HTTP2Wire.allCases)
    func serversFrames(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let small = try await client.respond("/zeros/100000")
            #expect(small.body.count == 100_000 && small.sizes.allSatisfy { $0 <= 16_384 })
        }
        try await withHTTP2Client(over: wire, settings: [(RawFrame.Setting.maximumFrameSize, 20_000)]) { client, _ in
            let large = try await client.respond("/zeros/100000")
            #expect(large.body.count == 100_000 && large.sizes.allSatisfy { $0 <= 20_000 })
        }
    }

    @Test(
        "4.3: a header block that cannot be decoded is a connection error COMPRESSION_ERROR",
        arguments: HTTP2Wire.allCases)
    func undecodable(wire: HTTP2Wire) async throws {
        try await withHTTP2Server(over: wire) { server in
            // A name that is longer than the block, and a block that is cut off.
            for extra: [UInt8] in [[0x00, 0xFF, 0xFF, 0xFF, 0x0F], [0x00, 0x05, 0x61], [0x40]] {
                let client = try await server.connect()
                try await client.send(.headers(1, client.block() + extra))
                try await client.expectConnectionError(.compressionError)
                await client.close()
            }
            #expect(server.handled.count == 0)
        }
    }

    @Test(
        "4.3: PRIORITY within a header block is a connection error PROTOCOL_ERROR", arguments: HTTP2Wire.allCases)
    func priorityWithin(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(
                .headers(1, client.block(), isWhole: false), .priority(1),
                .continuation(1, RawHPACK.literal("x-a", "b")))
            try await client.expectConnectionError(.protocolError)
        }
    }

    @Test(
        "4.3: HEADERS of another stream within a header block is a connection error PROTOCOL_ERROR",
        arguments: HTTP2Wire.allCases)
    func headersWithin(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(
                .headers(1, client.block(), isWhole: false), .headers(3, client.block()), .continuation(1))
            try await client.expectConnectionError(.protocolError)
        }
    }

    @Test("4.3: the block of a request that is refused is decoded all the same", arguments: HTTP2Wire.allCases)
    func discardedBlocks(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let entry = RawHPACK.literal("x-kept", "1", .incremental)
            // Malformed, for its name in upper case.
            try await client.send(.headers(1, client.block("GET", "/", [("X-Upper", "a")]) + entry))
            try await client.expectStreamError(on: 1, .protocolError)
            let stream = client.newStream()
            try await client.send(.headers(stream, client.block("GET", "/fields") + RawHPACK.indexed(62)))
            try await client.expectResponse(200, "host=localhost,x-kept=1", on: stream)
        }
    }
}
