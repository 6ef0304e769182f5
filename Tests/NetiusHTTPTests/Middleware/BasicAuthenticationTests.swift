import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Middleware: Basic authentication", .timeLimit(.minutes(2)))
struct BasicAuthenticationTests {
    private static let pair = HTTPMiddleware.basicAuthentication(realm: "staff", user: "frank", password: "s\u{E9}cret")

    @Sendable private static func greet(_ request: HTTPRequest) -> HTTPResponse {
        .ok("hello \(request.user ?? "nil")")
    }

    private func request(_ authorization: String? = nil) -> HTTPRequest {
        var fields: HTTPFields = [.host: "a"]
        if let authorization { fields[.authorization] = authorization }
        return HTTPRequest(method: .get, scheme: "http", authority: "a", path: "/", headerFields: fields)
    }

    private func basic(_ text: String) -> String { "Basic " + Data(text.utf8).base64EncodedString() }

    @Test("The right pair is let in, and its user is the request's")
    func right() async throws {
        let request = request(basic("frank:s\u{E9}cret"))
        let response = try await Self.pair { Self.greet($0) }(request)
        #expect(response.status == .ok)
        #expect(String(decoding: try await response.body.collect(upTo: 100), as: UTF8.self) == "hello frank")
        #expect(request.user == "frank")
    }

    @Test(
        "Everything else is challenged, and its handler is not called",
        arguments: [
            nil, "frank:secret", "frank:", "frank:s\u{E9}cret ", "frank:s\u{E9}cre", "Frank:s\u{E9}cret",
            ":s\u{E9}cret",
            "frank", "", ":", "frank:se\u{301}cret", "frank:s\u{E9}cret\0",
        ] as [String?])
    func wrong(credentials: String?) async throws {
        let request = request(credentials.map(basic))
        let response = try await withLog(Log(sink: RecordingLogSink())) {
            try await Self.pair { _ in
                Issue.record("called")
                return .ok("")
            }(request)
        }
        #expect(response.status == .unauthorized)
        #expect(response.headerFields[values: .wwwAuthenticate] == ["Basic realm=\"staff\", charset=\"UTF-8\""])
        #expect(request.user == nil)
    }

    @Test(
        "The realm is a quoted string, whatever is in it",
        arguments: [
            ("a b", "a b"), ("a\"b", "a\\\"b"), ("a\\b", "a\\\\b"), ("a\r\nSet-Cookie: x=1", "a  Set-Cookie: x=1"),
        ])
    func realm(realm: String, quoted: String) async throws {
        let middleware = HTTPMiddleware.basicAuthentication(realm: realm, user: "a", password: "b")
        let response = try await middleware { _ in .ok("") }(request())
        #expect(response.headerFields[.wwwAuthenticate] == "Basic realm=\"\(quoted)\", charset=\"UTF-8\"")
    }

    @Test("A closure decides, and what it throws passes")
    func closure() async throws {
        let middleware = HTTPMiddleware.basicAuthentication { user, password in
            if user == "broken" { throw HTTPError(.badGateway) }
            if user == "busy" { throw BlockingPoolError.queueFull }
            return user == password
        }
        let handler = middleware { Self.greet($0) }
        #expect(try await handler(request(basic("a:a"))).status == .ok)
        let wrong = try await withLog(Log(sink: RecordingLogSink())) { try await handler(request(basic("a:b"))) }
        #expect(wrong.status == .unauthorized)
        let busy = try await handler(request(basic("busy:")))
        #expect(busy.status == .serviceUnavailable && busy.headerFields[.retryAfter] == "1")
        await #expect(throws: HTTPError.self) { try await handler(request(basic("broken:"))) }
    }

    @Test("curl and Python's requests log in, and are told when they may not")
    func peers() async throws {
        try await withServer(handler: Self.pair { Self.greet($0) }) { server in
            let url = "http://\(server.address)/"
            if let curl = ChildProcess("curl") {
                let options = ["-sS", "-m", "30", "--noproxy", "*", "-w", " %{http_code}"]
                let right = try await curl.run(options + ["-u", "frank:s\u{E9}cret", url])
                #expect(right.output == "hello frank 200", "\(right.errors)")
                let negotiated = try await curl.run(options + ["--anyauth", "-u", "frank:s\u{E9}cret", url])
                #expect(negotiated.output.hasSuffix("hello frank 200"), "\(negotiated.errors)")
                #expect(try await curl.run(options + ["-u", "frank:wrong", url]).output == "401 Unauthorized\n 401")
                #expect(try await curl.run(options + [url]).output == "401 Unauthorized\n 401")
            }
            if let python = ChildProcess("python3") {
                let script = """
                    import sys
                    try:
                        import requests
                    except ImportError:
                        print("fine"); sys.exit()
                    session = requests.Session(); session.trust_env = False
                    url = sys.argv[1]
                    right = session.get(url, auth=("frank", "s\\u00e9cret".encode()), timeout=20)
                    assert right.status_code == 200 and right.text == "hello frank", right.text
                    wrong = session.get(url, auth=("frank", "secret"), timeout=20)
                    assert wrong.status_code == 401
                    assert wrong.headers["WWW-Authenticate"] == 'Basic realm="staff", charset="UTF-8"'
                    assert session.get(url, timeout=20).status_code == 401
                    print("fine")
                    """
                let result = try await python.run(["-c", script, url])
                #expect(result.output == "fine\n", "\(result.errors)")
            }
            let failures = server.log.records(.notice)
            #expect(failures.count >= 1)
            #expect(failures.allSatisfy { $0.metadata["address"] == "127.0.0.1" && $0.metadata["user"] == "frank" })
            #expect(!failures.contains { "\($0)".contains("wrong\"") || "\($0)".contains("cret") })
        }
    }

    @Test(
        "A password file lets its users in, on one connection, and shuts out who was removed",
        arguments: TransportMode.allCases)
    func passwordFile(mode: TransportMode) async throws {
        guard let htpasswd = ChildProcess("htpasswd") else { return }
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("users-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try await htpasswd.run(["-c", "-b", "-B", path, "frank", "secret"]).status == 0)
        let file = try PasswordFile(path: path)
        let middleware = HTTPMiddleware.basicAuthentication(passwordFile: file)
        try await withServer(in: mode, handler: middleware { Self.greet($0) }) { server in
            let client = try await server.connect()
            func status(_ credentials: String) async throws -> Int {
                try await client.send("GET / HTTP/1.1\r\nHost: a\r\nAuthorization: \(basic(credentials))\r\n\r\n")
                return try await client.response().status
            }
            for _ in 0..<20 { #expect(try await status("frank:secret") == 200) }
            #expect(try await status("frank:wrong") == 401)
            #expect(try await status("jane:secret") == 401)
            #expect(file.cachedCount == 1)
            #expect(try await htpasswd.run(["-D", path, "frank"]).status == 0)
            try await eventually("frank is out") { try await status("frank:secret") == 401 }
            await client.close()
        }
    }

    @Test("Hostile credentials are answered with 401, and the connection goes on", arguments: TransportMode.allCases)
    func hostile(mode: TransportMode) async throws {
        try await withServer(in: mode, handler: Self.pair { Self.greet($0) }) { server in
            let client = try await server.connect()
            for value in [
                "Basic", "Basic ====", "Basic \(String(repeating: "A", count: 20_000))", "Basic \u{FF}", "basic YTpi,",
                "Bearer x", "", "Negotiate", basic("frank:s\u{E9}cret") + "\r\nAuthorization: Basic YTpi",
            ] {
                try await client.send("GET / HTTP/1.1\r\nHost: a\r\nAuthorization: \(value)\r\n\r\n")
                #expect(try await client.response().status == 401)
            }
            try await client.send(
                "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: \(basic("frank:s\u{E9}cret"))\r\n\r\n")
            #expect(try await client.response().text == "hello frank")
            await client.close()
        }
    }
}
