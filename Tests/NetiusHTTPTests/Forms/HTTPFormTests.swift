import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Forms of a request", .timeLimit(.minutes(2)))
struct HTTPFormTests {
    private func request(_ type: String?, _ body: String) -> HTTPRequest {
        var fields = HTTPFields()
        fields[.contentType] = type
        return HTTPRequest(
            method: .post, scheme: nil, authority: nil, path: "/", headerFields: fields, body: .bytes(octets(body)))
    }

    private static let type = "application/x-www-form-urlencoded"

    @Test("A form is read whatever parameters its type has")
    func reading() async throws {
        #expect(try await request(Self.type, "a=b+c").form(upTo: 5)["a"] == "b c")
        #expect(try await request(Self.type.uppercased() + "; charset=utf-8", "a=b").form(upTo: 5)["a"] == "b")
        #expect(try await request(Self.type, "").form(upTo: 0).isEmpty)
    }

    @Test("Another type is refused", arguments: [nil, "text/plain", "multipart/form-data; boundary=b", "application"])
    func otherTypes(type: String?) async {
        await #expect(throws: HTTPFormError.unsupportedMediaType) { try await request(type, "a=b").form(upTo: 5) }
    }

    @Test("Limits are kept")
    func limits() async {
        await #expect(throws: HTTPBodyError.tooLarge) { try await request(Self.type, "a=bcde").form(upTo: 5) }
        await #expect(throws: HTTPFormError.tooManyFields) {
            try await request(Self.type, "a&b").form(upTo: 5, pairs: 1)
        }
    }

    private struct Teapot: HTTPResponseError {
        let status = HTTPResponse.Status(code: 418)
        let message: String? = "short and stout"
    }

    @Test("A server answers what the error says", arguments: TransportMode.allCases)
    func answers(mode: TransportMode) async throws {
        try await withServer(in: mode) { request in
            if request.path == "/teapot" { throw Teapot() }
            let form = try await request.form(upTo: 10, pairs: 2)
            return .ok("\(form["name"] ?? "nobody")")
        } _: { server in
            func post(_ type: String, _ body: String, to path: String = "/") async throws -> RawResponse {
                try await server.respond(
                    """
                    POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Type: \(type)\r\n\
                    Content-Length: \(body.utf8.count)\r\n\r\n\(body)
                    """)
            }
            #expect(try await post(Self.type, "name=a%20b").text == "a b")
            let wrongType = try await post("text/plain", "name=a")
            #expect(wrongType.status == 415)
            #expect(wrongType.text == "the content is not of the expected type\n")
            #expect(try await post(Self.type, "name=abcdefgh").status == 413)
            #expect(try await post(Self.type, "a&b&c").status == 413)
            let teapot = try await post("a/b", "", to: "/teapot")
            #expect(teapot.status == 418)
            #expect(teapot.text == "short and stout\n")
            #expect(server.log.records(.error).isEmpty)
        }
    }
}
