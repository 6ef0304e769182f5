import Foundation
import Netius
import Testing

@testable import NetiusHTTP

@Suite("Router: with what else there is", .timeLimit(.minutes(2)))
struct RouterCompositionTests {
    private static func preflight(_ path: String) -> HTTPRequest {
        HTTPRequest(
            method: .options, scheme: "http", authority: "h", path: path,
            headerFields: [.origin: "https://a.example", .accessControlRequestMethod: "POST"])
    }

    @Test("A preflight request finds the CORS of its route's group, and no other's")
    func preflight() async throws {
        var router = Router()
        router.add("POST /closed")
        router.group("/api", middleware: [.cors()]) { $0.add("POST /notes") }
        router.group(middleware: [.cors()]) { $0.add("POST /open") }
        let handler = router.handler
        for path in ["/api/notes", "/open"] {
            let response = try await handler(Self.preflight(path))
            #expect(response.status == .noContent)
            #expect(response.headerFields[.accessControlAllowOrigin] == "*", "\(path)")
        }
        #expect(try await handler(Self.preflight("/closed")).headerFields[.accessControlAllowOrigin] == nil)
    }

    @Test("What is missing in a group can be read by other origins as well")
    func missing() async throws {
        var router = Router()
        router.group("/api", middleware: [.cors()]) { $0.add("GET /notes") }
        let request = HTTPRequest(
            method: .get, scheme: "http", authority: "h", path: "/api/none",
            headerFields: [.origin: "https://a.example"])
        let response = try await router.handler(request)
        #expect(response.status == .notFound)
        #expect(response.headerFields[.accessControlAllowOrigin] == "*")
    }

    @Test("Compression around a router compresses what its routes answer", arguments: TransportMode.allCases)
    func compression(mode: TransportMode) async throws {
        var router = Router()
        router.use(.compression())
        router.get("/long") { _ in .ok(String(repeating: "all work and no play ", count: 1000)) }
        try await withServer(in: mode, handler: router.handler) { server in
            let response = try await server.respond("GET /long HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\n\r\n")
            #expect(response["Content-Encoding"] == "gzip")
            #expect(response.body.count < 1000)
        }
    }

    @Test("Files are served beneath a prefix of a router", arguments: TransportMode.allCases)
    func files(mode: TransportMode) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("content".utf8).write(to: folder.appendingPathComponent("a b.txt"))
        var configuration = FileServer.Configuration()
        configuration.prefix = "/static"
        let files = try FileServer(root: folder.path, configuration: configuration)
        var router = Router()
        router.any("/static/{path...}", files.handler)
        router.add("GET /static/special")
        try await withServer(in: mode, handler: router.handler) { server in
            let file = try await server.respond("GET /static/a%20b.txt HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(file.text == "content")
            let special = try await server.respond("GET /static/special HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(special.text == "/static/special")
            let missing = try await server.respond("GET /static/none HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(missing.status == 404)
            let method = try await server.respond("DELETE /static/a%20b.txt HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(method.status == 405)
        }
    }
}
