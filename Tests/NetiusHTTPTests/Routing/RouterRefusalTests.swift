import Testing

@testable import NetiusHTTP

@Suite("Router: methods and refusals")
struct RouterRefusalTests {
    private static func router() -> Router {
        var router = Router()
        router.add(
            "GET /", "GET /a", "POST /a", "PURGE /a", "PUT /{x}", "HEAD /own", "GET /own", "POST /post",
            "any /any/{x...}", "GET /any/get", "OPTIONS /options")
        return router
    }

    @Test(
        "A request has the route of its method, GET's with HEAD, and one for all methods last",
        arguments: [
            (.get, "/a", "/a"), (.head, "/a", "/a"), (.post, "/a", "/a"), (HTTPRequest.Method("PURGE")!, "/a", "/a"),
            (.put, "/a", "/{x} x=a"), (.get, "/own", "/own"), (.head, "/own", "/own"),
            (.delete, "/any/1", "/any/{x...} x=1"), (.head, "/any/get", "/any/get"),
            (.post, "/any/get", "/any/{x...} x=get"), (.options, "/any/1", "/any/{x...} x=1"),
            (.trace, "/any/1", "/any/{x...} x=1"), (.options, "/options", "/options"),
        ] as [(HTTPRequest.Method, String, String)])
    func methods(method: HTTPRequest.Method, path: String, expected: String) async throws {
        let answer = try await Self.router().answer(path, method)
        #expect(answer.status == 200)
        #expect(answer.text == expected)
    }

    @Test(
        "A path whose routes are for other methods is answered 405 with all that are allowed",
        arguments: [
            (.delete, "/a", "GET, HEAD, OPTIONS, POST, PURGE, PUT"), (.post, "/", "GET, HEAD, OPTIONS"),
            (.get, "/x", "OPTIONS, PUT"), (.get, "/post", "OPTIONS, POST, PUT"), (.head, "/post", "OPTIONS, POST, PUT"),
            (HTTPRequest.Method("get")!, "/", "GET, HEAD, OPTIONS"),
        ] as [(HTTPRequest.Method, String, String)])
    func notAllowed(method: HTTPRequest.Method, path: String, allowed: String) async throws {
        let answer = try await Self.router().answer(path, method)
        #expect(answer.status == 405)
        #expect(answer.text == "405 Method Not Allowed\n")
        #expect(answer.fields[.allow] == allowed)
    }

    @Test(
        "OPTIONS says what a path allows",
        arguments: [
            ("/a", 204, "GET, HEAD, OPTIONS, POST, PURGE, PUT"), ("/", 204, "GET, HEAD, OPTIONS"), ("/x/y", 404, nil),
            ("*", 204, "GET, HEAD, OPTIONS, POST, PURGE, PUT"), ("/..", 400, nil),
        ] as [(String, Int, String?)])
    func options(path: String, status: Int, allowed: String?) async throws {
        let answer = try await Self.router().answer(path, .options)
        #expect(answer.status == status)
        #expect(answer.fields[.allow] == allowed)
        if status == 204 { #expect(answer.text.isEmpty) }
    }

    @Test("OPTIONS about the server is answered in both of its forms", arguments: ["*", "http://h:1"])
    func server(target: String) async throws {
        let answer = try await answer(Self.router().handler, received("OPTIONS \(target) HTTP/1.1\r\nHost: h:1"))
        #expect(answer.status == 204)
        #expect(answer.fields[.allow] == "GET, HEAD, OPTIONS, POST, PURGE, PUT")
    }

    @Test("CONNECT has no route, not even one for all methods")
    func connect() async throws {
        var router = Router()
        router.any("/{x...}", describing)
        router.notFound { _ in .ok("here I am") }
        #expect(try await answer(router.handler, received("CONNECT h:1 HTTP/1.1\r\nHost: h:1")).status == 501)
        #expect(try await router.answer("/a", .connect).status == 501)
    }

    @Test(
        "What is no path that could be matched is answered 400",
        arguments: [
            nil, "", "a", "*", "?a", "http://h/", "/%", "/%4", "/%4x", "/a%/b", "/%zz", "/%00", "/a%00b", "/a\0", "/.",
            "/..", "/./", "/a/.", "/a/../b", "/a/..", "/%2e", "/%2E%2e/b", "/a/.%2e/", "/x%2F..%2Fy", "/..%2f",
            "/%2e%2F", "/a/x%2F.", "/..?q", "/.?",
        ])
    func badRequest(path: String?) async throws {
        var router = Self.router()
        router.any("/{all...}", describing)
        #expect(try await router.answer(path).status == 400)
    }

    @Test(
        "Dots that are no dot segments are matched",
        arguments: ["/...", "/.a", "/a.", "/..a", "/a..", "/a/...", "/.%61", "/a%2F...", "/a?/../", "/a?%"])
    func otherDots(path: String) async throws {
        var router = Router()
        router.any("/{all...}", describing)
        #expect(try await router.answer(path).status == 200)
    }

    @Test(
        "A parameter with text beside it is never a dot segment either",
        arguments: ["/v.", "/v..", "/v..%2Fetc", "/v%2e%2e", "/...txt", "/v..%2F"])
    func dotsInAffixes(path: String) async throws {
        var router = Router()
        router.add("GET /v{x}", "GET /{x}.txt")
        #expect(try await router.answer(path).status == 404)
    }

    @Test(
        "A slash at the end makes another path",
        arguments: [("/a", 200), ("/a/", 404), ("/b", 404), ("/b/", 200), ("/c/1", 404), ("/c/1/", 200)])
    func strictSlash(path: String, status: Int) async throws {
        var router = Router()
        router.add("GET /a", "GET /b/", "GET /c/{x}/")
        #expect(try await router.answer(path).status == status)
    }

    @Test(
        "Where a router redirects, a path that matches but for that slash is sent there",
        arguments: [
            ("/a/", .get, "/a"), ("/a/?q=/1/", .get, "/a?q=/1/"), ("/b", .get, "/b/"), ("/b?", .head, "/b/?"),
            ("/c/%78", .post, "/c/%78/"), ("/a//", .get, nil), ("/a/", .post, nil), ("/", .get, nil), ("/x", .get, nil),
            ("//a", .get, nil), ("//a/", .get, nil), ("/files", .get, "/files/"), ("/..", .get, nil),
        ] as [(String, HTTPRequest.Method, String?)])
    func redirects(path: String, method: HTTPRequest.Method, location: String?) async throws {
        var router = Router()
        router.add("GET /a", "GET /b/", "POST /c/{x}/", "GET /files/{path...}")
        router.redirectsTrailingSlash = true
        let answer = try await router.answer(path, method)
        #expect(answer.fields[.location] == location)
        #expect((answer.status == 308) == (location != nil))
    }

    @Test("What is redirected never names another host")
    func openRedirect() async throws {
        var router = Router()
        router.add("GET /{all...}", "POST /{x}/")
        router.redirectsTrailingSlash = true
        for path in ["//evil.example/x", "//evil.example/", "//evil.example"] {
            for method in [HTTPRequest.Method.get, .post, .put] {
                #expect(try await router.answer(path, method).fields[.location] == nil)
            }
        }
    }

    @Test("An absolute target is redirected to its path")
    func absoluteRedirect() async throws {
        var router = Router()
        router.add("GET /a")
        router.redirectsTrailingSlash = true
        let answer = try await answer(router.handler, received("GET http://h:80/a/?b HTTP/1.1\r\nHost: h:80"))
        #expect(answer.status == 308)
        #expect(answer.fields[.location] == "/a?b")
    }

    @Test("An own handler answers where no route matches the path, and nowhere else")
    func notFound() async throws {
        var router = Self.router()
        router.notFound { request in .text("no \(request.path ?? "")", status: .notFound) }
        #expect(try await router.answer("/x/y").text == "no /x/y")
        #expect(try await router.answer("/a", .delete).status == 405)
        #expect(try await router.answer("/..").text == "400 Bad Request\n")
        #expect(try await Router().answer("/").text == "404 Not Found\n")
    }
}
