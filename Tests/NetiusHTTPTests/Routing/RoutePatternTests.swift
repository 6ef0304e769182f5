import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Route patterns")
struct RoutePatternTests {
    @Test(
        "Are text, parameters, wildcards and a catch-all between slashes",
        arguments: [
            ("/", [.literal([])], []),
            ("/a", [.literal(octets("a"))], []),
            ("/a/", [.literal(octets("a")), .literal([])], []),
            ("/users/{id}", [.literal(octets("users")), .parameter], ["id"]),
            ("/*/x", [.wildcard, .literal(octets("x"))], []),
            ("/files/{path...}", [.literal(octets("files")), .catchAll], ["path"]),
            ("/{...}", nil, []),
            ("/{name}.json", [.affixed(prefix: [], suffix: octets(".json"))], ["name"]),
            ("/v{major}-x", [.affixed(prefix: octets("v"), suffix: octets("-x"))], ["major"]),
            ("/{a}/{b_2}/{c-3}", [.parameter, .parameter, .parameter], ["a", "b_2", "c-3"]),
            ("/caf%C3%A9", [.literal(Array("café".utf8))], []),
            ("/café", [.literal(Array("café".utf8))], []),
            ("/%7Bx%7d/%2A/100%25", [.literal(octets("{x}")), .literal(octets("*")), .literal(octets("100%"))], []),
            ("/a%2Fb", [.literal(octets("a/b"))], []),
            ("/...", [.literal(octets("..."))], []),
            ("", [], []),
        ] as [(String, [RouteSegment]?, [String])])
    func table(text: String, segments: [RouteSegment]?, names: [String]) throws {
        guard let segments else {
            #expect(throws: RouteError.self) { _ = try RoutePattern(text) }
            return
        }
        let pattern = try RoutePattern(text)
        #expect(pattern.segments == segments)
        #expect(pattern.parameterNames == names)
        #expect(pattern.text == text)
    }

    @Test(
        "Are refused with a reason where they could not match, or not be understood",
        arguments: [
            ("a", "slash"), ("*", "slash"), ("//", "empty segment"), ("/a//b", "empty segment"),
            ("/{path...}/x", "follows"), ("/{path...}/", "follows"), ("/a{path...}", "to itself"),
            ("/{path...}b", "to itself"), ("/{}", "name"), ("/{a b}", "name"), ("/{é}", "name"), ("/{a.b}", "name"),
            ("/{{a}}", "one pair"), ("/{a}}", "one pair"), ("/}{a}", "one pair"), ("/{a}{b}", "one pair"),
            ("/a}", "one pair"),
            ("/{a", "not closed"), ("/}a{", "not closed"), ("/a*", "%2A"), ("/**", "%2A"), ("/{a}*", "%2A"),
            ("/a?b", "neither"), ("/a#b", "neither"), ("/{a}?", "neither"), ("/%", "percent"), ("/%4", "percent"),
            ("/%zz", "percent"), ("/a%00", "percent"), ("/.", "dot segment"), ("/a/..", "dot segment"),
            ("/%2e%2E/a", "dot segment"), ("/a%2F..", "dot segment"), ("/{a}/{a}", "two parameters named a"),
        ])
    func refused(text: String, reason: String) {
        let error = #expect(throws: RouteError.self) { _ = try RoutePattern(text) }
        let description = error?.description ?? ""
        #expect(description.contains(reason), "\(description)")
        #expect(description.contains("\"\(text)\""))
    }

    @Test("Follow a prefix, whose parameters have other names")
    func beneath() throws {
        let prefix = try RoutePattern("/users/{user}")
        let pattern = try RoutePattern("/notes/{note}").beneath(prefix)
        #expect(pattern.text == "/users/{user}/notes/{note}")
        #expect(pattern.parameterNames == ["user", "note"])
        #expect(pattern.segments.count == 4)
        #expect(try RoutePattern("").beneath(prefix).text == "/users/{user}")
        #expect(try RoutePattern("/").beneath(prefix).segments.last == .literal([]))
        #expect(throws: RouteError.self) { _ = try RoutePattern("/{user}").beneath(prefix) }
    }

    @Test("Are no prefix if they end with a slash or a catch-all", arguments: ["/", "/a/", "/{path...}"])
    func noPrefix(text: String) throws {
        let pattern = try RoutePattern(text)
        #expect(throws: RouteError.self) { try pattern.checkPrefix() }
    }
}
