import TestSupport
import Testing

@testable import NetiusHTTP

/// Writes its name into the response's Via field, the innermost first.
private func named(_ name: String) -> HTTPMiddleware {
    HTTPMiddleware { next in
        { request in
            var response = try await next(request)
            response.headerFields.append(.via, name)
            return response
        }
    }
}

@Suite("Router: groups and middleware")
struct RouterGroupTests {
    private static func router() -> Router {
        var router = Router()
        router.add("GET /", "GET /open/{x}")
        router.group("/api", middleware: [named("outer"), named("inner")]) { api in
            api.add("GET /", "GET /notes", "POST /notes")
            api.get("", describing)
            api.group("/users/{user}", middleware: [named("user")]) { user in
                user.add("GET /{id}", "DELETE /{id}")
                user.notFound { request in .text("no such thing of a user's", status: .notFound) }
            }
            api.group(middleware: [named("plain")]) { $0.add("PUT /plain") }
            api.use(named("late"))
        }
        router.use(named("all"))
        return router
    }

    @Test(
        "What surrounds a route is its group's middleware within that of the routers around it",
        arguments: [
            (.get, "/", 200, "/", ["all"]), (.get, "/open/1", 200, "/open/{x} x=1", ["all"]),
            (.get, "/api", 200, "/api", ["late", "inner", "outer", "all"]),
            (.get, "/api/", 200, "/api/", ["late", "inner", "outer", "all"]),
            (.post, "/api/notes", 200, "/api/notes", ["late", "inner", "outer", "all"]),
            (
                .get, "/api/users/ann/7", 200, "/api/users/{user}/{id} user=ann id=7",
                ["user", "late", "inner", "outer", "all"]
            ),
            (.put, "/api/plain", 200, "/api/plain", ["plain", "late", "inner", "outer", "all"]),
        ] as [(HTTPRequest.Method, String, Int, String, [String])])
    func order(method: HTTPRequest.Method, path: String, status: Int, text: String, names: [String]) async throws {
        let answer = try await Self.router().answer(path, method)
        #expect(answer.status == status)
        #expect(answer.text == text)
        #expect(answer.fields[values: .via] == names)
    }

    @Test(
        "What a router answers itself is surrounded as the routes of the path are, or those beneath the prefix",
        arguments: [
            (.get, "/none", 404, ["all"]), (.get, "/apis", 404, ["all"]), (.get, "/..", 400, ["all"]),
            (.get, "/api/none", 404, ["late", "inner", "outer", "all"]),
            (.put, "/api/notes", 405, ["late", "inner", "outer", "all"]),
            (.options, "/api/notes", 204, ["late", "inner", "outer", "all"]),
            (.options, "/api/plain", 204, ["plain", "late", "inner", "outer", "all"]),
            (.put, "/api/users/ann/7", 405, ["user", "late", "inner", "outer", "all"]),
            (.get, "/api/users/ann", 404, ["user", "late", "inner", "outer", "all"]),
            (.get, "/api/users", 404, ["late", "inner", "outer", "all"]), (.options, "*", 204, ["all"]),
            (.connect, "/api/notes", 501, ["all"]),
        ] as [(HTTPRequest.Method, String, Int, [String])])
    func refusals(method: HTTPRequest.Method, path: String, status: Int, names: [String]) async throws {
        let answer = try await Self.router().answer(path, method)
        #expect(answer.status == status)
        #expect(answer.fields[values: .via] == names)
    }

    @Test("A group's own handler answers for what is missing beneath its prefix, and for its groups")
    func notFound() async throws {
        var router = Router()
        router.notFound { _ in .text("root", status: .notFound) }
        router.group("/a") { a in
            a.notFound { _ in .text("a", status: .notFound) }
            a.group("/b") { $0.add("GET /x") }
            a.group("/{c}") { c in c.notFound { _ in .text("c", status: .notFound) } }
        }
        let expected = ["/x": "root", "/a": "a", "/a/": "a", "/a/b": "a", "/a/b/y": "a", "/a/q/y": "c"]
        for (path, text) in expected { #expect(try await router.answer(path).text == text, "\(path)") }
    }

    @Test("Where two groups have one prefix, neither answers for what is missing, in whatever order they came")
    func sharedPrefix() async throws {
        for isReversed in [false, true] {
            var router = Router()
            for name in isReversed ? ["two", "one"] : ["one", "two"] {
                router.group("/api", middleware: [named(name)]) { $0.add("GET /\(name)", "\(name.uppercased()) /both") }
            }
            #expect(try await router.answer("/api/one").fields[values: .via] == ["one"])
            #expect(try await router.answer("/api/two").fields[values: .via] == ["two"])
            #expect(try await router.answer("/api/one", .options).fields[values: .via] == ["one"])
            #expect(try await router.answer("/api/none").fields[values: .via].isEmpty)
            let both = try await router.answer("/api/both", .options)
            #expect(both.fields[.allow] == "ONE, OPTIONS, TWO")
            #expect(both.fields[values: .via].isEmpty)
        }
    }

    @Test("A router is mounted as it is, at several places if need be")
    func mount() async throws {
        var notes = Router()
        notes.add("GET /", "GET /{id}")
        notes.use(named("notes"))
        var router = Router()
        router.mount("/one", notes)
        router.mount("/two/{user}", notes)
        notes.add("GET /later/x")
        #expect(try await router.answer("/one/").text == "/one/")
        #expect(try await router.answer("/one/7").text == "/one/{id} id=7")
        #expect(try await router.answer("/two/ann/7").text == "/two/{user}/{id} user=ann id=7")
        #expect(try await router.answer("/two/ann/7").fields[values: .via] == ["notes"])
        #expect(try await router.answer("/one/later/x").status == 404)
        #expect(try await router.answer("/7").status == 404)
    }

    @Test("A group whose making fails adds nothing")
    func failingGroup() async throws {
        var router = Router()
        #expect(throws: TestFailure.self) {
            try router.group("/a") { a in
                a.add("GET /x")
                throw TestFailure("no")
            }
        }
        #expect(try await router.answer("/a/x").status == 404)
    }

    @Test("Middleware is put around a handler once, when the handler of the router is made")
    func wrapping() async throws {
        let count = Box(0)
        var router = Router()
        router.use(
            HTTPMiddleware { next in
                count.value += 1
                return next
            })
        router.add("GET /a", "GET /b")
        #expect(count.value == 0)
        let handler = router.handler
        let made = count.value
        for _ in 0..<3 {
            let request = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/a")
            #expect(try await answer(handler, request).status == 200)
        }
        #expect(count.value == made)
    }
}
