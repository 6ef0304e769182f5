import Testing

@testable import NetiusHTTP

@Suite("Router: registration")
struct RouterRegistrationTests {
    private static func add(_ router: inout Router, _ method: HTTPRequest.Method?, _ path: String) throws(RouteError) {
        try router.add(method, path) { _ in .ok("") }
    }

    @Test(
        "Two routes that match the same requests are refused, and both are named",
        arguments: [
            ("/a", "/a"), ("/{x}", "/{y}"), ("/a/{x}/b", "/a/{other}/b"), ("/*", "/*"), ("/{x...}", "/{y...}"),
            ("/{x}.json", "/{y}.json"), ("/%61", "/a"), ("/", "/"), ("/é", "/%C3%A9"),
        ])
    func duplicates(first: String, second: String) throws {
        for method in [HTTPRequest.Method.get, nil] {
            var router = Router()
            try Self.add(&router, method, first)
            let error = #expect(throws: RouteError.self) { try Self.add(&router, method, second) }
            let description = error?.description ?? ""
            #expect(description.contains("\(method?.rawValue ?? "any") \(first)"), "\(description)")
            #expect(description.contains("\(method?.rawValue ?? "any") \(second)"), "\(description)")
        }
    }

    @Test(
        "Routes that differ, if only in how specific they are, may be together",
        arguments: [
            ("/a", "/a/"), ("/{x}", "/*"), ("/{x}", "/{x...}"), ("/{x}.json", "/{x}.xml"), ("/a{x}", "/{x}a"),
            ("/A", "/a"), ("/a%2Fb", "/a/b"),
        ])
    func differing(first: String, second: String) throws {
        var router = Router()
        try Self.add(&router, .get, first)
        try Self.add(&router, .get, second)
        try Self.add(&router, .post, first)
        try Self.add(&router, nil, first)
        _ = try RouteTable(router)
    }

    @Test("A mounted route that matches the same as another is refused")
    func mountedDuplicate() throws {
        var inner = Router()
        try Self.add(&inner, .get, "/{x}")
        var router = Router()
        try Self.add(&router, .get, "/api/{y}")
        let error = #expect(throws: RouteError.self) { try router.add("/api", inner) }
        #expect(error?.description.contains("GET /api/{x}") == true)
        #expect(error?.description.contains("GET /api/{y}") == true)
    }

    @Test("CONNECT, an empty path beneath no prefix, and a bad prefix are refused")
    func refused() throws {
        var router = Router()
        #expect(throws: RouteError.self) { try Self.add(&router, .connect, "/a") }
        #expect(throws: RouteError.self) { try router.add("/a/", Router()) }
        #expect(throws: RouteError.self) { try router.add("a", Router()) }
        try Self.add(&router, .get, "")
        #expect(throws: RouteError.self) { _ = try RouteTable(router) }
    }

    @Test("A mistake ends the program when it is made, with a message that names both routes")
    func exits() async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var router = Router()
            router.get("/users/{id}") { _ in .ok("") }
            router.get("/users/{name}") { _ in .ok("") }
        }
        let said = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(said.contains("GET /users/{name} matches the same requests as GET /users/{id}"))
    }
}
