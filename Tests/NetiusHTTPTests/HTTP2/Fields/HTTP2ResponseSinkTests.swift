import Testing

@testable import NetiusHTTP

@Suite("Responses of HTTP/2")
struct HTTP2ResponseSinkTests {
    private func decoded(_ lines: [String]) -> (head: HTTPResponseHead, summary: HTTP2SectionSummary) {
        var sink = HTTP2ResponseSink()
        sink.begin(.head)
        http2Fields(lines).map { HPACKFieldList.Field($0.0, $0.1) }.add(to: &sink)
        let summary = sink.end(isTooLarge: false)
        return (sink.head, summary)
    }

    @Test("A response has its parts")
    func parts() {
        let (head, summary) = decoded([":status: 404", "content-length: 5", "set-cookie: a", "set-cookie: b", "x: "])
        #expect(summary.malformed == nil)
        #expect(head.status == .notFound)
        #expect(head.status.reasonPhrase == "Not Found")
        #expect(head.version == .http2)
        #expect(head.fields.map(\.description) == ["content-length: 5", "set-cookie: a", "set-cookie: b", "x: "])
        #expect(summary.contentLength == 5)
        #expect(!summary.isInterim)
    }

    @Test(
        "Content is announced by a final response that may have some, and excluded by one that may not",
        arguments: [
            ([":status: 200"], nil, false), ([":status: 200", "content-length: 0"], 0, false),
            ([":status: 200", "content-length: 7", "content-length: 7"], 7, false),
            ([":status: 200", "content-length: 7, 7"], 7, false), ([":status: 204", "content-length: 7"], 0, false),
            ([":status: 304", "content-length: 7"], 0, false), ([":status: 204"], 0, false),
            ([":status: 100"], nil, true),
            ([":status: 103", "link: x"], nil, true), ([":status: 100", "content-length: 0"], nil, true),
        ] as [([String], Int?, Bool)])
    func contentLength(lines: [String], length: Int?, isInterim: Bool) {
        let summary = decoded(lines).summary
        #expect(summary.malformed == nil)
        #expect(summary.contentLength == length)
        #expect(summary.isInterim == isInterim)
    }

    @Test(
        "What is malformed is refused with its reason",
        arguments: [
            ([], "no :status"), (["x: y"], "no :status"), ([":status: "], "invalid :status"),
            ([":status: 20"], "invalid :status"), ([":status: 2000"], "invalid :status"),
            ([":status: 099"], "invalid :status"), ([":status: 600"], "invalid :status"),
            ([":status: 2 0"], "invalid :status"), ([":status: +20"], "invalid :status"),
            ([":status: 101"], "101 in HTTP/2"), ([":status: 200", ":status: 200"], "repeated pseudo-field"),
            (["x: y", ":status: 200"], "pseudo-field after fields"), ([":path: /"], "unknown pseudo-field"),
            ([":status: 200", ":method: GET"], "unknown pseudo-field"), ([":x: y"], "unknown pseudo-field"),
            ([":status: 200", "X: y"], "invalid field name"), ([":status: 200", "x: \r\n"], "invalid field value"),
            ([":status: 200", "connection: close"], "connection-specific field"),
            ([":status: 200", "transfer-encoding: chunked"], "connection-specific field"),
            ([":status: 200", "content-length: x"], "invalid content-length"),
            ([":status: 200", "content-length: 1, 2"], "invalid content-length"),
            ([":status: 200", "content-length: 1", "content-length: 2"], "invalid content-length"),
            ([":status: 200", "content-length: 1,"], "invalid content-length"),
            ([":status: 100", "content-length: 1"], "content in an interim response"),
        ])
    func malformed(lines: [String], expected: String) {
        #expect(decoded(lines).summary.malformed == expected)
    }

    @Test("A head is used again, and nothing of it is left")
    func reuse() {
        var sink = HTTP2ResponseSink()
        let head = sink.head
        for (lines, code, count) in [([":status: 404", "x: y"], 404, 1), ([":status: 200"], 200, 0)] {
            sink.begin(.head)
            http2Fields(lines).map { HPACKFieldList.Field($0.0, $0.1) }.add(to: &sink)
            #expect(sink.end(isTooLarge: false).malformed == nil)
            #expect(sink.head === head)
            #expect(sink.head.status.code == code)
            #expect(sink.head.fields.count == count)
        }
    }

    @Test("What nobody wants leaves everything as it was, and what is too large is told")
    func otherSections() {
        var sink = HTTP2ResponseSink()
        sink.begin(.head)
        [HPACKFieldList.Field(":status", "204")].add(to: &sink)
        #expect(sink.end(isTooLarge: true).malformed == nil)
        #expect(sink.isTooLarge)
        sink.begin(.discarded)
        [HPACKFieldList.Field(":status", "x")].add(to: &sink)
        #expect(sink.end(isTooLarge: false).malformed == nil)
        #expect(sink.head.status.code == 204)
    }
}
