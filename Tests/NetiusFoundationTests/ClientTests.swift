import Foundation
import Netius
import NetiusFoundation
import NetiusHTTP
import Testing

@Suite("HTTP client with Foundation", .timeLimit(.minutes(1)))
struct ClientTests {
    private struct Note: Codable, Equatable {
        var title: String
        var pages: Int
    }

    @Test("A value is sent as JSON and another read, of a URL, as Data too")
    func values() async throws {
        let server = HTTPServer(port: 0, configuration: JSONTests.configuration) { request in
            guard request.method == .post else { return .ok(request.path ?? "") }
            var note = try await request.decode(Note.self, upTo: 1000)
            note.pages += 1
            return try .json(note)
        }
        try await withRunning(server) { address async throws in
            let client = HTTPClient()
            let url = "http://\(address)/a%20b?c"
            let response = try await client.send(Note(title: "x", pages: 1), to: url)
            #expect(try await response.decode(Note.self, upTo: 1000) == Note(title: "x", pages: 2))
            let get = try await client.execute(.get, try #require(URL(string: url)))
            #expect(try await get.body.data(upTo: 99) == Data("/a%20b?c".utf8))
            await #expect(throws: DecodingError.self) { try await get.decode(Note.self, upTo: 99) }
            #expect(try await client.post(url, body: .data(Data("no".utf8))).status == .unsupportedMediaType)
            await client.shutdown()
        }
    }
}
