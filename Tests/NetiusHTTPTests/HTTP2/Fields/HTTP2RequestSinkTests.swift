import Testing

@testable import NetiusHTTP

@Suite("Requests of HTTP/2")
struct HTTP2RequestSinkTests {
    private static let get = [":method: GET", ":scheme: https", ":authority: example.com", ":path: /a?b"]

    @Test("A request has its parts, and the authority is its first field")
    func parts() {
        let decoded = http2Request(Self.get + ["user-agent: x", "accept: */*", "accept: text/html"])
        #expect(decoded.summary.malformed == nil)
        #expect(decoded.head.method == .get)
        #expect(decoded.head.version == .http2)
        #expect(decoded.request.scheme == "https")
        #expect(decoded.request.authority == "example.com")
        #expect(decoded.request.path == "/a?b")
        #expect(decoded.head.connectProtocol == nil)
        #expect(
            decoded.text == "host: example.com\r\nuser-agent: x\r\naccept: */*\r\naccept: text/html\r\n")
        #expect(decoded.head.fields[.accept] == "*/*, text/html")
        #expect(decoded.summary.contentLength == nil)
        #expect(decoded.summary.priority == nil)
        #expect(!decoded.summary.isInterim)
    }

    @Test("Each authority is judged, whichever came before it")
    func authorities() {
        var sink = HTTP2RequestSink(allowsExtendedConnect: false)
        for (authority, isValid) in [
            ("a.b:1", true), ("a.b:1", true), ("a.b:x", false), ("a.b:1", true), ("a b:1", false),
        ] {
            let lines = [":method: GET", ":scheme: https", ":authority: \(authority)", ":path: /"]
            let decoded = sink.request(http2Fields(lines))
            #expect((decoded.summary.malformed == nil) == isValid)
            if isValid { #expect(decoded.request.authority == authority) }
        }
    }

    @Test("Pseudo-fields may come in any order")
    func order() {
        let decoded = http2Request([":path: *", ":authority: [::1]:81", ":scheme: HTTP", ":method: OPTIONS"])
        #expect(decoded.summary.malformed == nil)
        #expect(decoded.head.form == .asterisk)
        #expect(decoded.request.path == "*")
        #expect(decoded.request.scheme == "http")
        #expect(decoded.request.authority == "[::1]:81")
    }

    @Test(
        "A host may stand for the authority, or repeat it",
        arguments: [
            (["host: a"], "a"), ([":authority: a", "host: a"], "a"), ([":authority: A.b", "host: a.B"], "A.b"),
            ([":authority: a", "host: a:443"], "a"), ([":authority: a:443", "host: a"], "a:443"),
            ([":authority: a:", "host: a:443"], "a:"), ([":authority: [::1]", "host: [::1]:443"], "[::1]"),
        ])
    func hosts(lines: [String], authority: String) {
        let pseudo = lines.filter { $0.hasPrefix(":") }
        let decoded = http2Request(
            [":method: GET", ":scheme: https", ":path: /"] + pseudo + ["x: y"] + lines.filter { !$0.hasPrefix(":") })
        #expect(decoded.summary.malformed == nil)
        #expect(decoded.request.authority == authority)
        #expect(decoded.head.fields[values: .host] == [authority])
    }

    @Test("The pieces of a cookie are joined, wherever they stand")
    func cookies() {
        let decoded = http2Request(Self.get + ["cookie: a=b", "x: y", "cookie: c=d", "cookie: e=f"])
        #expect(decoded.head.fields[values: .cookie] == ["a=b; c=d; e=f"])
        #expect(http2Request(Self.get + ["cookie: ", "cookie: a", "cookie: "]).text.hasSuffix("cookie: a\r\n"))
        #expect(http2Request(Self.get + ["cookie: a"]).head.fields[values: .cookie] == ["a"])
        #expect(http2Request(Self.get).head.fields[values: .cookie] == [])
    }

    @Test("A content-length is told, once even if it is repeated")
    func contentLength() {
        let decoded = http2Request(Self.get + ["content-length: 12", "x: y", "content-length: 12"])
        #expect(decoded.summary.malformed == nil)
        #expect(decoded.summary.contentLength == 12)
        #expect(decoded.head.fields[values: .contentLength] == ["12"])
        #expect(http2Request(Self.get + ["content-length: 0"]).summary.contentLength == 0)
        #expect(http2Request(Self.get + ["content-length: \(Int.max)"]).summary.contentLength == .max)
    }

    @Test("A priority is told, and stays a field")
    func priority() {
        let decoded = http2Request(Self.get + ["priority: u=1, i"])
        #expect(decoded.summary.priority == HTTP2Priority(urgency: 1, isIncremental: true))
        #expect(decoded.head.fields[.priority] == "u=1, i")
        #expect(http2Request(Self.get + ["priority: )"]).summary.priority == HTTP2Priority())
    }

    @Test("TE may say trailers")
    func te() {
        #expect(http2Request(Self.get + ["te: trailers"]).head.fields[.te] == "trailers")
    }

    @Test("CONNECT has an authority with a port and nothing else")
    func connect() {
        let decoded = http2Request([":method: CONNECT", ":authority: a:443", "user-agent: x"])
        #expect(decoded.summary.malformed == nil)
        #expect(decoded.head.form == .authority)
        #expect(decoded.request.scheme == nil)
        #expect(decoded.request.path == nil)
        #expect(decoded.request.authority == "a:443")
        #expect(String(decoding: decoded.head.target, as: UTF8.self) == "a:443")
    }

    @Test("An extended CONNECT names its protocol, where that is allowed")
    func extendedConnect() {
        let lines = [":method: CONNECT", ":protocol: websocket", ":scheme: https", ":path: /chat", ":authority: a"]
        let decoded = http2Request(lines + ["sec-websocket-version: 13"], allowsExtendedConnect: true)
        #expect(decoded.summary.malformed == nil)
        #expect(decoded.head.connectProtocol == "websocket")
        #expect(decoded.head.form == .origin)
        #expect(decoded.request.path == "/chat")
        #expect(decoded.request.authority == "a")
        #expect(http2Request(lines).summary.malformed == ":protocol is not allowed")
        // What was allowed for one request is not the next one's.
        var sink = HTTP2RequestSink(allowsExtendedConnect: true)
        let fields = http2Fields(lines).map { HPACKFieldList.Field($0.0, $0.1) }
        #expect(sink.decode(.head, fields).malformed == nil)
        #expect(sink.decode(.head, http2Fields(Self.get).map { HPACKFieldList.Field($0.0, $0.1) }).malformed == nil)
        #expect(sink.head.connectProtocol == nil)
    }

    @Test("Another scheme makes the target absolute")
    func otherScheme() {
        let decoded = http2Request([":method: GET", ":scheme: Coap+x", ":authority: a:1", ":path: /b?c"])
        #expect(decoded.summary.malformed == nil)
        #expect(decoded.request.scheme == "coap+x")
        #expect(decoded.request.authority == "a:1")
        #expect(decoded.request.path == "/b?c")
        let options = http2Request([":method: OPTIONS", ":scheme: x", ":authority: a", ":path: *"])
        #expect(options.request.path == "*")
    }

    @Test("A head is used again unless it was kept, and nothing of it is left")
    func reuse() {
        var sink = HTTP2RequestSink(allowsExtendedConnect: false)
        let first = sink.head
        let fields = http2Fields([":method: OPTIONS", ":scheme: https", ":authority: a", ":path: *", "cookie: c"])
            .map { HPACKFieldList.Field($0.0, $0.1) }
        _ = sink.decode(.head, fields)
        #expect(sink.head === first)
        let kept = sink.head.fields
        _ = sink.decode(.head, http2Fields(Array(Self.get.dropFirst())).map { HPACKFieldList.Field($0.0, $0.1) })
        #expect(kept[.cookie] == "c")
        #expect(sink.head.method == .get)
        #expect(sink.head.form == .origin)
        #expect(!sink.head.fields.contains(.cookie))
        #expect(sink.head.fields[.host] == "example.com")
    }

    @Test("The storage of a request is its own once the section has ended")
    func ownStorage() {
        var sink = HTTP2RequestSink(allowsExtendedConnect: false)
        _ = sink.decode(.head, http2Fields(Self.get).map { HPACKFieldList.Field($0.0, $0.1) })
        let storage = sink.head.fields.storage
        #expect(storage != nil)
        #expect(sink.storage == nil)
    }

    @Test("What nobody wants leaves everything as it was")
    func discarded() {
        var sink = HTTP2RequestSink(allowsExtendedConnect: false)
        _ = sink.decode(.head, http2Fields(Self.get).map { HPACKFieldList.Field($0.0, $0.1) })
        let summary = sink.decode(.discarded, [HPACKFieldList.Field("X", "\0"), HPACKFieldList.Field(":path", "")])
        #expect(summary.malformed == nil)
        #expect(sink.head.fields.count == 1)
        #expect(sink.head.fields[.host] == "example.com")
    }

    @Test("A head beyond the limits is told as such, without regard to what it lacks")
    func tooLarge() {
        var sink = HTTP2RequestSink(allowsExtendedConnect: false)
        sink.begin(.head)
        http2Fields([":method: POST", ":path: /"]).map { HPACKFieldList.Field($0.0, $0.1) }.add(to: &sink)
        #expect(sink.end(isTooLarge: true).malformed == nil)
        #expect(sink.isTooLarge)
        #expect(sink.decode(.trailers, []).malformed == nil)
        #expect(sink.decode(.head, http2Fields(Self.get).map { HPACKFieldList.Field($0.0, $0.1) }).malformed == nil)
        #expect(!sink.isTooLarge)
        sink.begin(.head)
        http2Fields([":method: POST", ":path: x"]).map { HPACKFieldList.Field($0.0, $0.1) }.add(to: &sink)
        #expect(sink.end(isTooLarge: true).malformed == "invalid :path")
    }
}
