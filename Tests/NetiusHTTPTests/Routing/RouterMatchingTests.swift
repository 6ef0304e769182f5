import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Router: matching")
struct RouterMatchingTests {
    private static func router(_ routes: [String]) -> Router {
        var router = Router()
        for route in routes { router.add(route) }
        return router
    }

    private static let specificity = [
        "GET /", "GET /a", "GET /a/", "GET /a/b", "GET /a/{x}", "GET /a/b{x}", "GET /a/bc{x}", "GET /a/bc{x}z",
        "GET /a/{x}z", "GET /a/*", "GET /a/{rest...}", "GET /*/b", "GET /{x}/c", "GET /{rest...}",
    ]

    @Test(
        "The most specific route is taken, segment by segment, in whatever order they came",
        arguments: [
            ("/", "/"), ("/a", "/a"), ("/a/", "/a/"), ("/a/b", "/a/b"), ("/a/q", "/a/{x} x=q"),
            ("/a/bx", "/a/b{x} x=x"), ("/a/bcd", "/a/bc{x} x=d"), ("/a/bcdz", "/a/bc{x}z x=d"),
            ("/a/bcz", "/a/bc{x} x=z"), ("/a/bz", "/a/b{x} x=z"), ("/a/qz", "/a/{x}z x=q"), ("/a/z", "/a/{x} x=z"),
            ("/a/b/c", "/a/{rest...} rest=b/c"), ("/a/q/", "/a/{rest...} rest=q/"), ("/q/b", "/*/b"),
            ("/q/c", "/{x}/c x=q"), ("/q/d", "/{rest...} rest=q/d"), ("/q", "/{rest...} rest=q"),
            ("/a//", "/a/{rest...} rest=/"), ("//", "/{rest...} rest=/"), ("/A", "/{rest...} rest=A"),
        ])
    func specific(path: String, expected: String) async throws {
        for seed in 1...4 {
            var random = SeededGenerator(seed: UInt64(seed))
            let router = Self.router(Self.specificity.shuffled(using: &random))
            #expect(try await router.answer(path).text == expected)
        }
    }

    @Test(
        "A branch that comes to nothing is left for a less specific one",
        arguments: [
            ("/a/x/1", "/a/x/1"), ("/a/x/2", "/{p}/x/2 p=a"), ("/a/x/3", "/*/x/3"), ("/a/y/4", "/a/{q}/4 q=y"),
            ("/a/x/9", "/{all...} all=a/x/9"), ("/a/x/2/3", "/{all...} all=a/x/2/3"), ("/b1/x/5", "/b{p}/x/5 p=1"),
            ("/b1/x/2", "/{p}/x/2 p=b1"),
        ])
    func backtracking(path: String, expected: String) async throws {
        let router = Self.router([
            "GET /a/x/1", "GET /{p}/x/2", "GET /*/x/3", "GET /a/{q}/4", "GET /b{p}/x/5", "GET /{all...}",
        ])
        #expect(try await router.answer(path).text == expected)
    }

    @Test(
        "Paths are matched decoded, after they were split",
        arguments: [
            ("/caf%C3%A9/x", "/café/{p} p=x"), ("/caf%c3%a9/%78%79", "/café/{p} p=xy"), ("/%61", "/a"),
            ("/%61%2Fb", "/a%2Fb"), ("/a%2fb", "/a%2Fb"), ("/a%2Fc", "none"), ("/p/a%2Fb", "/p/{x} x=a/b"),
            ("/p/%25", "/p/{x} x=%"), ("/p/%FF", "/p/{x} x=\u{FFFD}"), ("/p/a+b", "/p/{x} x=a+b"),
            ("/p/%7B%7D", "/p/{x} x={}"), ("/f%2Fg", "none"), ("/%70re-%31-%73uf", "/pre-{n}-suf n=1"),
            ("/pre-%2D-suf", "/pre-{n}-suf n=-"), ("/pre--suf", "none"), ("/pre-suf", "none"),
            ("/rest/a/%62/", "/rest/{r...} r=a/b/"), ("/rest/", "/rest/{r...} r="), ("/rest", "none"),
            ("/rest/a%2Fb", "/rest/{r...} r=nil"),
        ])
    func decoding(path: String, expected: String) async throws {
        let router = Self.router([
            "GET /café/{p}", "GET /a", "GET /a%2Fb", "GET /p/{x}", "GET /f/g", "GET /pre-{n}-suf", "GET /rest/{r...}",
        ])
        for suffix in ["", "?q=/a%zz/../x", "?"] {
            let answer = try await router.answer(path + suffix)
            #expect(answer.status == (expected == "none" ? 404 : 200))
            if expected != "none" { #expect(answer.text == expected) }
        }
    }

    @Test("A segment without content is no parameter's", arguments: ["/a/", "/a//c", "//c", "/x-/"])
    func empty(path: String) async throws {
        let router = Self.router(["GET /a/{x}", "GET /a/*/c", "GET /{x}/c", "GET /x-{y}/", "GET /*"])
        #expect(try await router.answer(path).status == 404)
    }

    @Test("Values are there as text, as octets, segment by segment, or as what they are read as")
    func parameters() async throws {
        var router = Router()
        router.get("/{id}/{name}/{path...}") { request in
            let parameters = request.parameters
            #expect(parameters["id"] == "7")
            let (id, name) = (try parameters.require("id", as: Int.self), try parameters.require("name"))
            #expect((id, name) == (7, "a/\u{FFFD}"))
            #expect(parameters.bytes(of: "name") == [0x61, 0x2F, 0xFF])
            #expect(parameters.segments(of: "name") == ["a/\u{FFFD}"])
            #expect(parameters.segments(of: "path") == ["x/y", "", "z"])
            #expect(parameters["path"] == nil)
            #expect(parameters.bytes(of: "path") == nil)
            #expect(parameters["other"] == nil)
            #expect(parameters.segments(of: "other") == nil)
            #expect(throws: HTTPError.self) { try parameters.require("name", as: Int.self) }
            let unknown = #expect(throws: (any Error).self) { try parameters.require("other") }
            #expect(unknown.map { "\($0)" } == "the route /{id}/{name}/{path...} has no parameter named other")
            return .ok("done")
        }
        #expect(try await router.answer("/7/a%2F%FF/x%2Fy//z").text == "done")
    }

    @Test("A value that is not what is required is answered 404")
    func notFoundParameter() async throws {
        var router = Router()
        router.get("/{id}") { .ok("\(try $0.parameters.require("id", as: UInt8.self))") }
        #expect(try await router.answer("/255").text == "255")
        let error = await #expect(throws: HTTPError.self) { try await router.answer("/256") }
        #expect(error?.status == .notFound)
    }

    @Test("Without a router there is neither a route nor a parameter")
    func outside() {
        let request = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/a")
        #expect(request.route == nil)
        #expect(request.parameters["a"] == nil)
        let error = #expect(throws: (any Error).self) { try request.parameters.require("a") }
        #expect(error.map { "\($0)" }?.contains("no route") == true)
    }

    @Test(
        "A received target is matched in any form",
        arguments: [
            ("GET /p/1?q HTTP/1.1", "/p/{x} x=1"), ("GET http://a/p/1?q HTTP/1.1", "/p/{x} x=1"),
            ("GET http://a HTTP/1.1", "/"), ("GET http://a?q HTTP/1.1", "/"), ("GET http://a/ HTTP/1.1", "/"),
            ("GET HTTPS://[::1]:1/p/%31 HTTP/1.1", "/p/{x} x=1"),
        ])
    func forms(line: String, expected: String) async throws {
        let router = Self.router(["GET /", "GET /p/{x}"])
        #expect(try await answer(router.handler, received(line + "\r\nHost: a")).text == expected)
    }

    @Test("A handler that changes the path keeps the values")
    func changedPath() async throws {
        var router = Router()
        router.use(
            HTTPMiddleware { next in
                { request in
                    var request = request
                    request.path = "/"
                    return try await next(request)
                }
            })
        router.add("GET /{a}/{b}")
        #expect(try await router.answer("/one/two").text == "/{a}/{b} a=one b=two")
        #expect(try await answer(router.handler, received("GET /x/y HTTP/1.0")).text == "/{a}/{b} a=x b=y")
    }
}
