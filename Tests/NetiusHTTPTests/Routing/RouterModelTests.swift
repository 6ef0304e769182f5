import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Router: random tables")
struct RouterModelTests {
    private static let methods = ["GET", "POST", "HEAD", "any"]
    private static let parts = [
        "a", "b", "ab", "c", "{}", "{}", "*", "a{}", "{}b", "a{}b", "{}c", "ab{}",
    ]
    private static let segments = [
        "a", "b", "ab", "c", "abb", "aab", "acb", "x", "%61", "%62", "a%62", "a.", "a..b", "", "%63c",
    ]

    private static func pattern(_ random: inout SeededGenerator) -> String {
        let count = Int.random(in: 0...4, using: &random)
        var number = 0
        func part(_ text: String) -> String {
            number += 1
            return text.contains("{}")
                ? text.split(separator: "{}", omittingEmptySubsequences: false).joined(separator: "{p\(number)}") : text
        }
        var pattern = (0..<count).map { _ in "/" + part(parts.randomElement(using: &random)!) }.joined()
        switch Int.random(in: 0..<6, using: &random) {
        case 0: pattern += "/{rest...}"
        case 1: pattern += "/"
        default: if pattern.isEmpty { pattern = "/" }
        }
        return pattern
    }

    @Test("Every path has the route, and the values, that trying all routes finds", arguments: 1...60)
    func model(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var (router, model) = (Router(), NaiveRouter(routes: []))
        for _ in 0..<Int.random(in: 1...60, using: &random) {
            let (method, pattern) = (Self.methods.randomElement(using: &random)!, Self.pattern(&random))
            do {
                try router.add(method == "any" ? nil : HTTPRequest.Method(method), pattern, describing)
                model.routes.append(NaiveRouter.Route(method: method, pattern: pattern))
            } catch {
                // The same as another.
            }
        }
        let (handler, index) = (router.handler, Self.index(router))
        for _ in 0..<200 {
            let count = Int.random(in: 1...6, using: &random)
            let path = (0..<count).map { _ in "/" + Self.segments.randomElement(using: &random)! }.joined()
            let method = ["GET", "POST", "HEAD", "PUT"].randomElement(using: &random)!
            let request = HTTPRequest(method: HTTPRequest.Method(method)!, scheme: nil, authority: nil, path: path)
            let found = try await answer(handler, request)
            if let (pattern, values) = model.match(method, path) {
                let names = try RoutePattern(pattern).parameterNames
                let expected = pattern + zip(names, values).map { " \($0)=\($1)" }.joined()
                #expect(found.text == expected, "seed \(seed): \(method) \(path)")
            } else {
                let methods = model.methods(path)
                #expect(found.status == (methods.isEmpty ? 404 : 405), "seed \(seed): \(method) \(path)")
                let allowed = Set((found.fields[.allow] ?? "").split(separator: ", ").map(String.init))
                #expect(allowed.subtracting(["OPTIONS", "HEAD"]) == methods.subtracting(["HEAD"]))
            }
            #expect(try Self.steps(index, path) <= index.nodes.count)
        }
    }

    static func index(_ router: Router) -> RouteIndex {
        var tree = RouteTree(parents: [0])
        for registration in router.registrations {
            let route = Route(pattern: registration.pattern, handler: registration.handler)
            let endpoint = RouteEndpoint(method: registration.method, route: route)
            tree.insert(registration.pattern.segments, endpoint, scope: 0)
        }
        return RouteIndex(tree)
    }

    /// How many nodes a search for all that matches looks at.
    static func steps(_ index: RouteIndex, _ path: String) throws -> Int {
        let octets = Array(path.utf8)
        var search = RouteSearch(method: nil)
        guard let path = RoutePath(octets.span) else { throw TestFailure("no path: \(path)") }
        // What looks for all finds none that it would stop at.
        guard !search.run(index, octets.span, path) else { throw TestFailure("it stopped") }
        return search.stepCount
    }
}
