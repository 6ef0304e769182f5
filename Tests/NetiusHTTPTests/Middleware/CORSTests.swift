import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("CORS")
struct CORSTests {
    private static let site = "https://a.example"

    /// What becomes of a request from an origin; whether it came to the handler.
    private static func respond(
        _ configuration: HTTPCORS = HTTPCORS(), method: HTTPRequest.Method = .get, fields: HTTPFields = [:],
        handler: @escaping HTTPServer.Handler = { _ in HTTPResponse(status: .ok, headerFields: [.vary: "Accept"]) }
    ) async throws -> (response: HTTPResponse, wasHandled: Bool) {
        let request = HTTPRequest(method: method, scheme: "http", authority: "h", path: "/", headerFields: fields)
        let handled = Gate()
        let response = try await HTTPMiddleware.cors(configuration)({ request in
            handled.open()
            return try await handler(request)
        })(request)
        return (response, handled.count == 1)
    }

    private static func only(_ origins: String..., credentials: Bool = false) -> HTTPCORS {
        var configuration = HTTPCORS()
        configuration.origins = .only(Set(origins))
        configuration.allowsCredentials = credentials
        return configuration
    }

    @Test("For any origin the answer is the same, whoever asks, and also where nobody does")
    func anyOrigin() async throws {
        for fields: HTTPFields in [[:], [.origin: Self.site], [.origin: "null"], [.origin: ""]] {
            let result = try await Self.respond(fields: fields)
            #expect(result.response.headerFields == [.vary: "Accept", .accessControlAllowOrigin: "*"])
            #expect(result.wasHandled)
        }
    }

    @Test("Credentials never go with any origin")
    func anyWithCredentials() async throws {
        var configuration = HTTPCORS()
        configuration.allowsCredentials = true
        let fields = try await Self.respond(configuration, fields: [.origin: Self.site]).response.headerFields
        #expect(fields[.accessControlAllowOrigin] == "*" && fields[.accessControlAllowCredentials] == nil)
    }

    @Test(
        "An origin is allowed if it is in the list, letter for letter",
        arguments: [
            (Self.site, true), ("https://A.example", false), ("https://a.example/", false),
            ("https://a.example:443", false),
            ("http://a.example", false), ("https://a.example.evil", false), ("https://evil-a.example", false),
            ("null", false), ("", false), ("*", false), (nil, false),
        ])
    func listed(origin: String?, isAllowed: Bool) async throws {
        var fields = HTTPFields()
        fields[.origin] = origin
        let result = try await Self.respond(Self.only(Self.site, "http://localhost:8080"), fields: fields)
        // The request is served nevertheless; caches are told that it depends.
        #expect(result.wasHandled && result.response.status == .ok)
        #expect(result.response.headerFields[.vary] == "Accept, Origin")
        #expect(result.response.headerFields[.accessControlAllowOrigin] == (isAllowed ? origin : nil))
        #expect(result.response.headerFields.count == (isAllowed ? 2 : 1))
    }

    @Test("Two origins in a request are none")
    func twoOrigins() async throws {
        let fields: HTTPFields = [.origin: Self.site, .origin: Self.site]
        let result = try await Self.respond(Self.only(Self.site), fields: fields)
        #expect(result.response.headerFields == [.vary: "Accept, Origin"])
    }

    @Test("A closure may decide")
    func closure() async throws {
        var configuration = HTTPCORS()
        configuration.origins = .matching { $0.hasSuffix(".a.example") }
        for (origin, isAllowed) in [("https://x.a.example", true), ("https://x.b.example", false)] {
            let fields = try await Self.respond(configuration, fields: [.origin: origin]).response.headerFields
            #expect(fields[.accessControlAllowOrigin] == (isAllowed ? origin : nil))
            #expect(fields[.vary] == "Accept, Origin")
        }
    }

    @Test("Credentials and readable fields are granted to those that are allowed alone")
    func grants() async throws {
        var configuration = Self.only(Self.site, credentials: true)
        configuration.exposedHeaders = [.eTag, .link]
        let allowed = try await Self.respond(configuration, fields: [.origin: Self.site]).response.headerFields
        #expect(allowed[.accessControlAllowCredentials] == "true")
        #expect(allowed[.accessControlExposeHeaders] == "ETag, Link")
        let others = try await Self.respond(configuration, fields: [.origin: "https://b.example"]).response.headerFields
        #expect(others == [.vary: "Accept, Origin"])
    }

    @Test("What a handler has said itself is left alone")
    func handlersOwn() async throws {
        let own: HTTPFields = [.accessControlAllowOrigin: "https://c.example"]
        let result = try await Self.respond(Self.only(Self.site), fields: [.origin: Self.site]) { _ in
            HTTPResponse(status: .ok, headerFields: own)
        }
        #expect(result.response.headerFields == own)
    }

    // MARK: Preflight

    private static let preflight: HTTPFields = [.origin: site, .accessControlRequestMethod: "PUT"]

    @Test("A preflight is answered, and never comes to the handler")
    func answersPreflight() async throws {
        let result = try await Self.respond(method: .options, fields: Self.preflight)
        #expect(!result.wasHandled && result.response.status == .noContent)
        #expect(
            result.response.headerFields == [
                .vary: "Access-Control-Request-Headers", .accessControlAllowOrigin: "*",
                .accessControlAllowMethods: "GET, HEAD, POST, PUT, PATCH, DELETE",
            ])
    }

    @Test("All of a configuration is in the answer")
    func fullPreflight() async throws {
        var configuration = Self.only(Self.site, credentials: true)
        configuration.methods = [.get, .delete]
        configuration.headers = .only([.authorization, .contentType])
        configuration.exposedHeaders = [.eTag]
        configuration.maximumAge = .seconds(600)
        let fields = try await Self.respond(configuration, method: .options, fields: Self.preflight).response
            .headerFields
        #expect(
            fields == [
                .vary: "Origin", .accessControlAllowOrigin: Self.site, .accessControlAllowCredentials: "true",
                .accessControlAllowMethods: "GET, DELETE", .accessControlAllowHeaders: "Authorization, Content-Type",
                .accessControlMaxAge: "600",
            ])
    }

    @Test("The fields that are asked for are allowed, unless there is a list")
    func requestHeaders() async throws {
        var asked = Self.preflight
        asked[.accessControlRequestHeaders] = "authorization,x-custom"
        let mirrored = try await Self.respond(method: .options, fields: asked).response.headerFields
        #expect(mirrored[.accessControlAllowHeaders] == "authorization,x-custom")
        var configuration = HTTPCORS()
        configuration.headers = .only([])
        let listed = try await Self.respond(configuration, method: .options, fields: asked).response.headerFields
        #expect(listed[.accessControlAllowHeaders] == nil && listed[.vary] == nil)
    }

    @Test("An origin that is not allowed is told nothing, whatever it asks for")
    func refusedPreflight() async throws {
        var configuration = Self.only("https://b.example", credentials: true)
        configuration.maximumAge = .seconds(600)
        let result = try await Self.respond(configuration, method: .options, fields: Self.preflight)
        #expect(!result.wasHandled && result.response.status == .noContent)
        #expect(result.response.headerFields == [.vary: "Access-Control-Request-Headers, Origin"])
    }

    @Test(
        "What is no preflight comes to the handler",
        arguments: [
            (.options, [.origin: Self.site]), (.options, [.accessControlRequestMethod: "PUT"]), (.options, [:]),
            (.get, [.origin: Self.site, .accessControlRequestMethod: "PUT"]),
        ] as [(HTTPRequest.Method, HTTPFields)])
    func noPreflight(method: HTTPRequest.Method, fields: HTTPFields) async throws {
        #expect(try await Self.respond(method: method, fields: fields).wasHandled)
    }

    @Test("Ages below zero are zero, and parts of seconds are left out")
    func ages() async throws {
        for (age, text) in [(Duration.seconds(-5), "0"), (.milliseconds(1999), "1"), (.seconds(86400), "86400")] {
            var configuration = HTTPCORS()
            configuration.maximumAge = age
            let fields = try await Self.respond(configuration, method: .options, fields: Self.preflight).response
                .headerFields
            #expect(fields[.accessControlMaxAge] == text)
        }
    }

    @Test("A page may read what a handler throws to answer with a status, other errors pass")
    func errors() async throws {
        let result = try await Self.respond(fields: [.origin: Self.site]) { _ in
            throw HTTPError(.notFound, message: "no")
        }
        #expect(result.response.status == .notFound)
        #expect(try await result.response.body.collect(upTo: 10) == Array("no\n".utf8))
        #expect(result.response.headerFields[.accessControlAllowOrigin] == "*")
        await #expect(throws: HTTPBodyError.tooLarge) {
            try await Self.respond(fields: [.origin: Self.site]) { _ in throw HTTPBodyError.tooLarge }
        }
    }
}
