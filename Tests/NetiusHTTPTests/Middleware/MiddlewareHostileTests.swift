import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("All middleware: hostile requests", .serialized, .timeLimit(.minutes(5)))
struct MiddlewareHostileTests {
    /// Everything at once, around a handler that reads its body and answers as it is told.
    private static func chain() throws -> HTTPServer.Handler {
        var cors = HTTPCORS()
        cors.origins = .only(["https://a.example"])
        cors.allowsCredentials = true
        var decompression = HTTPDecompression()
        decompression.maximumSize = 100_000
        let local = try IPNetworkSet(parsing: ["127.0.0.0/8"])
        let denied = try IPNetworkSet(parsing: ["6.6.6.0/24"])
        let middleware: [HTTPMiddleware] = [
            .requestID(trusting: local), .trustedProxies(local), .cors(cors), .accessList(deny: denied),
            .rateLimit(1_000_000, per: .seconds(1)), .deadline(.seconds(60)), .compression(),
            .decompression(decompression),
        ]
        let secret = HTTPMiddleware.basicAuthentication(user: "user", password: "password")({ _ in .ok("secret") })
        return middleware({ request in
            if request.path == "/secret" { return try await secret(request) }
            let body = try await request.body.collect(upTo: 1 << 20)
            let content = body + CodedSamples.text
            let fields: HTTPFields = [.contentType: "text/plain", .eTag: "\"a\""]
            switch request.path {
            case "/stream":
                return HTTPResponse(.ok, headerFields: fields) { writer in try await writer.write(content) }
            case "/none": return HTTPResponse(status: .noContent)
            case "/304": return HTTPResponse(status: .notModified, headerFields: fields)
            case "/error": throw HTTPError(.conflict)
            default: return HTTPResponse(status: .ok, headerFields: fields, body: .bytes(content))
            }
        })
    }

    private static let names = [
        "Accept-Encoding", "Content-Encoding", "Origin", "Access-Control-Request-Method", "If-None-Match",
        "Access-Control-Request-Headers", "X-Request-ID", "Accept-Encoding", "Content-Encoding", "Vary", "Range",
        "Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Authorization",
    ]

    private static let values = [
        "gzip", "deflate", "gzip, deflate", "x-gzip", "identity", "*", "*;q=0", "gzip;q=", "gzip;q=9", ";q=1", ",,,",
        "gzip;q=0.5;q=1", "\"", "\"\\", "gzip;x=\",\"", "", "br", "https://a.example", "null", "W/\"a\", \"b", "PUT",
        "for=6.6.6.6", "for=\"[::1]:80\";proto=https", "for=\"", "6.6.6.6", "1.2.3.4, 127.0.0.1",
        "Basic dXNlcjpwYXNzd29yZA==",
        "Basic dXNlcjo=", "Basic", "basic ====", "Bearer x",
        "a, b, c", "\t", "\u{E9}\u{F1}", String(repeating: "gzip,", count: 500), String(repeating: "a", count: 5000),
    ]

    private static func request(_ random: inout SeededGenerator) -> (head: String, body: [UInt8], method: String) {
        let method = ["GET", "HEAD", "POST", "OPTIONS", "PUT"].randomElement(using: &random) ?? "GET"
        let path = ["/", "/stream", "/none", "/304", "/error", "/secret"].randomElement(using: &random) ?? "/"
        var head = "\(method) \(path) HTTP/1.1\r\nHost: h\r\n"
        for _ in 0..<Int.random(in: 0...5, using: &random) {
            let name = names.randomElement(using: &random) ?? "A"
            head += "\(name): \(values.randomElement(using: &random) ?? "")\r\n"
        }
        var body: [UInt8] = []
        if method != "GET", Bool.random(using: &random) {
            body = coded(CodedSamples.text)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: body = coded(body, .deflate)
            case 1: body.removeLast(Int.random(in: 0...body.count, using: &random))
            case 2: body[Int.random(in: 0..<body.count, using: &random)] ^= 8
            default: break
            }
        }
        return (head + "Content-Length: \(body.count)\r\n\r\n", body, method)
    }

    @Test(
        "Every request is answered, with what fits it, and the connection goes on", arguments: 0..<4,
        TransportMode.allCases)
    func random(seed: UInt64, mode: TransportMode) async throws {
        var random = SeededGenerator(seed: seed + 100)
        try await withServer(in: mode, handler: try Self.chain()) { server in
            let client = try await server.connect()
            for round in 0..<800 {
                let (head, body, method) = Self.request(&random)
                try await client.send(Array(head.utf8) + body)
                let response = try await client.response(to: method)
                let what: Comment = "seed \(seed), round \(round): \(head)"
                #expect([200, 204, 304, 400, 401, 403, 409, 413, 415].contains(response.status), what)
                try Self.check(response, to: head, method, what)
            }
            await client.close()
            #expect(server.log.records(.error).isEmpty)
        }
    }

    /// What must hold of any response.
    private static func check(_ response: RawResponse, to head: String, _ method: String, _ what: Comment) throws {
        #expect(response.values("X-Request-ID").count == 1, what)
        for name in ["Vary", "ETag", "Content-Encoding", "Access-Control-Allow-Origin"] {
            #expect(response.values(name).count <= 1, what)
        }
        if let origin = response["Access-Control-Allow-Origin"] {
            #expect(origin == "https://a.example" && head.contains("Origin: https://a.example\r\n"), what)
        }
        guard let name = response["Content-Encoding"] else { return }
        let coding = try #require(HTTPContentCoding(name: name), what)
        #expect(response["Vary"]?.contains("Accept-Encoding") == true, what)
        #expect(response["ETag"] == "W/\"a\"", what)
        guard method != "HEAD" else { return }
        #expect(try decoded(response.body, coding).suffix(CodedSamples.text.count) == CodedSamples.text[...], what)
    }
}
