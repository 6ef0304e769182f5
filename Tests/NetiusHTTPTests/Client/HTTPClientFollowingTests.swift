import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP client: redirects, cookies, credentials", .timeLimit(.minutes(5)))
struct HTTPClientFollowingTests {
    @Test("Redirects are followed, with or without the content, and told", arguments: TransportMode.allCases)
    func redirects(mode: TransportMode) async throws {
        try await withServer(in: mode) { request in
            let body = try await request.body.text(upTo: 99)
            switch request.path {
            case "/307": return HTTPResponse(status: .temporaryRedirect, headerFields: [.location: "/303"])
            case "/303": return HTTPResponse(status: .seeOther, headerFields: [.location: "end?x"])
            default:
                return .ok(
                    "\(request.method) \(request.path ?? "") \(body) \(request.headerFields[.contentType] ?? "-")")
            }
        } _: { server async throws in
            let url = server.url()
            try await withClient(in: mode) { client async throws in
                let response = try await client.post(
                    url + "/307#f", headerFields: [.contentType: "a/b"], body: .text("hi"))
                #expect(try await response.body.text(upTo: 99) == "GET /end?x  -")
                #expect(response.url.absoluteString == url + "/end?x#f")
                #expect(response.history.map(\.path) == ["/307", "/303"])
            }
            try await withClient(in: mode, { $0.redirects = .none }) { client async throws in
                #expect(try await client.get(url + "/307").status == .temporaryRedirect)
            }
        }
    }

    @Test("What is meant for one origin is not told to another", arguments: TransportMode.allCases)
    func otherOrigin(mode: TransportMode) async throws {
        try await withServer(in: mode) { request in
            .ok("\(request.headerFields[.authorization] ?? "-") \(request.headerFields[.cookie] ?? "-")")
        } _: { other async throws in
            try await withServer(in: mode) { _ in
                HTTPResponse(status: .found, headerFields: [.location: other.url("/")])
            } _: { server async throws in
                try await withClient(in: mode) { client async throws in
                    let response = try await client.get(
                        "\(mode.scheme)://me:secret@127.0.0.1:\(server.port)/",
                        headerFields: [.authorization: "Bearer x", .cookie: "a=b"])
                    #expect(try await response.body.text(upTo: 99) == "- -")
                }
            }
        }
    }

    @Test("Cookies are kept and given back", arguments: TransportMode.allCases)
    func cookies(mode: TransportMode) async throws {
        let jar = HTTPCookieJar()
        try await withServer(in: mode) { request in
            if request.path == "/set" {
                return HTTPResponse(status: .found, headerFields: [.setCookie: "a=1", .location: "/"])
            }
            return .ok(request.headerFields[.cookie] ?? "-")
        } _: { server async throws in
            let url = server.url()
            try await withClient(in: mode, { $0.cookies = jar }) { client async throws in
                #expect(try await client.get(url).body.text(upTo: 9) == "-")
                #expect(try await client.get(url + "/set").body.text(upTo: 9) == "a=1")
                #expect(try await client.get(url).body.text(upTo: 9) == "a=1")
                #expect(try await client.get(url, headerFields: [.cookie: "b=2"]).body.text(upTo: 9) == "b=2")
            }
        }
    }

    @Test("Basic credentials go with the request, of the URL or of the origin", arguments: TransportMode.allCases)
    func basic(mode: TransportMode) async throws {
        try await withServer(in: mode) {
            .ok($0.headerFields[.authorization] ?? "-")
        } _: { server async throws in
            let url = try HTTPURL(parsing: server.url("/"))
            try await withClient(in: mode, { $0.credentials = [url.origin: .bearer("token")] }) { client async throws in
                #expect(try await client.execute(.get, url).body.text(upTo: 99) == "Bearer token")
                let withUser = try await client.get("\(mode.scheme)://me:pw@127.0.0.1:\(server.port)/")
                #expect(try await withUser.body.text(upTo: 99) == "Basic bWU6cHc=")
                let own = try await client.get(url.description, headerFields: [.authorization: "own"])
                #expect(try await own.body.text(upTo: 99) == "own")
                let other = try await client.get("\(mode.scheme)://localhost:\(server.port)/")
                #expect(try await other.body.text(upTo: 99) == "-")
            }
        }
    }

    @Test(
        "A digest is made when the server asks for it, and from then on sent ahead", arguments: TransportMode.allCases)
    func digest(mode: TransportMode) async throws {
        let asked = Box(0)
        try await withServer(in: mode) { request in
            guard let field = request.headerFields[.authorization], field.hasPrefix("Digest "),
                field.contains("username=\"me\""), field.contains("uri=\"\(request.path ?? "")\"")
            else {
                asked.value += 1
                return HTTPResponse(
                    status: .unauthorized,
                    headerFields: [.wwwAuthenticate: "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256"]
                )
            }
            return .ok("in \(field.contains("nc=00000002"))")
        } _: { server async throws in
            let url = try HTTPURL(parsing: server.url("/a?b"))
            try await withClient(in: mode, { $0.credentials = [url.origin: .digest(user: "me", password: "pw")] }) {
                client async throws in
                let body = HTTPRequestBody.text("content")
                #expect(try await client.execute(.post, url, body: body).body.text(upTo: 9) == "in false")
                #expect(try await client.execute(.post, url, body: body).body.text(upTo: 9) == "in true")
                #expect(asked.value == 1)
            }
            // Refused, it is not tried for ever.
            try await withClient(in: mode, { $0.credentials = [url.origin: .digest(user: "you", password: "pw")] }) {
                client async throws in
                #expect(try await client.execute(.get, url).status == .unauthorized)
            }
        }
    }
}
