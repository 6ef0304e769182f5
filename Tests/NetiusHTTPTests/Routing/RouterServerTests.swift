import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Router: in a server", .timeLimit(.minutes(2)))
struct RouterServerTests {
    private static func handler() -> HTTPServer.Handler {
        var router = Router()
        router.add("GET /", "GET /users/{id}", "POST /users/{id}/{path...}", "GET /a/")
        router.get("/fail/{id}") { .ok("\(try $0.parameters.require("id", as: Int.self))") }
        router.get("/wrong") { .ok(try $0.parameters.require("id")) }
        router.redirectsTrailingSlash = true
        return router.handler
    }

    @Test("Requests of one connection have each their own route and parameters", arguments: TransportMode.allCases)
    func keepAlive(mode: TransportMode) async throws {
        let lines: [(String, Int, String)] = [
            ("GET /users/7", 200, "/users/{id} id=7"), ("GET /", 200, "/"),
            ("POST /users/8/x/y", 200, "/users/{id}/{path...} id=8 path=x/y"), ("GET /none", 404, "404 Not Found\n"),
            ("GET http://h/users/%39", 200, "/users/{id} id=9"), ("DELETE /", 405, "405 Method Not Allowed\n"),
            ("GET /a", 308, "308 Permanent Redirect\n"), ("GET /users/../x", 400, "400 Bad Request\n"),
            ("OPTIONS *", 204, ""), ("GET /fail/1", 200, "1"), ("GET /fail/x", 404, "404 Not Found\n"),
            ("GET /wrong", 500, "500 Internal Server Error\n"), ("GET /users/1", 200, "/users/{id} id=1"),
        ]
        try await withServer(in: mode, handler: Self.handler()) { server in
            let client = try await server.connect()
            for _ in 0..<3 {
                try await client.send(lines.map { "\($0.0) HTTP/1.1\r\nHost: h\r\n\r\n" }.joined())
                for (line, status, text) in lines {
                    let response = try await client.response()
                    #expect(response.status == status, "\(line)")
                    #expect(response.text == text, "\(line)")
                }
            }
            await client.close()
            let said = server.log.records.map(\.message)
            #expect(said.filter { $0.contains("the route /wrong has no parameter named id") }.count == 3)
        }
    }

    @Test("HEAD has the fields of GET and no content, and CONNECT no tunnel", arguments: TransportMode.allCases)
    func headAndConnect(mode: TransportMode) async throws {
        try await withServer(in: mode, handler: Self.handler()) { server in
            let head = try await server.respond("HEAD /users/7 HTTP/1.1\r\nHost: h\r\n\r\n", to: "HEAD")
            #expect(head.status == 200)
            #expect(head["Content-Length"] == "16")
            #expect(try await server.respond("CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n\r\n").status == 501)
        }
    }

    @Test("What surrounds the router sees which route it took", arguments: TransportMode.allCases)
    func routeOutside(mode: TransportMode) async throws {
        let routes = Box<[String?]>([])
        let handler = Self.handler()
        let around: HTTPServer.Handler = { request in
            let response = try await handler(request)
            routes.value.append(request.route)
            return response
        }
        try await withServer(in: mode, handler: around) { server in
            for path in ["/users/7", "/none", "/"] {
                _ = try await server.respond("GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n")
            }
        }
        #expect(routes.value == ["/users/{id}", nil, "/"])
    }
}
