import FoundationEssentials
import NetiusFoundation
import NetiusHTTP
import Testing

private struct Note: Codable, Equatable {
    var title: String
    var lines: [Line] = []

    struct Line: Codable, Equatable {
        var number: Int
        var text: String?
    }
}

@Suite("JSON")
struct JSONTests {
    private func request(_ body: String, type: String? = "application/json") -> HTTPRequest {
        var fields = HTTPFields()
        fields[.contentType] = type
        return HTTPRequest(
            method: .post, scheme: "http", authority: "a", path: "/", headerFields: fields,
            body: .bytes(Array(body.utf8)))
    }

    @Test("A value is read", arguments: ["application/json", "Application/JSON; charset=utf-8", "application/ld+json"])
    func reading(type: String) async throws {
        let body = #"{"title": "ü\u00fc", "lines": [{"number": 1}, {"number": 2, "text": "b"}], "more": null}"#
        let note = try await request(body, type: type).decode(Note.self, upTo: 1000)
        #expect(note == Note(title: "üü", lines: [.init(number: 1), .init(number: 2, text: "b")]))
    }

    @Test(
        "Another type is refused",
        arguments: [nil, "", "text/plain", "text/json+x", "application/x-www-form-urlencoded", "json"])
    func types(type: String?) async {
        let error = await #expect(throws: HTTPJSONError.unsupportedMediaType) {
            try await request("{}", type: type).decode([String: Int].self, upTo: 1000)
        }
        #expect(error?.status == .unsupportedMediaType)
    }

    @Test("The limit is kept")
    func limit() async throws {
        #expect(try await request("[1]").decode([Int].self, upTo: 3) == [1])
        await #expect(throws: HTTPBodyError.tooLarge) { try await request("[10]").decode([Int].self, upTo: 3) }
    }

    @Test(
        "The client is told what is wrong, and where",
        arguments: [
            ("", "it is malformed, or has a number out of range"),
            ("{", "it is malformed, or has a number out of range"),
            ("{\"title\": \"a\"", "it is malformed, or has a number out of range"),
            ("nonsense", "it is malformed, or has a number out of range"), ("[]", "the whole is of another type"),
            ("{}", "title is missing"),
            (#"{"title": null, "lines": []}"#, "title is null"), (#"{"title": 1}"#, "title is of another type"),
            (#"{"title": "a", "lines": [{"number": 1}, {}]}"#, "lines[1].number is missing"),
            (#"{"title": "a", "lines": [{"number": 1.5}]}"#, "it is malformed, or has a number out of range"),
            (
                #"{"title": "a", "lines": [{"number": 99999999999999999999}]}"#,
                "it is malformed, or has a number out of range"
            ),
            (#"{"title": "a", "lines": [{"number": "1"}]}"#, "lines[0].number is of another type"),
        ])
    func malformed(body: String, reason: String) async {
        let error = await #expect(throws: HTTPJSONError.self) {
            try await request(body).decode(Note.self, upTo: 1000)
        }
        #expect(error == .invalid(reason))
        #expect(error?.status == .badRequest)
        #expect(error?.message == "the JSON is not as expected: \(reason)")
    }

    @Test("A value that its type refuses is named")
    func invalid() async {
        await #expect(throws: HTTPJSONError.invalid("ids[1] is invalid")) {
            let body = #"{"ids": ["E621E1F8-C36C-495A-93FC-0C247A3E6E5F", "nonsense"]}"#
            return try await request(body).decode([String: [UUID]].self, upTo: 1000)
        }
    }

    @Test("An error of the value's own passes")
    func ownErrors() async {
        await #expect(throws: HTTPError.self) { try await request("[]").decode(Refusing.self, upTo: 1000) }
    }

    @Test("What is not UTF-8 is refused")
    func encoding() async {
        var request = request("")
        request.body = .bytes([0x22, 0xFF, 0x22])
        await #expect(throws: HTTPJSONError.self) { try await request.decode(String.self, upTo: 10) }
    }

    @Test("Names that the client has made up do not fill the answer")
    func longNames() async {
        let name = String(repeating: "n", count: 5000)
        let error = await #expect(throws: HTTPJSONError.self) {
            try await request("{\"\(name)\": true}").decode([String: Int].self, upTo: 10_000)
        }
        #expect(error?.description.count ?? 0 < 200)
    }

    @Test("Depth is refused before it harms", arguments: ["[", "{\"a\":"])
    func depth(opening: String) async {
        let body = String(repeating: opening, count: 200_000)
        await #expect(throws: HTTPJSONError.self) { try await request(body).decode(Tree.self, upTo: 1 << 21) }
    }

    @Test("As much depth as is accepted fits on a loop's thread")
    func deepestAccepted() async throws {
        let server = HTTPServer(port: 0, configuration: Self.configuration) { request in
            .ok("\(try await request.decode(Tree.self, upTo: 1 << 20).depth)")
        }
        try await withRunning(server) { address in
            let depth = 500
            let body = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            let answer = try await post(body, to: address)
            #expect(answer.hasPrefix("HTTP/1.1 200") && answer.hasSuffix("500"), "\(answer)")
            #expect(try await post(String(repeating: "[", count: 100_000), to: address).hasPrefix("HTTP/1.1 400"))
        }
    }

    @Test("A value is written")
    func writing() async throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let response = try HTTPResponse.json(Note(title: "ü/\"\n"), status: .created, using: encoder)
        #expect(response.status == .created)
        #expect(response.headerFields[.contentType] == "application/json")
        let text = String(decoding: try await response.body.collect(upTo: 1000), as: UTF8.self)
        #expect(text == #"{"lines":[],"title":"ü\/\"\n"}"#)
        #expect(try HTTPResponse.json([1]).status == .ok)
        #expect(throws: EncodingError.self) { try HTTPResponse.json(Double.nan) }
    }
}

private struct Refusing: Decodable {
    init(from decoder: any Decoder) throws { throw HTTPError(.unprocessableContent) }
}

/// Arrays in arrays.
private struct Tree: Decodable {
    var depth = 1

    init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        while !container.isAtEnd { depth = max(depth, try container.decode(Tree.self).depth + 1) }
    }
}
