import Testing

@testable import NetiusHTTP

@Suite("Client: redirects")
struct HTTPRedirectTests {
    private static func request(
        _ method: HTTPRequest.Method = .get, _ url: String = "https://a.example/b?c", fields: HTTPFields = [:],
        hasBody: Bool = false
    ) throws -> HTTPRedirect {
        HTTPRedirect(method: method, url: try HTTPURL(parsing: url), fields: fields, keepsBody: hasBody)
    }

    private static func follow(
        _ request: HTTPRedirect, status: Int = 302, location: String?, policy: HTTPRedirectPolicy = .follow(),
        isReplayable: Bool = true, history: [String] = []
    ) throws -> HTTPRedirect? {
        var fields = HTTPFields()
        if let location { fields.append(.location, location) }
        return try policy.redirect(
            after: HTTPResponse.Status(code: status), fields, to: request, isReplayable: isReplayable,
            history: try history.map { try HTTPURL(parsing: $0) })
    }

    @Test(
        "What becomes of method and content",
        arguments: [
            (301, "GET", "GET"), (302, "GET", "GET"), (303, "GET", "GET"), (307, "GET", "GET"), (308, "GET", "GET"),
            (301, "HEAD", "HEAD"), (303, "HEAD", "HEAD"), (307, "HEAD", "HEAD"),
            (301, "POST", "GET"), (302, "POST", "GET"), (303, "POST", "GET"), (307, "POST", "POST"),
            (308, "POST", "POST"),
            (301, "PUT", "PUT"), (302, "DELETE", "DELETE"), (303, "PUT", "GET"), (303, "DELETE", "GET"),
            (307, "PATCH", "PATCH"),
        ])
    func methods(status: Int, before: String, after: String) throws {
        let hasBody = !["GET", "HEAD"].contains(before)
        let method = try #require(HTTPRequest.Method(before))
        let fields: HTTPFields = [
            .contentType: "text/plain", .contentLength: "5", .transferEncoding: "chunked", .expect: "100-continue",
            .accept: "*/*", .trailer: "X", .contentLanguage: "de",
        ]
        let request = try Self.request(method, fields: fields, hasBody: hasBody)
        let next = try #require(try Self.follow(request, status: status, location: "/d"))
        #expect(next.method.rawValue == after)
        #expect(next.url.absoluteString == "https://a.example/d")
        #expect(next.keepsBody == (hasBody && before == after))
        #expect(next.fields == (before == after ? fields : [.accept: "*/*"]))
    }

    @Test("Content that cannot be sent again ends at 307 and 308, and matters nowhere else")
    func replaying() throws {
        let post = try Self.request(.post, hasBody: true)
        for status in [307, 308] {
            #expect(throws: HTTPRedirectError.bodyNotReplayable) {
                try Self.follow(post, status: status, location: "/d", isReplayable: false)
            }
        }
        #expect(try Self.follow(post, status: 303, location: "/d", isReplayable: false)?.method == .get)
        let empty = try Self.request(.post)
        #expect(try Self.follow(empty, status: 307, location: "/d", isReplayable: false)?.method == .post)
    }

    @Test("Other statuses, a missing location and the policy of none hand out the response")
    func handedOut() throws {
        let get = try Self.request()
        for status in [200, 201, 300, 304, 305, 306, 309, 400] {
            #expect(try Self.follow(get, status: status, location: "/d") == nil)
        }
        #expect(try Self.follow(get, location: nil) == nil)
        #expect(try Self.follow(get, location: "/d", policy: .none) == nil)
        #expect(try Self.follow(get, location: "/d", policy: .follow(maximum: -1)) == nil)
    }

    @Test(
        "Another origin learns no secrets",
        arguments: [
            ("/d", true), ("https://a.example:443/d", true), ("//A.example/d", true),
            ("https://b.example/d", false), ("https://a.example:444/d", false), ("https://a.example./d", false),
            ("https://x.a.example/d", false),
        ])
    func secrets(location: String, isKept: Bool) throws {
        let fields: HTTPFields = [
            .authorization: "Basic x", .cookie: "a=b", .proxyAuthorization: "Basic y", .host: "c", .accept: "d",
        ]
        let request = try Self.request(.get, "https://u:p@a.example/b", fields: fields)
        let next = try #require(try Self.follow(request, location: location))
        #expect(next.fields == (isKept ? fields : [.accept: "d"]))
        #expect(next.url.user == (isKept ? "u" : nil))
        #expect(next.url.password == (isKept ? "p" : nil))
    }

    @Test("User and password of a location are not used")
    func userOfLocation() throws {
        let plain = try Self.request()
        #expect(try Self.follow(plain, location: "https://evil:x@a.example/")?.url.user == nil)
        #expect(try Self.follow(plain, location: "https://evil:x@b.example/")?.url.user == nil)
        let own = try Self.request(.get, "https://u:p@a.example/")
        #expect(try Self.follow(own, location: "https://evil:x@a.example/d")?.url.password == "p")
    }

    @Test("Encryption is not given up unless that is allowed, and always taken")
    func downgrades() throws {
        let secure = try Self.request()
        let url = try HTTPURL(parsing: "http://a.example/")
        #expect(throws: HTTPRedirectError.downgrade(url)) { try Self.follow(secure, location: "http://a.example/") }
        let allowed = HTTPRedirectPolicy.follow(allowsDowngrade: true)
        #expect(try Self.follow(secure, location: "http://a.example/", policy: allowed)?.url == url)
        let plain = try Self.request(.get, "http://a.example/", fields: [.authorization: "x"])
        let next = try Self.follow(plain, location: "https://a.example/")
        #expect(next?.url.scheme == .https)
        #expect(next?.fields.isEmpty == true)
    }

    @Test("A fragment is inherited unless the location has one")
    func fragments() throws {
        let request = try Self.request(.get, "https://a.example/#old")
        #expect(try Self.follow(request, location: "/d")?.url.fragment == "old")
        #expect(try Self.follow(request, location: "/d#new")?.url.fragment == "new")
    }

    @Test("Only so many are followed")
    func maximum() throws {
        let history = (0..<10).map { "https://a.example/\($0)" }
        let request = try Self.request()
        #expect(try Self.follow(request, location: "/d", history: history.dropLast()) != nil)
        #expect(throws: HTTPRedirectError.tooMany(10)) {
            try Self.follow(request, location: "/d", history: history)
        }
        #expect(throws: HTTPRedirectError.tooMany(1)) {
            try Self.follow(request, location: "/d", policy: .follow(maximum: 1), history: [history[0]])
        }
    }

    @Test("A URL is asked for twice, as after a cookie was set, and not a third time")
    func cycles() throws {
        let request = try Self.request(.get, "https://a.example/b")
        #expect(try Self.follow(request, location: "/b") != nil)
        #expect(try Self.follow(request, location: "/b#x") != nil)
        #expect(try Self.follow(request, location: "/c", history: ["https://a.example/c"]) != nil)
        let again = HTTPRedirectError.cycle(request.url)
        #expect(throws: again) { try Self.follow(request, location: "/b", history: ["https://a.example/b"]) }
        #expect(throws: again) {
            try Self.follow(
                request, location: "", history: ["https://a.example/b", "https://a.example/c", "https://a.example/d"])
        }
        let other = try Self.request(.get, "https://a.example/c")
        let history = ["https://a.example/b", "https://a.example/c", "https://a.example/b#y"]
        #expect(throws: again) { try Self.follow(other, location: "/b", history: history) }
    }

    @Test("What leads elsewhere than to a host is refused")
    func targets() throws {
        let request = try Self.request(.get, "http://a.example/")
        for location in ["unix:/run/docker.sock:/x", "http+unix://%2Frun%2Fdocker.sock/"] {
            #expect(throws: HTTPRedirectError.self) { try Self.follow(request, location: location) }
        }
        #expect(throws: HTTPRedirectError.invalidLocation(.unsupportedScheme("ftp"))) {
            try Self.follow(request, location: "ftp://a/")
        }
        #expect(throws: HTTPRedirectError.invalidLocation(.missingHost)) { try Self.follow(request, location: "//") }
        let socket = try Self.request(.get, "unix:/run/a:/b", fields: [.cookie: "a"])
        #expect(try Self.follow(socket, location: "/c")?.url.absoluteString == "http+unix://%2Frun%2Fa/c")
        #expect(try Self.follow(socket, location: "/c")?.fields.count == 1)
        #expect(throws: HTTPRedirectError.self) { try Self.follow(socket, location: "unix:/run/b") }
        #expect(try Self.follow(socket, location: "http://localhost/")?.fields.isEmpty == true)
    }

    @Test("Several locations are none, unless they agree")
    func severalLocations() throws {
        let request = try Self.request()
        let policy = HTTPRedirectPolicy.follow()
        func next(_ locations: [String]) throws -> HTTPRedirect? {
            let fields = HTTPFields(locations.map { HTTPField(name: .location, value: $0) })
            return try policy.redirect(after: .found, fields, to: request, isReplayable: true, history: [])
        }
        #expect(try next(["/a", "/a"]) != nil)
        #expect(throws: HTTPRedirectError.invalidLocation(nil)) { try next(["/a", "/b"]) }
    }

    @Test("A location in any encoding is percent-encoded as it is")
    func encodings() throws {
        #expect(try HTTPURL(parsing: "http://a/").resolving([0x2F, 0xE9].span).absoluteString == "http://a/%E9")
        let next = try Self.follow(try Self.request(), location: "/é b")
        #expect(next?.url.path == "/%C3%A9%20b")
    }

    @Test("What goes wrong is one line without a password")
    func descriptions() throws {
        let url = try HTTPURL(parsing: "http://u:secret@a.example/")
        let errors: [HTTPRedirectError] = [
            .tooMany(3), .cycle(url), .downgrade(url), .socket(url), .invalidLocation(nil), .invalidLocation(.tooLong),
            .bodyNotReplayable,
        ]
        for error in errors { #expect(!error.description.contains("secret") && !error.description.contains("\n")) }
    }

    @Test("Any location is followed or refused, and a secret stays at its origin", arguments: 0..<4)
    func random(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed) + 530)
        let request = try Self.request(.get, "http://u:p@a/b", fields: [.authorization: "x"])
        for _ in 0..<5_000 {
            let location = HTTPURLFuzzTests.text(&generator)
            guard let next = try? Self.follow(request, location: location) else { continue }
            let isSame = next.url.origin == request.url.origin
            guard next.fields.isEmpty == !isSame, (next.url.password == nil) == !isSame else {
                Issue.record("seed \(seed): \(location.debugDescription) \(next)")
                return
            }
        }
    }
}
