import Netius
import Testing

@testable import NetiusHTTP

@Suite("Request identifiers", .timeLimit(.minutes(2)))
struct RequestIDTests {
    private static func handler(trusting networks: [String] = []) throws -> HTTPServer.Handler {
        try HTTPMiddleware.requestID(trusting: IPNetworkSet(parsing: networks))({ request in
            switch request.path {
            case "/missing": throw HTTPError(.notFound, message: "not here")
            default: return .ok(request.id ?? "none")
            }
        })
    }

    private static func request(_ fields: String = "", path: String = "/") -> String {
        "GET \(path) HTTP/1.1\r\nHost: h\r\n\(fields)\r\n"
    }

    @Test("Each request has its own, which the handler and the client see", arguments: TransportMode.allCases)
    func random(mode: TransportMode) async throws {
        try await withServer(in: mode, handler: Self.handler()) { server in
            let client = try await server.connect()
            var seen: Set<String> = []
            for _ in 0..<20 {
                try await client.send(Self.request())
                let response = try await client.response()
                #expect(response["X-Request-ID"] == response.text)
                #expect(response.text.count == 32)
                #expect(response.text.allSatisfy { "0123456789abcdef".contains($0) })
                seen.insert(response.text)
            }
            #expect(seen.count == 20)
            await client.close()
        }
    }

    @Test(
        "A peer that is not trusted cannot choose it", arguments: [[], ["192.0.2.0/24", "::/0"]], TransportMode.allCases
    )
    func untrusted(networks: [String], mode: TransportMode) async throws {
        try await withServer(in: mode, handler: Self.handler(trusting: networks)) { server in
            let response = try await server.respond(Self.request("X-Request-ID: chosen\r\n"))
            #expect(response["X-Request-ID"] == response.text)
            #expect(response.text.count == 32)
        }
    }

    @Test(
        "One that is trusted can, within bounds",
        arguments: [
            ("X-Request-ID: abc-123_x.y:z+/=@\r\n", "abc-123_x.y:z+/=@"),
            ("x-request-id:  7 \r\n", "7"),
            (
                "X-Request-ID: \(String(repeating: "a", count: 128))\r\n",
                String(repeating: "a", count: 128)
            ),
            ("X-Request-ID: \(String(repeating: "a", count: 129))\r\n", nil), ("X-Request-ID:\r\n", nil),
            ("X-Request-ID: a b\r\n", nil), ("X-Request-ID: a,b\r\n", nil), ("X-Request-ID: \"a\"\r\n", nil),
            ("X-Request-ID: a\u{E9}\r\n", nil), ("X-Request-ID: a\r\nX-Request-ID: a\r\n", nil), ("", nil),
        ] as [(fields: String, expected: String?)], TransportMode.allCases)
    func trusted(example: (fields: String, expected: String?), mode: TransportMode) async throws {
        try await withServer(in: mode, handler: Self.handler(trusting: ["127.0.0.0/8"])) { server in
            let response = try await server.respond(Self.request(example.fields))
            #expect(response["X-Request-ID"] == response.text)
            if let expected = example.expected {
                #expect(response.text == expected)
            } else {
                #expect(response.text.count == 32)
            }
        }
    }

    @Test("It is on a response that an error came to", arguments: TransportMode.allCases)
    func errors(mode: TransportMode) async throws {
        try await withServer(in: mode, handler: Self.handler(trusting: ["127.0.0.1"])) { server in
            let response = try await server.respond(Self.request("X-Request-ID: 1\r\n", path: "/missing"))
            #expect(response.status == 404)
            #expect(response.text == "not here\n")
            #expect(response["X-Request-ID"] == "1")
        }
    }

    @Test("Over a Unix domain socket the peer is trusted")
    func unix() async throws {
        let path = "/tmp/netius-\(UInt64.random(in: 0 ... .max)).socket"
        try await withServer(at: .unix(path: path), handler: Self.handler()) { server in
            let response = try await server.respond(Self.request("X-Request-ID: 1\r\n"))
            #expect(response.text == "1")
        }
    }

    @Test("A request that was made here has one too")
    func local() async throws {
        let request = HTTPRequest(
            method: .get, scheme: nil, authority: nil, path: "/", headerFields: [.xRequestID: "chosen"])
        let response = try await Self.handler(trusting: ["0.0.0.0/0", "::/0"])(request)
        #expect(response.headerFields[.xRequestID] == request.id)
        #expect(request.id?.count == 32)
    }
}
