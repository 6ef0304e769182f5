import Testing

@testable import NetiusHTTP

@Suite("Trailers of HTTP/2")
struct HTTP2TrailersTests {
    private func decoded(_ lines: [String]) -> (malformed: [String?], fields: HTTPFields) {
        let fields = http2Fields(lines).map { HPACKFieldList.Field($0.0, $0.1) }
        var request = HTTP2RequestSink(allowsExtendedConnect: false)
        var response = HTTP2ResponseSink()
        let summary = request.decode(.trailers, fields)
        response.begin(.trailers)
        fields.add(to: &response)
        let other = response.end(isTooLarge: false)
        #expect(request.trailers == response.trailers)
        return ([summary.malformed, other.malformed], request.trailers)
    }

    @Test("Those that may be trailers are kept, others ignored")
    func kept() {
        let (malformed, fields) = decoded(["x-sum: 1", "content-type: a/b", "digest: z", "cookie: a", "x-sum: 2"])
        #expect(malformed == [nil, nil])
        #expect(fields.map(\.description) == ["x-sum: 1", "digest: z", "x-sum: 2"])
        #expect(decoded([]).fields.isEmpty)
    }

    @Test(
        "What frames or routes a message, and what no section may have, is malformed",
        arguments: [
            ("content-length: 1", "field not allowed in trailers"), ("host: a", "field not allowed in trailers"),
            ("transfer-encoding: chunked", "connection-specific field"), ("connection: x", "connection-specific field"),
            ("X: y", "invalid field name"), ("x: \n", "invalid field value"), (":path: /", "pseudo-field in trailers"),
            (":status: 200", "pseudo-field in trailers"), (":x: y", "pseudo-field in trailers"),
            ("te: gzip", "te other than trailers"),
        ])
    func malformed(line: String, expected: String) {
        #expect(decoded(["a: b", line, "c: d"]).malformed == [expected, expected])
    }

    @Test("Those beyond the limits are malformed, and the next begin anew")
    func tooLarge() {
        var sink = HTTP2RequestSink(allowsExtendedConnect: false)
        sink.begin(.trailers)
        [HPACKFieldList.Field("a", "b")].add(to: &sink)
        #expect(sink.end(isTooLarge: true).malformed == "trailer section too large")
        #expect(sink.decode(.trailers, [HPACKFieldList.Field("c", "d")]).malformed == nil)
        #expect(sink.trailers.map(\.description) == ["c: d"])
    }
}
