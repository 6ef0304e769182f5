import Testing

@testable import NetiusHTTP

@Suite("Media types and Accept")
struct MediaTypeTests {
    private func choose(_ accept: String?, _ types: [String]) -> String? {
        var fields = HTTPFields()
        fields[.accept] = accept
        return HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/", headerFields: fields)
            .preferredMediaType(among: types)
    }

    @Test("A media type is read with its parameters, names without regard to case")
    func reading() throws {
        let type = try #require(HTTPMediaType("Text/HTML;Charset=\"utf-8\" ; level=1"))
        #expect(type.essence == "text/html")
        #expect(type[parameter: "CHARSET"] == "utf-8")
        #expect(type[parameter: "level"] == "1")
        #expect(type[parameter: "q"] == nil)
        #expect(type.description == "text/html; charset=utf-8; level=1")
        #expect(HTTPMediaType("a/b;c=\"x \\\" \\\\ y\"")?.description == "a/b; c=\"x \\\" \\\\ y\"")
        let accented = "a/b; c=\"\\\"\u{301}\""
        #expect(HTTPMediaType(accented)?.description.utf8.elementsEqual(accented.utf8) == true)
        #expect(HTTPMediaType("a/b;c=\"\"")?[parameter: "c"] == "")
        #expect(HTTPMediaType(" a/b ; ; ")?.description == "a/b")
    }

    @Test("Any number of parameters is read, in time in proportion to it", .timeLimit(.minutes(1)))
    func manyParameters() {
        let parameters = (0..<200_000).map { ";p\($0)=\($0)" }.joined()
        #expect(HTTPMediaType("a/b" + parameters)?[parameter: "p199999"] == "199999")
        #expect(HTTPMediaType("a/b" + parameters + ";P7=1") == nil)
    }

    @Test(
        "What is malformed is no media type",
        arguments: [
            "", "text", "text/", "/html", "text/html/x", "text /html", "text/ html", "text/html charset=utf-8",
            "text/html;charset", "text/html;charset=", "text/html;=utf-8", "text/html;charset =utf-8",
            "text/html;charset=\"utf-8", "text/html;a=\"b\"c", "text/html;a=b;A=c", "text/html, text/plain",
            "text/html;a=b,c", "täxt/html", "text/html;a=\"b\\", "text/html;a=\"\\\"",
        ])
    func malformed(text: String) {
        #expect(HTTPMediaType(text) == nil)
    }

    @Test("Content-Type counts only where it is one type")
    func contentType() {
        var fields: HTTPFields = [.contentType: "text/plain"]
        #expect(fields.contentType?.essence == "text/plain")
        fields.append(.contentType, "text/html")
        #expect(fields.contentType == nil)
    }

    /// RFC 9110 §12.5.1.
    private static let example =
        "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5"

    @Test(
        "The RFC's table of weights",
        arguments: [
            ("text/plain;format=flowed", "text/plain"), ("text/plain", "image/jpeg"), ("image/jpeg", "text/html"),
            ("text/plain;format=fixed", "text/html"), ("image/jpeg", "text/plain;format=fixed"),
        ])
    func weights(better: String, worse: String) {
        #expect(choose(Self.example, [worse, better]) == better)
        #expect(choose(Self.example, [better, worse]) == better)
    }

    @Test(
        "What is chosen of HTML and JSON",
        arguments: [
            (nil, "text/html"), ("", "text/html"), ("*/*", "text/html"), ("application/json", "application/json"),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
            ("application/*, text/html;q=0.9", "application/json"), ("image/png", nil), ("text/*;q=0", nil),
            ("text/html;q=0, */*", "application/json"), ("*/*;q=0", nil), ("TEXT/HTML;q=0.1", "text/html"),
            ("text/html;level=1", nil), ("application/json;q=0.5, text/html;q=0.5", "text/html"),
            ("application/json, text/html", "text/html"), ("*/html, application/json", "application/json"),
            ("nonsense", "text/html"), ("a/b;x=\"text/html, application/json\", application/json", "application/json"),
            ("texts/*", nil), ("tex/*", nil), ("text/htm", nil), ("text/html/, application/json", "application/json"),
            ("*/*, application/json;q=0.5", "text/html"), ("text/*;q=0.2, */*;q=0.1", "text/html"),
        ] as [(String?, String?)])
    func choice(accept: String?, expected: String?) {
        #expect(choose(accept, ["text/html", "application/json"]) == expected)
    }

    @Test("Parameters of a range are looked for in the type")
    func parameters() {
        #expect(choose("text/html;charset=UTF-8", ["text/html;charset=\"utf-8\""]) != nil)
        #expect(choose("text/html;charset=utf-8;level=1", ["text/html;charset=utf-8"]) == nil)
        let types = ["a/b;v=1", "a/b;v=2"]
        #expect(choose("a/b;v=2, a/b;q=0.9", types) == "a/b;v=2")
        #expect(choose("a/b;q=0.1;v=1, a/b;q=0.9", types) == "a/b;v=2")
    }

    @Test("A list without end is read only at its beginning")
    func endless() {
        let list = String(repeating: "a/b,", count: 200) + "text/html"
        #expect(choose(list, ["text/html"]) == nil)
        #expect(choose(String(repeating: "a/b,", count: 100) + "text/html", ["text/html"]) == "text/html")
    }
}
