import TestSupport
import Testing

/// What a server must take, in the order and with the section numbers of h2spec's generic cases.
@Suite("HTTP/2 conformance, generic 3: frames", .timeLimit(.minutes(5)))
struct GenericFramesConformanceTests {
    @Test("3.1: DATA is taken: one frame, several, and with padding", arguments: HTTP2Wire.allCases)
    func data(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let one = try await client.open("POST", "/echo")
            try await client.send(.data(one, "test", ends: true))
            try await client.expectResponse(200, "test", on: one)
            let several = try await client.open("POST", "/echo")
            try await client.send(.data(several, "te"), .data(several, "s"), .data(several, "t", ends: true))
            try await client.expectResponse(200, "test", on: several)
            let padded = try await client.open("POST", "/echo")
            try await client.send(.data(padded, "te").padded(0), .data(padded, "st", ends: true).padded(255))
            try await client.expectResponse(200, "test", on: padded)
        }
    }

    @Test("3.2: HEADERS is taken: alone, with padding, with priority, with both", arguments: HTTP2Wire.allCases)
    func headers(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let block = client.block()
            let frames: [RawFrame] = [
                .headers(1, block), .headers(3, block).padded(8), .headers(5, block).prioritized(on: 3, weight: 255),
                .headers(7, block).prioritized().padded(255), .headers(9, block).padded(0),
            ]
            for frame in frames {
                try await client.send(frame)
                try await client.expectResponse(200, "hello", on: frame.stream)
            }
        }
    }

    @Test(
        "3.3: PRIORITY is taken: weights of 1 and 256, a dependency, an exclusive one", arguments: HTTP2Wire.allCases)
    func priority(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(
                .priority(1, weight: 0), .headers(1, client.block()), .priority(3, weight: 255),
                .headers(3, client.block()), .priority(5, on: 3), .headers(5, client.block()),
                .priority(7, on: 1 << 31 | 5), .headers(7, client.block()))
            for stream in stride(from: UInt32(1), through: 7, by: 2) {
                try await client.expectResponse(200, "hello", on: stream)
            }
        }
    }

    @Test("3.3: PRIORITY for an idle stream leaves lower ones usable", arguments: HTTP2Wire.allCases)
    func priorityOfHigher(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(.priority(99), .headers(1, client.block()))
            try await client.expectResponse(200, "hello", on: 1)
        }
    }

    @Test("3.4: RST_STREAM is taken, and cancels the handler", arguments: HTTP2Wire.allCases)
    func reset(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, server in
            let stream = try await client.open("POST", "/wait")
            await server.handled.wait()
            try await client.send(.reset(stream))
            try await client.expectLife()
            await server.cancelled.wait()
        }
    }

    @Test("3.5: SETTINGS is acknowledged, each one", arguments: HTTP2Wire.allCases)
    func settings(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let before = client.acknowledgedSettings
            try await client.send(
                .settings(), .settings((RawFrame.Setting.maximumConcurrentStreams, 1)), .settings())
            try await client.receive("acknowledgements") { client.acknowledgedSettings == before + 3 }
        }
    }

    @Test("3.7: PING is acknowledged with its octets, each one in turn", arguments: HTTP2Wire.allCases)
    func ping(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let sent: [UInt64] = [0, 0x0102_0304_0506_0708, .max]
            try await client.send(sent.map { .ping($0) })
            try await client.receive("acknowledgements") { client.pongs.count == 3 }
            #expect(client.pongs == sent)
        }
    }

    @Test(
        "3.8: GOAWAY is taken: what is in flight is answered", arguments: HTTP2Wire.allCases)
    func goAway(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, server in
            let stream = try await client.get("/hold")
            await server.handled.wait()
            try await client.send(.goAway(), .ping(7))
            try await client.receive("the acknowledgement of a PING") { client.pongs == [7] }
            server.release.open()
            try await client.expectResponse(200, "held", on: stream)
        }
    }

    @Test("3.9: WINDOW_UPDATE is taken on the connection and on a stream", arguments: HTTP2Wire.allCases)
    func windowUpdate(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire, opensWindows: false) { client, _ in
            try await client.send(.windowUpdate(0, 1))
            let stream = try await client.open("POST", "/echo")
            try await client.send(.windowUpdate(stream, 1), .data(stream, "test", ends: true))
            try await client.expectResponse(200, "test", on: stream)
        }
    }

    @Test("3.10: CONTINUATION is taken: one frame, several, and empty ones", arguments: HTTP2Wire.allCases)
    func continuation(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let block = client.block()
            let (first, rest) = (Array(block.prefix(7)), Array(block.dropFirst(7)))
            try await client.send(.headers(1, first, isWhole: false), .continuation(1, rest))
            try await client.expectResponse(200, "hello", on: 1)
            try await client.send(
                .headers(3, [], isWhole: false), .continuation(3, first, isLast: false),
                .continuation(3, isLast: false), .continuation(3, rest, isLast: false), .continuation(3))
            try await client.expectResponse(200, "hello", on: 3)
        }
    }
}
