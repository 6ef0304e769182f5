import Netius
import Testing

@testable import NetiusHTTP

@Suite("Rate limit", .timeLimit(.minutes(2)))
struct RateLimitTests {
    private static func ask(_ handler: HTTPServer.Handler, _ address: String?) async throws -> HTTPResponse {
        let request = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/")
        if let address { request.clientAddress = try IPAddress(parsing: address) }
        return try await handler(request)
    }

    @Test("A client that has had its share is told when to come again, and others are not")
    func refusal() async throws {
        let handler = HTTPMiddleware.rateLimit(2, per: .seconds(3600))({ _ in .ok("yes") })
        for address in ["192.0.2.1", "192.0.2.2", "2001:db8::1"] {
            for _ in 0..<2 { #expect(try await Self.ask(handler, address).status == .ok) }
            let refused = try await Self.ask(handler, address)
            #expect(refused.status == .tooManyRequests)
            let seconds = try #require(refused.headerFields[.retryAfter].flatMap(Int.init))
            #expect((1...1800).contains(seconds))
        }
        #expect(try await Self.ask(handler, "2001:db8::2").status == .tooManyRequests)
        #expect(try await Self.ask(handler, "2001:db8:1::2").status == .ok)
    }

    @Test("Retry-After is in whole seconds and never zero")
    func shortWait() async throws {
        let handler = HTTPMiddleware.rateLimit(1, per: .seconds(10), burst: 1)({ _ in .ok("yes") })
        _ = try await Self.ask(handler, "192.0.2.1")
        let seconds = try #require(try await Self.ask(handler, "192.0.2.1").headerFields[.retryAfter].flatMap(Int.init))
        #expect((1...10).contains(seconds))
    }

    @Test("A burst may be larger than the rate")
    func burst() async throws {
        let handler = HTTPMiddleware.rateLimit(1, per: .seconds(3600), burst: 5)({ _ in .ok("yes") })
        for _ in 0..<5 { #expect(try await Self.ask(handler, "192.0.2.1").status == .ok) }
        #expect(try await Self.ask(handler, "192.0.2.1").status == .tooManyRequests)
    }

    @Test("Requests without an address are not limited")
    func withoutAddress() async throws {
        let handler = HTTPMiddleware.rateLimit(1, per: .seconds(3600))({ _ in .ok("yes") })
        for _ in 0..<5 { #expect(try await Self.ask(handler, nil).status == .ok) }
    }

    @Test("One limit is shared by all that it surrounds; two are not")
    func sharing() async throws {
        let limit = HTTPMiddleware.rateLimit(1, per: .seconds(3600))
        let (one, other) = (limit({ _ in .ok("one") }), limit({ _ in .ok("other") }))
        #expect(try await Self.ask(one, "192.0.2.1").status == .ok)
        #expect(try await Self.ask(other, "192.0.2.1").status == .tooManyRequests)
        let apart = HTTPMiddleware.rateLimit(1, per: .seconds(3600))({ _ in .ok("apart") })
        #expect(try await Self.ask(apart, "192.0.2.1").status == .ok)
    }

    @Test(
        "A server counts a client's requests over all of its connections and loops", arguments: TransportMode.allCases)
    func server(mode: TransportMode) async throws {
        let handler = HTTPMiddleware.rateLimit(5, per: .seconds(3600))({ _ in .ok("yes") })
        try await withServer(in: mode, loops: 2, handler: handler) { server in
            var statuses: [Int] = []
            for _ in 0..<8 {
                statuses.append(try await server.respond("GET / HTTP/1.1\r\nHost: h\r\n\r\n").status)
            }
            #expect(statuses == [200, 200, 200, 200, 200, 429, 429, 429])
        }
    }
}
