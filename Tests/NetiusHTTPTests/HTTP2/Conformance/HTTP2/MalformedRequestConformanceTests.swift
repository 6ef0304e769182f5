import TestSupport
import Testing

/// A request that is malformed, and by what rule.
struct MalformedRequest: CustomTestStringConvertible, Sendable {
    var section: String
    var fault: String
    /// All fields, the pseudo-fields too.
    var fields: [(String, String)]

    var testDescription: String { "\(section): \(fault)" }

    /// One whose fields, but for these, are in order.
    init(_ section: String, _ fault: String, adding fields: (String, String)...) {
        self.init(section, fault, Self.valid + fields)
    }

    init(_ section: String, _ fault: String, _ fields: [(String, String)]) {
        self.section = section
        self.fault = fault
        self.fields = fields
    }

    /// One that has another value for a pseudo-field, or where there is none, lacks it.
    init(_ section: String, _ fault: String, with name: String, _ value: String?) {
        let fields = Self.valid.compactMap { $0.0 == name ? value.map { (name, $0) } : $0 }
        self.init(section, fault, fields)
    }

    static let valid = [
        (":method", "GET"), (":scheme", "http"), (":authority", "localhost"), (":path", "/"),
    ]
}

@Suite("HTTP/2 conformance, 8.1.2: malformed requests", .timeLimit(.minutes(5)))
struct MalformedRequestConformanceTests {
    static let all: [MalformedRequest] = names + pseudoFields + connectionFields + values + targets + lengths

    /// RFC 9113 §8.2 and §8.2.1, which says what RFC 7540 left to HTTP: the octets of names and values.
    static let names: [MalformedRequest] = [
        .init("8.1.2", "a name in upper case", adding: ("X-TEST", "ok")),
        .init("8.1.2", "a name with one letter in upper case", adding: ("x-tesT", "ok")),
        .init("8.1.2", "a name with a space", adding: ("x test", "ok")),
        .init("8.1.2", "a name with a colon", adding: ("x:test", "ok")),
        .init("8.1.2", "a name with CR LF", adding: ("x\r\ntest", "ok")),
        .init("8.1.2", "a name with NUL", adding: ("x\0", "ok")),
        .init("8.1.2", "a name beyond ASCII", adding: ("x-\u{E9}", "ok")),
        .init("8.1.2", "a name with DEL", adding: ("x\u{7F}", "ok")),
        .init("8.1.2", "an empty name", adding: ("", "ok")),
    ]

    static let values: [MalformedRequest] = [
        .init("8.1.2", "a value with CR LF", adding: ("x-test", "a\r\nx-evil: b")),
        .init("8.1.2", "a value with CR", adding: ("x-test", "a\rb")),
        .init("8.1.2", "a value with LF", adding: ("x-test", "a\nb")),
        .init("8.1.2", "a value with NUL", adding: ("x-test", "a\0b")),
        .init("8.1.2", "a value that begins with a space", adding: ("x-test", " a")),
        .init("8.1.2", "a value that ends with a tab", adding: ("x-test", "a\t")),
    ]

    /// RFC 9113 §8.3 and §8.3.1.
    static let pseudoFields: [MalformedRequest] = [
        .init("8.1.2.1", "an unknown pseudo-field", [(":test", "ok")] + MalformedRequest.valid),
        .init("8.1.2.1", "a pseudo-field of responses", [(":status", "200")] + MalformedRequest.valid),
        .init(
            "8.1.2.1", "a pseudo-field after a field",
            Array(MalformedRequest.valid.dropLast()) + [("x-test", "ok"), (":path", "/")]),
        .init("8.1.2.3", "an empty :path", with: ":path", ""),
        .init("8.1.2.3", "no :method", with: ":method", nil),
        .init("8.1.2.3", "no :scheme", with: ":scheme", nil),
        .init("8.1.2.3", "no :path", with: ":path", nil),
        .init("8.1.2.3", ":method twice", [(":method", "GET")] + MalformedRequest.valid),
        .init("8.1.2.3", ":scheme twice", [(":scheme", "http")] + MalformedRequest.valid),
        .init("8.1.2.3", ":path twice", [(":path", "/")] + MalformedRequest.valid),
        .init("8.1.2.3", ":authority twice", [(":authority", "localhost")] + MalformedRequest.valid),
        .init("8.1.2.3", ":protocol without CONNECT", [(":protocol", "websocket")] + MalformedRequest.valid),
    ]

    /// RFC 9113 §8.2.2.
    static let connectionFields: [MalformedRequest] = [
        .init("8.1.2.2", "connection", adding: ("connection", "keep-alive")),
        .init("8.1.2.2", "keep-alive", adding: ("keep-alive", "timeout=5")),
        .init("8.1.2.2", "proxy-connection", adding: ("proxy-connection", "keep-alive")),
        .init("8.1.2.2", "transfer-encoding", adding: ("transfer-encoding", "chunked")),
        .init("8.1.2.2", "upgrade", adding: ("upgrade", "websocket")),
        .init("8.1.2.2", "te other than trailers", adding: ("te", "trailers, deflate;q=0.5")),
    ]

    /// What could be smuggled into HTTP/1 (RFC 9113 §10.3), and what §8.3.1 says of :path and :authority.
    static let targets: [MalformedRequest] = [
        .init("8.1.2.3", ":method with a space", with: ":method", "GET /evil"),
        .init("8.1.2.3", ":method with CR LF", with: ":method", "GET / HTTP/1.1\r\n"),
        .init("8.1.2.3", "an empty :method", with: ":method", ""),
        .init("8.1.2.3", ":path with CR LF", with: ":path", "/ HTTP/1.1\r\nx: y"),
        .init("8.1.2.3", ":path with a space", with: ":path", "/a b"),
        .init("8.1.2.3", ":path with NUL", with: ":path", "/\0"),
        .init("8.1.2.3", ":path without a slash", with: ":path", "a"),
        .init("8.1.2.3", ":path of an asterisk for GET", with: ":path", "*"),
        .init("8.1.2.3", ":scheme that is none", with: ":scheme", "ht tp"),
        .init("8.1.2.3", ":authority with user information", with: ":authority", "user@localhost"),
        .init("8.1.2.3", ":authority with CR LF", with: ":authority", "localhost\r\nx: y"),
        .init("8.1.2.3", ":authority with a space", with: ":authority", "local host"),
        .init("8.1.2.3", "a host other than :authority", adding: ("host", "example.com")),
        .init("8.1.2.3", "neither :authority nor host", with: ":authority", nil),
        .init("8.3", "CONNECT with :path and :scheme", with: ":method", "CONNECT"),
        .init("8.3", "CONNECT without :authority", [(":method", "CONNECT")]),
    ]

    /// RFC 9113 §8.1.1.
    static let lengths: [MalformedRequest] = [
        .init("8.1.2.6", "a content-length that is no number", adding: ("content-length", "a")),
        .init("8.1.2.6", "a negative content-length", adding: ("content-length", "-1")),
        .init("8.1.2.6", "a content-length with a sign", adding: ("content-length", "+0")),
        .init("8.1.2.6", "a content-length too large to count", adding: ("content-length", "99999999999999999999")),
        .init(
            "8.1.2.6", "two content-lengths", adding: ("content-length", "0"), ("content-length", "1")),
    ]

    @Test("8.1.2: each malformed request is a stream error PROTOCOL_ERROR, and no handler sees it", arguments: all)
    func malformed(request: MalformedRequest) async throws {
        for wire in HTTP2Wire.allCases {
            try await withHTTP2Client(over: wire) { client, server in
                let fields = request.fields.map { $0 == (":scheme", "http") ? ($0.0, client.scheme) : $0 }
                try await client.send(.headers(1, RawHPACK.block(fields)))
                try await client.receive("RST_STREAM") { client.streams[1]?.reset != nil }
                #expect(server.handled.count == 0)
                try await client.expectStreamError(on: 1, .protocolError)
            }
        }
    }

    @Test("8.1.2: what only looks malformed is a request", arguments: HTTP2Wire.allCases)
    func valid(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, _ in
            let requests: [[(String, String)]] = [
                [(":path", "/"), (":authority", "localhost"), (":scheme", client.scheme), (":method", "GET")],
                [(":method", "GET"), (":scheme", client.scheme), (":path", "/"), ("host", "localhost")],
                [
                    (":method", "GET"), (":scheme", client.scheme), (":authority", "localhost"), (":path", "/?a=b"),
                    ("host", "localhost"), ("x-empty", ""), ("x-value", "a\tb \u{E9}"), ("x_~!#$%&'*+-.^`|9", "1"),
                    ("content-length", "0"),
                ],
                [(":method", "OPTIONS"), (":scheme", client.scheme), (":authority", "localhost"), (":path", "*")],
            ]
            for (number, fields) in requests.enumerated() {
                let stream = UInt32(number * 2 + 1)
                try await client.send(.headers(stream, RawHPACK.block(fields)))
                try await client.expectResponse(200, "hello", on: stream)
            }
        }
    }
}
