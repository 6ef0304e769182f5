import Netius
import Testing

@testable import NetiusHTTP

@Suite("Middleware: trusted proxies", .timeLimit(.minutes(2)))
struct TrustedProxiesTests {
    @Sendable private static func describe(_ request: HTTPRequest) -> HTTPResponse {
        let parts = [
            request.clientAddress?.description, request.forwardedScheme, request.forwardedHost, request.scheme,
            request.authority,
        ]
        return .ok(parts.map { $0 ?? "nil" }.joined(separator: " "))
    }

    private func answer(
        trusting networks: [String], reading: HTTPForwardedFields = .any, trustsUnixSockets: Bool = false,
        at address: SocketAddress = .ip(.v4(.loopback), port: 0), fields: String
    ) async throws -> String {
        let middleware = HTTPMiddleware.trustedProxies(
            try IPNetworkSet(parsing: networks), reading: reading, trustsUnixSockets: trustsUnixSockets)
        return try await withServer(at: address, handler: middleware { Self.describe($0) }) { server in
            try await server.respond("GET / HTTP/1.1\r\nHost: here\r\n\(fields)\r\n").text
        }
    }

    @Test("A trusted peer is believed; scheme and authority stay what they were")
    func trusted() async throws {
        #expect(
            try await answer(
                trusting: ["127.0.0.0/8"], fields: "Forwarded: for=203.0.113.9;proto=https;host=there\r\n")
                == "203.0.113.9 https there http here")
        #expect(
            try await answer(
                trusting: ["127.0.0.0/8"],
                fields: "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: there\r\n")
                == "203.0.113.9 https there http here")
    }

    @Test("Any other peer is not")
    func untrusted() async throws {
        #expect(
            try await answer(
                trusting: ["10.0.0.0/8"],
                fields: "Forwarded: for=203.0.113.9;proto=https\r\nX-Forwarded-For: 10.0.0.1\r\n")
                == "127.0.0.1 nil nil http here")
    }

    @Test("A trusted peer that says nothing is the client")
    func silent() async throws {
        #expect(try await answer(trusting: ["127.0.0.1"], fields: "") == "127.0.0.1 nil nil http here")
    }

    @Test("Fields that the proxies do not write can be left unread")
    func reading() async throws {
        #expect(
            try await answer(
                trusting: ["127.0.0.1"], reading: .xForwarded,
                fields: "Forwarded: for=10.0.0.1\r\nX-Forwarded-For: 203.0.113.9\r\n")
                == "203.0.113.9 nil nil http here")
    }

    @Test("A peer over a Unix domain socket is believed where that was asked for")
    func unix() async throws {
        for isTrusted in [false, true] {
            let path = "/tmp/netius-proxy-\(UInt32.random(in: 0 ... .max))"
            let text = try await answer(
                trusting: ["10.0.0.0/8"], trustsUnixSockets: isTrusted, at: .unix(path: path),
                fields: "Forwarded: for=203.0.113.9, for=10.0.0.1\r\n")
            #expect(text == "\(isTrusted ? "203.0.113.9" : "nil") nil nil http here")
        }
    }

    @Test("What one request said does not stick to the next on its connection", arguments: TransportMode.allCases)
    func next(mode: TransportMode) async throws {
        let middleware = HTTPMiddleware.trustedProxies(try IPNetworkSet(parsing: ["127.0.0.1"]))
        try await withServer(in: mode, handler: middleware { Self.describe($0) }) { server in
            let client = try await server.connect()
            try await client.send(
                "GET / HTTP/1.1\r\nHost: a\r\nForwarded: for=203.0.113.9;proto=https\r\n\r\n"
                    + "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(
                try await client.responses(2).map(\.text)
                    == ["203.0.113.9 https nil \(mode.scheme) a", "127.0.0.1 nil nil \(mode.scheme) a"])
            await client.close()
        }
    }
}
