import TestSupport
import Testing

@Suite("HTTP/2 conformance, 8: messages", .timeLimit(.minutes(5)))
struct MessageConformanceTests {
    @Test(
        "8.1: HEADERS after the request's, without END_STREAM, is a stream error PROTOCOL_ERROR",
        arguments: HTTP2Wire.allCases)
    func secondHeaders(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, server in
            let stream = try await client.open("POST", "/wait")
            try await client.send(.headers(stream, RawHPACK.block([("x-test", "ok")]), ends: false))
            try await client.expectStreamError(on: stream, .protocolError)
            await server.cancelled.wait()
        }
    }

    @Test("8.1: DATA after trailers is a stream error STREAM_CLOSED", arguments: HTTP2Wire.allCases)
    func dataAfterTrailers(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.open("POST", "/wait")
            try await client.send(.headers(stream, RawHPACK.block([("x-test", "ok")])), .data(stream, "test"))
            try await client.expectStreamError(on: stream, .streamClosed)
        }
    }

    @Test("8.1: 100 (Continue) comes before the response to who expects it", arguments: HTTP2Wire.allCases)
    func expectContinue(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.open("POST", "/echo", [("expect", "100-continue")])
            try await client.receive("100") { client.streams[stream]?.interim == [100] }
            try await client.send(.data(stream, "test", ends: true))
            try await client.expectResponse(200, "test", on: stream)
        }
    }

    @Test(
        "8.1.2.1: a pseudo-field in trailers is a stream error PROTOCOL_ERROR",
        arguments: HTTP2Wire.allCases, [(":method", "200"), (":path", "/"), (":status", "200"), (":x", "y")])
    func pseudoFieldInTrailers(wire: HTTP2Wire, field: (String, String)) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.open("POST", "/trailers", [("trailer", "x-test")])
            try await client.send(
                .data(stream, "test"), .headers(stream, RawHPACK.block([("x-test", "ok"), field])))
            try await client.expectStreamError(on: stream, .protocolError)
        }
    }

    /// What content must not be: longer or shorter than the content-length says.
    static let wrongLengths: [(length: String, pieces: [String])] = [
        ("1", ["test"]), ("1", ["te", "st"]), ("5", ["test"]), ("5", ["te", "st"]), ("0", ["a"]), ("1", [""]),
    ]

    @Test(
        "8.1.2.6: content that differs from its content-length is a stream error PROTOCOL_ERROR",
        arguments: HTTP2Wire.allCases, wrongLengths)
    func contentLength(wire: HTTP2Wire, row: (length: String, pieces: [String])) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.open("POST", "/size", [("content-length", row.length)])
            for (number, piece) in row.pieces.enumerated() {
                try await client.send(.data(stream, piece, ends: number == row.pieces.count - 1))
            }
            try await client.receive("RST_STREAM") { client.streams[stream]?.reset != nil }
            // Nobody may have taken it for whole.
            #expect(client.streams[stream]?.hasHead != true)
            try await client.expectStreamError(on: stream, .protocolError)
        }
    }

    @Test("8.1.2.6: trailers end content that is too short with the same error", arguments: HTTP2Wire.allCases)
    func shortWithTrailers(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let stream = try await client.open("POST", "/size", [("content-length", "5")])
            try await client.send(.data(stream, "test"), .headers(stream, RawHPACK.block([("x-test", "ok")])))
            try await client.expectStreamError(on: stream, .protocolError)
        }
    }

    @Test(
        "8.1.2.6: a content-length above 0 without content is a stream error PROTOCOL_ERROR",
        arguments: HTTP2Wire.allCases)
    func lengthWithoutContent(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, server in
            let stream = try await client.open("POST", "/size", [("content-length", "1")], ends: true)
            try await client.receive("RST_STREAM") { client.streams[stream]?.reset != nil }
            #expect(server.handled.count == 0)
            try await client.expectStreamError(on: stream, .protocolError)
        }
    }

    @Test("8.2: PUSH_PROMISE on an idle stream is a connection error PROTOCOL_ERROR", arguments: HTTP2Wire.allCases)
    func pushPromise(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(.pushPromise(1, promising: 2, client.block()))
            try await client.expectConnectionError(.protocolError)
        }
    }

    /// RFC 9113 §8.2.3.
    @Test("8.1.2.5: the crumbs of a cookie are joined", arguments: HTTP2Wire.allCases)
    func cookies(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let crumbs = [("cookie", "a=b"), ("x-test", "1"), ("cookie", "c=d"), ("cookie", "e=f")]
            let response = try await client.respond("/fields", crumbs)
            #expect(Set(response.text.split(separator: ",")) == ["host=localhost", "cookie=a=b; c=d; e=f", "x-test=1"])
        }
    }

    /// RFC 9113 §8.2.2.
    @Test("8.1.2.2: a te field of trailers alone is taken", arguments: HTTP2Wire.allCases)
    func acceptsTrailers(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let response = try await client.respond("/", [("te", "trailers")])
            #expect(response.status == 200)
        }
    }

    /// RFC 9113 §8.5.
    @Test("8.3: CONNECT of a method alone and an authority is a request", arguments: HTTP2Wire.allCases)
    func connect(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            try await client.send(
                .headers(1, RawHPACK.block([(":method", "CONNECT"), (":authority", "localhost:443")]), ends: false))
            try await client.receive("a response") { client.streams[1]?.hasHead == true }
            #expect(client.streams[1]?.reset == nil)
        }
    }
}
