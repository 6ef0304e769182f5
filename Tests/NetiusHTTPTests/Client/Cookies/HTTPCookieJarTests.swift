import Netius
import Testing

@testable import NetiusHTTP

@Suite("Cookie jar")
struct HTTPCookieJarTests {
    /// A jar with a clock of its own.
    struct TestJar {
        let clock = Guarded<Int64>(1_000_000)
        let jar: HTTPCookieJar

        init(limits: HTTPCookieJar.Limits = .init(), isPublicSuffix: @escaping @Sendable (String) -> Bool) {
            let clock = clock
            jar = HTTPCookieJar(limits: limits, isPublicSuffix: isPublicSuffix) {
                Timestamp(seconds: clock.withLock { $0 })
            }
        }

        init(limits: HTTPCookieJar.Limits = .init()) {
            let clock = clock
            jar = HTTPCookieJar(limits: limits, now: { Timestamp(seconds: clock.withLock { $0 }) })
        }

        func pass(_ seconds: Int64) { clock.withLock { $0 += seconds } }

        func set(_ cookies: String..., from url: String) throws {
            let fields = HTTPFields(cookies.map { HTTPField(name: .setCookie, value: $0) })
            jar.setCookies(fields, from: try HTTPURL(parsing: url))
        }

        func sent(_ url: String) throws -> String? { jar.fieldValue(for: try HTTPURL(parsing: url)) }
    }

    @Test("A cookie goes back to its host alone, unless it names a domain")
    func domains() throws {
        let jar = TestJar()
        try jar.set("host=1", "all=2; Domain=example.com", from: "https://www.example.com/")
        #expect(try jar.sent("https://www.example.com/") == "host=1; all=2")
        #expect(try jar.sent("https://example.com/") == "all=2")
        #expect(try jar.sent("https://a.b.example.com:8443/") == "all=2")
        #expect(try jar.sent("https://badexample.com/") == nil)
        #expect(try jar.sent("https://x.www.example.com/") == "all=2")
        #expect(try jar.sent("https://com/") == nil)
    }

    @Test("A host sets cookies for itself and domains above it, and no others")
    func foreignDomains() throws {
        let jar = TestJar()
        let rejected = [
            "a=b; Domain=other.com", "a=b; Domain=a.www.example.com", "a=b; Domain=com", "a=b; Domain=.com",
            "a=b; Domain=example.com.", "a=b; Domain=xample.com", "a=b; Domain=example.org", "a=b; Domain=ü.com",
            "a=b; Domain=www..example.com",
        ]
        for cookie in rejected {
            try jar.set(cookie, from: "https://www.example.com/")
            #expect(jar.jar.cookies.isEmpty, "\(cookie)")
        }
        try jar.set("a=b; Domain=0.0.1", from: "http://127.0.0.1/")
        #expect(jar.jar.cookies.isEmpty)
        try jar.set("a=b; Domain=127.0.0.1", from: "http://127.0.0.1/")
        #expect(try jar.sent("http://127.0.0.1/") == "a=b")
        try jar.set("c=d; Domain=localhost", from: "http://localhost/")
        #expect(try jar.sent("http://localhost/") == "c=d")
        #expect(try jar.sent("http://x.localhost/") == nil)
        try jar.set("e=f", from: "http://[::1]/")
        #expect(try jar.sent("http://[0::1]/") == "e=f")
    }

    @Test("What counts as a public suffix is the user's to say")
    func publicSuffixes() throws {
        let lenient = TestJar()
        try lenient.set("a=b; Domain=co.uk", from: "https://a.co.uk/")
        #expect(try lenient.sent("https://b.co.uk/") == "a=b")
        let informed = TestJar(isPublicSuffix: { ["co.uk", "uk", "github.io"].contains($0) })
        try informed.set("a=b; Domain=co.uk", from: "https://a.co.uk/")
        #expect(informed.jar.cookies.isEmpty)
        try informed.set("a=b; Domain=github.io", from: "https://github.io/")
        #expect(try informed.sent("https://github.io/") == "a=b")
        #expect(try informed.sent("https://x.github.io/") == nil)
    }

    @Test(
        "Paths",
        arguments: [
            ("/", "/", true), ("/a", "/a", true), ("/a", "/a/b", true), ("/a", "/ab", false), ("/a/", "/a/b", true),
            ("/a/", "/a", false), ("/a", "/", false), ("/a", "/a?b", true), ("/a", "/A", false),
        ])
    func paths(cookie: String, request: String, isSent: Bool) throws {
        let jar = TestJar()
        try jar.set("a=b; Path=\(cookie)", from: "http://h.example/")
        #expect(try jar.sent("http://h.example\(request)") == (isSent ? "a=b" : nil))
    }

    @Test(
        "A cookie without a path has the folder of what set it",
        arguments: [("/", "/"), ("/a", "/"), ("/a/", "/a"), ("/a/b", "/a"), ("/a/b/c?d/e", "/a/b"), ("//", "/")])
    func defaultPaths(request: String, path: String) throws {
        let jar = TestJar()
        try jar.set("a=b", from: "http://h.example\(request)")
        #expect(jar.jar.cookies.map(\.path) == [path])
        try jar.set("c=d; Path=x", from: "http://h.example\(request)")
        #expect(jar.jar.cookies.map(\.path) == [path, path])
    }

    @Test("Longer paths come first, then older cookies")
    func order() throws {
        let jar = TestJar()
        try jar.set("a=1; Path=/", "b=2; Path=/x", "c=3; Path=/", "d=4; Path=/x", from: "http://h.example/")
        try jar.set("a=5; Path=/", from: "http://h.example/")
        #expect(try jar.sent("http://h.example/x") == "b=2; d=4; a=5; c=3")
        #expect(jar.jar.cookies.map(\.pair) == ["a=5", "b=2", "c=3", "d=4"])
    }

    @Test("A secure cookie is set and sent over TLS, or at this machine")
    func secure() throws {
        let jar = TestJar()
        try jar.set("a=b; Secure", from: "http://h.example/")
        #expect(jar.jar.cookies.isEmpty)
        try jar.set("a=b; Secure", from: "https://h.example/")
        #expect(try jar.sent("http://h.example/") == nil)
        #expect(try jar.sent("https://h.example/") == "a=b")
        for url in ["http://localhost/", "http://x.localhost/", "http://127.0.0.9/", "http://[::1]/", "unix:/run/a"] {
            try jar.set("a=b; Secure", from: url)
            #expect(try jar.sent(url) == "a=b", "\(url)")
        }
    }

    @Test("Over a plain connection nobody replaces or shadows a secure cookie")
    func shadowing() throws {
        let jar = TestJar()
        try jar.set("a=secret; Secure; Domain=h.example; Path=/login", from: "https://h.example/")
        try jar.set("a=x; Path=/login", from: "http://h.example/")
        try jar.set("a=x; Path=/login/y; Domain=h.example", from: "http://w.h.example/")
        try jar.set("a=x; Path=/login", from: "http://w.h.example/")
        #expect(jar.jar.cookies.map(\.pair) == ["a=secret"])
        try jar.set("a=fine; Path=/", from: "http://h.example/")
        try jar.set("b=fine; Path=/login", from: "http://h.example/")
        #expect(jar.jar.cookies.count == 3)
        try jar.set("a=new; Path=/login; Domain=h.example", from: "https://h.example/")
        #expect(try jar.sent("https://h.example/login") == "a=new; b=fine; a=fine")
    }

    @Test(
        "Names that promise something keep it",
        arguments: [
            ("__Secure-a=b; Secure", true), ("__Secure-a=b", false), ("__secure-a=b", false),
            ("__Host-a=b; Secure; Path=/", true), ("__Host-a=b; Secure", false), ("__HOST-a=b; Path=/", false),
            ("__Host-a=b; Secure; Path=/; Domain=h.example", false), ("__Host-a=b; Secure; Path=/x", false),
            ("=__Host-a=b; Secure; Path=/", false), ("__Secure-a", false), ("__SecureX=b", true),
        ])
    func prefixes(cookie: String, isKept: Bool) throws {
        let jar = TestJar()
        try jar.set(cookie, from: "https://h.example/")
        #expect(jar.jar.cookies.count == (isKept ? 1 : 0))
    }

    @Test("Cookies expire, and are removed by one that has")
    func expiry() throws {
        let jar = TestJar()
        try jar.set("a=1; Max-Age=10", "b=2", "c=3; Expires=Mon, 12 Jan 1970 13:47:00 GMT", from: "http://h.example/")
        #expect(try jar.sent("http://h.example/") == "a=1; b=2; c=3")
        jar.pass(10)
        #expect(try jar.sent("http://h.example/") == "b=2; c=3")
        jar.pass(10)
        #expect(try jar.sent("http://h.example/") == "b=2")
        try jar.set("b=; Max-Age=0", from: "http://h.example/")
        #expect(try jar.sent("http://h.example/") == nil)
        try jar.set("d=1; Max-Age=5; Expires=Thu, 01 Jan 1970 00:00:00 GMT", from: "http://h.example/")
        #expect(try jar.sent("http://h.example/") == "d=1")
        try jar.set("d=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", from: "http://h.example/")
        #expect(jar.jar.cookies.isEmpty)
    }

    @Test("No cookie lasts longer than the limit")
    func longest() throws {
        let jar = TestJar()
        try jar.set("a=1; Max-Age=99999999999", "b=2; Expires=Fri, 31 Dec 9999 23:59:59 GMT", from: "http://h.example/")
        #expect(
            jar.jar.cookies.map(\.expires) == Array(repeating: Timestamp(seconds: 1_000_000 + 400 * 86_400), count: 2))
        var limits = HTTPCookieJar.Limits()
        limits.age = .seconds(Int64.max)
        let endless = TestJar(limits: limits)
        try endless.set("a=1; Max-Age=99999999999999", from: "http://h.example/")
        #expect(endless.jar.cookies.count == 1)
    }

    @Test("A domain has only so many: those that expired, are not secure or were sent longest ago go first")
    func domainLimit() throws {
        var limits = HTTPCookieJar.Limits()
        limits.cookiesPerDomain = 3
        let jar = TestJar(limits: limits)
        let url = "https://h.example/"
        try jar.set("a=1; Secure; Path=/a", "b=2; Path=/b", "c=3; Path=/c", from: url)
        #expect(try jar.sent("https://h.example/b") == "b=2")
        try jar.set("d=4; Path=/d; Max-Age=1", from: url)
        #expect(jar.jar.cookies.map(\.name) == ["a", "b", "d"])
        jar.pass(1)
        try jar.set("e=5; Path=/e", from: url)
        #expect(jar.jar.cookies.map(\.name) == ["a", "b", "e"])
        try jar.set("f=6; Secure; Path=/f", "g=7; Secure; Path=/g", "h=8; Secure; Path=/h", from: url)
        #expect(jar.jar.cookies.map(\.name) == ["f", "g", "h"])
        try jar.set("i=9", from: "https://x.example/")
        #expect(jar.jar.cookies.count == 4)
    }

    @Test("A jar has only so many: those that were sent longest ago go, a tenth at a time")
    func limit() throws {
        var limits = HTTPCookieJar.Limits()
        limits.cookies = 20
        let jar = TestJar(limits: limits)
        for number in 0..<20 { try jar.set("a=\(number)", from: "http://h\(number).example/") }
        #expect(jar.jar.cookies.count == 20)
        #expect(try jar.sent("http://h0.example/") == "a=0")
        try jar.set("a=20", from: "http://h20.example/")
        #expect(jar.jar.cookies.map(\.value) == ["0"] + (4...20).map(String.init))
        limits.cookies = 0
        let none = TestJar(limits: limits)
        try none.set("a=b", from: "http://h.example/")
        #expect(none.jar.cookies.isEmpty)
    }

    @Test("The cookies of sockets are theirs")
    func sockets() throws {
        let jar = TestJar()
        try jar.set("a=b", from: "unix:/run/a:/")
        #expect(try jar.sent("unix:/run/a:/x") == "a=b")
        #expect(try jar.sent("unix:/run/b:/") == nil)
        #expect(try jar.sent("http://localhost/") == nil)
        try jar.set("a=c; Domain=localhost", from: "unix:/run/b:/")
        #expect(jar.jar.cookies.count == 1)
    }

    @Test("Cookies are written down and inserted again")
    func persistence() throws {
        let jar = TestJar()
        try jar.set(
            "a=b; Domain=example.com; Path=/x; Max-Age=100; Secure; HttpOnly; SameSite=Strict", "c=d",
            from: "https://www.example.com/")
        let copy = TestJar()
        for cookie in jar.jar.cookies { copy.jar.insert(cookie) }
        #expect(copy.jar.cookies == jar.jar.cookies)
        #expect(try copy.sent("https://www.example.com/x") == "a=b; c=d")
        copy.jar.removeAll { $0.expires == nil }
        #expect(copy.jar.cookies.map(\.name) == ["a"])
        copy.jar.insert(HTTPCookieJar.Cookie("e", "f", domain: "h.example"))
        #expect(try copy.sent("http://h.example/") == "e=f")
        copy.jar.removeAll()
        #expect(copy.jar.cookies.isEmpty)
    }

    @Test("A program sets a cookie as a server does")
    func setting() throws {
        let jar = HTTPCookieJar()
        let url = try HTTPURL(parsing: "https://h.example/")
        #expect(try jar.setCookie(HTTPCookie("a", "b"), from: url))
        #expect(jar.fieldValue(for: url) == "a=b")
        #expect(try jar.setCookie(HTTPCookie("a", "b"), from: HTTPURL(parsing: "http://h.example/")) == false)
        #expect(throws: HTTPCookieError.invalidName) { try jar.setCookie(HTTPCookie("a b", "c"), from: url) }
        #expect(try jar.setCookie(.expired("a"), from: url) == false)
        #expect(jar.cookies.isEmpty)
    }

    @Test("Many threads use one jar")
    func threads() async throws {
        let jar = HTTPCookieJar()
        let url = try HTTPURL(parsing: "https://h.example/")
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for number in 0..<200 {
                        jar.setCookies([.setCookie: "a\(task)=\(number)"], from: url)
                        _ = jar.fieldValue(for: url)
                    }
                }
            }
        }
        #expect(jar.cookies.map(\.name).sorted() == (0..<8).map { "a\($0)" })
        #expect(jar.cookies.allSatisfy { $0.value == "199" })
    }

    @Test("Our server reads what the jar sends")
    func roundTrip() throws {
        let jar = TestJar()
        var response = HTTPResponse.ok("")
        try response.setCookie(HTTPCookie("__Host-a", "1"))
        try response.setCookie(HTTPCookie("b", "\"2\""))
        let url = try HTTPURL(parsing: "https://h.example/")
        jar.jar.setCookies(response.headerFields, from: url)
        let sent = try #require(jar.jar.fieldValue(for: url))
        let request = HTTPRequest(
            method: .get, scheme: nil, authority: nil, path: "/", headerFields: [.cookie: sent])
        #expect(request.cookies.map(\.name) == ["__Host-a", "b"])
        #expect(request.cookies.map(\.value) == ["1", "\"2\""])
    }
}
