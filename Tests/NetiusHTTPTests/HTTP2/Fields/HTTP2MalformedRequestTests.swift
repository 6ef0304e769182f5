import Testing

@testable import NetiusHTTP

/// RFC 9113 §8.1.1: what is malformed, and why.
@Suite("Malformed requests of HTTP/2")
struct HTTP2MalformedRequestTests {
    private static let head = [":method: GET", ":scheme: http", ":authority: a", ":path: /"]

    private func reason(_ lines: [String]) -> String? {
        http2Request(lines, allowsExtendedConnect: true).summary.malformed
    }

    @Test(
        "8.2.1: A name is a token in lower case, a value is field text without whitespace around it",
        arguments: [
            ("X: a", "invalid field name"), ("hoSt: a", "invalid field name"), ("x y: a", "invalid field name"),
            ("x:y: a", "invalid field name"), ("x\r\ny: a", "invalid field name"), ("\u{E9}: a", "invalid field name"),
            ("x\0: a", "invalid field name"), ("Transfer-Encoding: chunked", "invalid field name"),
            ("x: a\r\nb: c", "invalid field value"), ("x: a\nb", "invalid field value"),
            ("x: a\rb", "invalid field value"), ("x: a\0b", "invalid field value"), ("x:  a", "invalid field value"),
            ("x: a ", "invalid field value"), ("x: \ta", "invalid field value"), ("x: a\t", "invalid field value"),
            ("x:  ", "invalid field value"), ("x: a\u{7F}", "invalid field value"), ("x: \u{1}", "invalid field value"),
            ("accept: a\r\nb: c", "invalid field value"), ("cookie: a\r\nb: c", "invalid field value"),
            ("user-agent: \n", "invalid field value"), ("content-length: 1\r\n", "invalid field value"),
        ])
    func fields(line: String, expected: String) {
        #expect(reason(Self.head + [line]) == expected)
        #expect(reason(Self.head + ["a: b", line, "c: d"]) == expected)
    }

    @Test("8.2.1: An empty name is malformed")
    func emptyName() {
        var sink = HTTP2RequestSink(allowsExtendedConnect: false)
        #expect(sink.request(http2Fields(Self.head) + [("", "x")]).summary.malformed == "invalid field name")
    }

    @Test(
        "8.2.2: What concerns a connection of HTTP/1 is malformed",
        arguments: [
            "connection: close", "connection: ", "keep-alive: timeout=5", "proxy-connection: keep-alive",
            "transfer-encoding: chunked", "transfer-encoding: identity", "upgrade: h2c", "http2-settings: x",
        ])
    func connectionSpecific(line: String) {
        #expect(reason(Self.head + [line]) == "connection-specific field")
    }

    @Test(
        "8.2.2: TE says trailers or nothing",
        arguments: ["te: gzip", "te: trailers, gzip", "te: trailers;q=0.5", "te: ", "te: trailer"])
    func te(line: String) {
        #expect(reason(Self.head + [line]) == "te other than trailers")
    }

    @Test(
        "8.3: Pseudo-fields come first, once, and are known",
        arguments: [
            ([":method: GET", ":scheme: http", "x: y", ":path: /"], "pseudo-field after fields"),
            ([":method: GET", ":method: GET"], "repeated pseudo-field"),
            ([":method: GET", ":method: POST"], "repeated pseudo-field"),
            ([":path: /", ":path: /"], "repeated pseudo-field"),
            ([":scheme: http", ":scheme: https"], "repeated pseudo-field"),
            ([":authority: a", ":authority: a"], "repeated pseudo-field"),
            ([":protocol: a", ":protocol: a"], "repeated pseudo-field"),
            ([":status: 200"], "unknown pseudo-field"), ([":foo: x"], "unknown pseudo-field"),
            ([":: x"], "unknown pseudo-field"), ([":Path: /"], "unknown pseudo-field"),
            ([":path\0: /"], "unknown pseudo-field"), ([":host: a"], "unknown pseudo-field"),
        ])
    func pseudoFields(lines: [String], expected: String) {
        #expect(reason(lines) == expected)
        #expect(reason(lines + Self.head) == expected)
    }

    @Test(
        "8.3.1: A request has all it needs",
        arguments: [
            ([":scheme: http", ":authority: a", ":path: /"], "no :method"), ([], "no :method"),
            ([":method: GET", ":authority: a", ":path: /"], "no :scheme or no :path"),
            ([":method: GET", ":scheme: http", ":authority: a"], "no :scheme or no :path"),
            ([":method: GET", ":scheme: http", ":path: /"], "no :authority and no host"),
        ])
    func missing(lines: [String], expected: String) {
        #expect(reason(lines) == expected)
    }

    @Test(
        "8.3.1: Each part is as HTTP/1 would have it",
        arguments: [
            (":method: ", "invalid :method"), (":method: GE T", "invalid :method"),
            (":method: GET\r\n", "invalid :method"),
            (":method: G(T", "invalid :method"), (":method: GET ", "invalid :method"),
            (":method: \u{E9}", "invalid :method"), (":path: ", "invalid :path"), (":path: a", "invalid :path"),
            (":path: *", "invalid :path"), (":path: /a b", "invalid :path"), (":path: /\r\nx: y", "invalid :path"),
            (":path: /a HTTP/1.1\r\nHost: b\r\n\r\n", "invalid :path"), (":path: /#a", "invalid :path"),
            (":path: /\u{E9}", "invalid :path"), (":path: http://b/", "invalid :path"), (":path: **", "invalid :path"),
            (":path: /\t", "invalid :path"), (":path: /\0", "invalid :path"), (":scheme: ", "invalid :scheme"),
            (":scheme: 1http", "invalid :scheme"), (":scheme: http:", "invalid :scheme"),
            (":scheme: http://b/?", "invalid :scheme"), (":scheme: ht tp", "invalid :scheme"),
            (":authority: ", "invalid :authority"), (":authority: a b", "invalid :authority"),
            (":authority: u@a", "invalid :authority"), (":authority: a/b", "invalid :authority"),
            (":authority: a:b", "invalid :authority"), (":authority: a:65536", "invalid :authority"),
            (":authority: a\r\nx: y", "invalid :authority"), (":authority: [::1", "invalid :authority"),
            (":protocol: ", "invalid :protocol"), (":protocol: a b", "invalid :protocol"),
        ])
    func parts(line: String, expected: String) throws {
        let (name, _) = try #require(http2Fields([line]).first)
        let lines = Self.head.filter { !$0.hasPrefix("\(name): ") } + [line]
        #expect(reason(lines) == expected)
    }

    @Test(
        "8.3.1: A host names the authority, and only it",
        arguments: [
            (["host: b"], "host is not :authority"), (["host: a:81"], "host is not :authority"),
            (["host: a:443"], "host is not :authority"), (["host: aa"], "host is not :authority"),
            (["host: a", "host: a"], "more than one host"), (["host: "], "invalid host"),
            (["host: a, b"], "invalid host"), (["host: a b"], "invalid host"), (["host: u@a"], "invalid host"),
        ])
    func hosts(lines: [String], expected: String) {
        #expect(reason(Self.head + lines) == expected)
    }

    @Test("Two hosts are malformed without an authority too")
    func hostsAlone() {
        let lines = [":method: GET", ":scheme: http", ":path: /"]
        #expect(reason(lines + ["host: a", "host: b"]) == "more than one host")
        #expect(reason(lines + ["host: "]) == "invalid host")
    }

    @Test(
        "8.1.1: A content-length is digits, and does not contradict itself",
        arguments: [
            ["content-length: "], ["content-length: -1"], ["content-length: +1"], ["content-length: 1, 1"],
            ["content-length: 1", "content-length: 2"], ["content-length: 0x1"], ["content-length: 1 1"],
            ["content-length: 9223372036854775808"], ["content-length: 99999999999999999999"],
        ])
    func contentLength(lines: [String]) {
        #expect(reason(Self.head + lines) == "invalid content-length")
    }

    @Test(
        "8.5: CONNECT has no scheme and no path, and an authority with a port",
        arguments: [
            ([":authority: a:443", ":scheme: https"], "CONNECT with :scheme or :path"),
            ([":authority: a:443", ":path: /"], "CONNECT with :scheme or :path"),
            ([":scheme: https", ":path: /", ":authority: a:1"], "CONNECT with :scheme or :path"),
            ([], "CONNECT without :authority"), (["host: a:443"], "CONNECT without :authority"),
            ([":authority: a"], "CONNECT without a port"), ([":authority: a:"], "CONNECT without a port"),
            ([":authority: a:443", "content-length: 1"], "CONNECT with content-length"),
            ([":authority: a:443", "host: b:443"], "host is not :authority"),
            // RFC 8441 §4.
            ([":protocol: x", ":authority: a:443"], "no :scheme or no :path"),
            ([":protocol: x", ":scheme: http", ":path: /"], "CONNECT without :authority"),
            ([":protocol: x", ":scheme: http", ":path: *", ":authority: a"], "invalid :path"),
        ])
    func connect(lines: [String], expected: String) {
        #expect(reason([":method: CONNECT"] + lines) == expected)
    }

    @Test("8441 section 4: Only CONNECT has a protocol")
    func protocolOfOthers() {
        #expect(reason(Self.head + [":protocol: x"]) == ":protocol without CONNECT")
    }

    @Test("Every reason is one line and another")
    func reasons() {
        let reasons = HTTP2Malformation.allCases.map(\.reason)
        #expect(Set(reasons).count == reasons.count)
        #expect(reasons.allSatisfy { !$0.isEmpty && !$0.contains("\n") })
    }

    @Test("Only the first reason is told")
    func first() {
        #expect(reason([":method: ", ":method: GET", "X: y"]) == "invalid :method")
    }
}
