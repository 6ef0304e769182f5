import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Router: hostile paths")
struct RouterHostileTests {
    /// Each segment can go three ways, and none of them ends well before the last.
    private static func ambiguous(depth: Int) -> Router {
        var router = Router()
        for segment in ["a", "{x}", "*"] {
            for length in 1...depth {
                let names = (0..<length).map { segment == "{x}" ? "/{x\($0)}" : "/\(segment)" }
                router.add("GET \(names.joined())/end")
            }
        }
        return router
    }

    @Test("A search looks at no node twice, however long the path and however many ways there are")
    func boundedSteps() throws {
        let router = Self.ambiguous(depth: 30)
        let index = RouterModelTests.index(router)
        for count in [1, 10, 29, 30, 31, 40, 1000, 10_000] {
            let path = String(repeating: "/a", count: count) + "/x"
            #expect(try RouterModelTests.steps(index, path) <= index.nodes.count)
        }
        // All nodes of all ways, at the most: not three to the power of thirty.
        #expect(index.nodes.count < 200)
    }

    @Test("More routes beside the one that matches are not looked at")
    func manyRoutes() throws {
        var steps: Set<Int> = []
        for count in [1, 10, 100, 1000] {
            var router = Router()
            for number in 0..<count { router.add("GET /r\(number)/{id}/x", "POST /r\(number)/{id}") }
            steps.insert(try RouterModelTests.steps(RouterModelTests.index(router), "/r0/7/x"))
        }
        #expect(steps == [4])
    }

    @Test("Long and deep paths are answered as any other")
    func long() async throws {
        var router = Router()
        router.add("GET /", "GET /a/{x}/b", "GET /files/{path...}")
        let long = String(repeating: "x", count: 1 << 20)
        let slashes = String(repeating: "/", count: 10_000)
        #expect(try await router.answer("/a/\(long)/b").status == 200)
        #expect(try await router.answer("/" + long).status == 404)
        #expect(try await router.answer(slashes).status == 404)
        #expect(try await router.answer("/files" + slashes).text == "/files/{path...} path=" + slashes.dropFirst())
        #expect(try await router.answer("/files/" + String(repeating: "%41", count: 10_000)).status == 200)
        #expect(try await router.answer("/" + String(repeating: "%", count: 10_000)).status == 400)
        #expect(try await router.answer("/files" + String(repeating: "/..", count: 10_000)).status == 400)
        #expect(try await router.answer("/files" + String(repeating: "/...", count: 10_000)).status == 200)
    }

    @Test("A long pattern is matched to its end")
    func longPattern() async throws {
        var router = Router()
        let pattern = (0..<2000).map { "/{x\($0)}" }.joined()
        router.get(pattern) { .ok($0.parameters["x1999"] ?? "") }
        #expect(try await router.answer((0..<2000).map { "/\($0)" }.joined()).text == "1999")
        #expect(try await router.answer((0..<2001).map { "/\($0)" }.joined()).status == 404)
    }

    @Test("Whatever the octets, the answer is one of those there are", arguments: 0..<4)
    func fuzz(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed) + 1)
        var router = Self.ambiguous(depth: 4)
        router.add("GET /{x}.json", "GET /v{x}", "POST /{all...}", "GET /a%2Fb", "GET /é/{y}")
        router.redirectsTrailingSlash = seed.isMultiple(of: 2)
        let handler = router.handler
        let fragments = [
            "/", "/a", "%", "%2", "%2F", "%00", "%2e", ".", "..", "/..", "*", "?", "#", "v", ".json", "é", "\0",
            "\u{FFFD}", "%C3%A9", "end", "{x}", "//",
        ]
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...12, using: &random)
            let path = (0..<count).map { _ in fragments.randomElement(using: &random)! }.joined()
            let method: HTTPRequest.Method = [.get, .head, .post, .put, .options].randomElement(using: &random)!
            let request = HTTPRequest(method: method, scheme: nil, authority: nil, path: path)
            let found = try await handler(request)
            #expect([200, 204, 308, 400, 404, 405].contains(found.status.code), "\(path)")
            if found.status == .badRequest { continue }
            let text = path.prefix { $0 != "?" }
            #expect(path == "*" || text.utf8.first == UInt8(ascii: "/"))
            #expect(!text.split(separator: "/").contains { $0 == "." || $0 == ".." })
            for value in request.context.withLock({ $0.routing.route?.parameterNames ?? [] }).map({
                request.parameters[$0]
            }) {
                let pieces = (value ?? "").split(separator: "/")
                #expect(!pieces.contains("..") && !pieces.contains("."), "\(path)")
            }
        }
    }
}
