import TestSupport
import Testing

/// RFC 9218, of which h2spec has nothing.
@Suite("HTTP/2 conformance, RFC 9218: priorities", .timeLimit(.minutes(5)))
struct PriorityConformanceTests {
    typealias Setting = RawFrame.Setting

    @Test("2.1: the server says that it ignores the priorities of RFC 7540", arguments: HTTP2Wire.allCases)
    func setting(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            #expect(client.settings[Setting.noRFC7540Priorities] == 1)
        }
    }

    @Test("2.1: a client that changes its mind about that is a connection error PROTOCOL_ERROR", arguments: [0, 1])
    func changedSetting(first: UInt32) async throws {
        try await withHTTP2Client(settings: [(Setting.noRFC7540Priorities, first)]) { client, _ in
            try await client.send(.settings((Setting.noRFC7540Priorities, first)))
            try await client.expectLife()
            try await client.send(.settings((Setting.noRFC7540Priorities, 1 - first)))
            try await client.expectConnectionError(.protocolError)
        }
    }

    @Test("7.1: PRIORITY_UPDATE on a stream is a connection error PROTOCOL_ERROR", arguments: HTTP2Wire.allCases)
    func onStream(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(RawFrame.priorityUpdate(1, "u=1").with(stream: 1))
            try await client.expectConnectionError(.protocolError)
        }
    }

    @Test("7.1: PRIORITY_UPDATE for stream 0, or for one of the server's, is a connection error PROTOCOL_ERROR")
    func wrongStream() async throws {
        try await withHTTP2Server { server in
            for stream: UInt32 in [0, 2] {
                let client = try await server.connect()
                try await client.send(.priorityUpdate(stream, "u=1"))
                try await client.expectConnectionError(.protocolError)
                await client.close()
            }
        }
    }

    @Test("7.1: PRIORITY_UPDATE without a stream is a connection error FRAME_SIZE_ERROR")
    func tooShort() async throws {
        try await withHTTP2Client { client, _ in
            try await client.send(RawFrame.priorityUpdate(1, "").with(payload: [0, 0, 1]))
            try await client.expectConnectionError(.frameSizeError)
        }
    }

    @Test("7.1: PRIORITY_UPDATE is taken for streams in every state, whatever it says", arguments: HTTP2Wire.allCases)
    func anyState(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let closed = try await client.get()
            try await client.expectResponse(200, "hello", on: closed)
            let open = try await client.open("POST", "/echo")
            for value in ["u=0, i", "", "u=99", "u=?1", "\"", "i=?0, x=(1 2);y, u=7", "\u{FF}\0"] {
                for stream in [closed, open, 9999] { try await client.send(.priorityUpdate(stream, value)) }
            }
            try await client.send(.data(open, "test", ends: true))
            try await client.expectResponse(200, "test", on: open)
        }
    }

    /// Two large responses, of which nothing can be sent before the connection's window is opened; the sizes of what has
    /// come of them when half of all could.
    private func share(
        _ first: (RawHTTP2Client) async throws -> UInt32, _ second: (RawHTTP2Client) async throws -> UInt32
    ) async throws -> (Int, Int) {
        let settings = [(Setting.initialWindowSize, UInt32(1 << 30))]
        return try await withHTTP2Client(settings: settings, opensWindows: false) { client, server in
            // Uses up the window.
            let filler = try await client.get("/zeros/65535")
            try await client.expectResponse(200, on: filler)
            let streams = [try await first(client), try await second(client)]
            await server.handled.wait(3)
            try await client.roundTrip()
            try await client.send(.windowUpdate(0, 200_000))
            func received(_ stream: UInt32) -> Int { client.streams[stream]?.body.count ?? 0 }
            try await client.receive("what the window allows") { streams.map(received).reduce(0, +) == 200_000 }
            return (received(streams[0]), received(streams[1]))
        }
    }

    @Test("10: the more urgent response goes first, though it was asked for last")
    func urgency() async throws {
        let byField = try await share { client in
            try await client.get("/zeros/200000", [("priority", "u=5")])
        } _: { client in
            try await client.get("/zeros/200000", [("priority", "u=1")])
        }
        #expect(byField == (0, 200_000))
    }

    @Test("10: PRIORITY_UPDATE overrides the field, also before the stream is there")
    func update() async throws {
        let before = try await share { client in
            try await client.get("/zeros/200000", [("priority", "u=5")])
        } _: { client in
            try await client.send(.priorityUpdate(5, "u=1"))
            return try await client.get("/zeros/200000", [("priority", "u=7")])
        }
        #expect(before == (0, 200_000))
        let after = try await share { client in
            try await client.get("/zeros/200000", [("priority", "u=2")])
        } _: { client in
            let stream = try await client.get("/zeros/200000", [("priority", "u=7")])
            try await client.send(.priorityUpdate(stream, "u=1"))
            return stream
        }
        #expect(after == (0, 200_000))
    }

    @Test("10: incremental responses of one urgency share, others follow each other")
    func incremental() async throws {
        let shared = try await share { client in
            try await client.get("/zeros/200000", [("priority", "u=3, i")])
        } _: { client in
            try await client.get("/zeros/200000", [("priority", "u=3, i")])
        }
        #expect(abs(shared.0 - shared.1) <= 2 * 16_384)
        // So do those of which nothing is said, who would wait for each other by the RFC: a client that knows of no
        // priorities is none the worse for it.
        let unsaid = try await share { client in
            try await client.get("/zeros/200000")
        } _: { client in
            try await client.get("/zeros/200000")
        }
        #expect(abs(unsaid.0 - unsaid.1) <= 2 * 16_384)
        let inTurn = try await share { client in
            try await client.get("/zeros/200000", [("priority", "u=3")])
        } _: { client in
            try await client.get("/zeros/200000", [("priority", "u=3")])
        }
        #expect(inTurn == (200_000, 0))
    }
}
