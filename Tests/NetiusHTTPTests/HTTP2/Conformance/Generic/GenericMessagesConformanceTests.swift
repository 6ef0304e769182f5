import Testing

/// What a server must take, in the order and with the section numbers of h2spec's generic cases.
@Suite("HTTP/2 conformance, generic 4: messages", .timeLimit(.minutes(5)))
struct GenericMessagesConformanceTests {
    @Test("4: GET is answered", arguments: HTTP2Wire.allCases)
    func get(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let response = try await client.respond()
            #expect(response.status == 200 && response.text == "hello")
            #expect(response["content-length"] == "5" && response["date"] != nil)
        }
    }

    @Test("4: HEAD is answered without content", arguments: HTTP2Wire.allCases)
    func head(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            for path in ["/", "/stream/3"] {
                let response = try await client.response(on: client.open("HEAD", path, ends: true))
                #expect(response.status == 200 && response.sizes.allSatisfy { $0 == 0 })
                #expect(response["content-length"] == (path == "/" ? "5" : nil))
            }
        }
    }

    @Test("4: POST is answered, with a content-length or without", arguments: HTTP2Wire.allCases)
    func post(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            for fields in [[("content-length", "4")], []] {
                let stream = try await client.open("POST", "/echo", fields)
                try await client.send(.data(stream, "test", ends: true))
                try await client.expectResponse(200, "test", on: stream)
            }
        }
    }

    @Test("4: POST with trailers is answered, and they reach the handler", arguments: HTTP2Wire.allCases)
    func trailers(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.open("POST", "/trailers", [("trailer", "x-test")])
            try await client.send(.data(stream, "test"), .headers(stream, RawHPACK.block([("x-test", "ok")])))
            try await client.expectResponse(200, "x-test=ok", on: stream)
        }
    }

    @Test("4: a response is sent while the request still comes", arguments: HTTP2Wire.allCases)
    func bothWays(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.open("POST", "/echo")
            for (number, text) in ["a", "b", "c"].enumerated() {
                try await client.send(.data(stream, text))
                try await client.receive("an echo") { client.streams[stream]?.body.count == number + 1 }
            }
            try await client.send(.data(stream, ends: true))
            try await client.expectResponse(200, "abc", on: stream)
        }
    }

    @Test("4: content much larger than the windows is taken, and sent back", arguments: HTTP2Wire.allCases)
    func large(wire: HTTP2Wire) async throws {
        let bytes = (0..<1_500_000).map { UInt8(truncatingIfNeeded: $0 ^ $0 >> 8) }
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.open("POST", "/echo")
            try await client.upload(bytes, on: stream)
            #expect(try await client.response(on: stream).body == bytes)
        }
    }
}
