import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Access log: a server's", .serialized, .timeLimit(.minutes(2)))
struct HTTPAccessServerTests {
    private static let corpus = ValidRequests.all.map(octets) + HostileRequests.all.map { octets($0.text) }

    /// What a client may send: one or two requests, more or less broken.
    private func input(_ random: inout SeededGenerator) -> [UInt8] {
        var input: [UInt8] = []
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            input += Self.corpus[Int.random(in: 0..<Self.corpus.count, using: &random)]
        }
        let tricks = octets("\"\\\n\r\t\0 \u{1B}\u{80}")
        for _ in 0..<Int.random(in: 0...2, using: &random) {
            let position = Int.random(in: 0..<min(input.count, 40), using: &random)
            input[position] = tricks[Int.random(in: 0..<tricks.count, using: &random)]
        }
        return input
    }

    /// The final responses in the octets that a server sent.
    private func responses(_ received: [UInt8]) -> Int {
        let marks = String(decoding: received, as: UTF8.self).split(
            separator: "HTTP/1.1 ", omittingEmptySubsequences: false)
        return marks.dropFirst().count { !$0.hasPrefix("100 ") }
    }

    @Test("Whatever is sent, there is one line for each response, and each can be read back", arguments: [1, 2, 3])
    func lines(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let written = Box<[UInt8]>([])
        let log = try HTTPAccessLog(to: .closure { written.value += $0 })
        var expected = 0
        try await withServer {
            $0.accessLog = log
            $0.allowsHalfClosure = true
        } handler: { request in
            request.user = request.headerFields[.userAgent]
            return .ok("in")
        } _: { server in
            for _ in 0..<150 {
                let client = try await server.connect()
                try await client.send(input(&random))
                await client.finishWriting()
                while try await client.receiveMore() {}
                expected += responses(Array(client.received))
                await client.close()
            }
            try await server.waitForConnections(0)
        }
        var lines = 0
        for line in written.value.split(separator: 10, omittingEmptySubsequences: false).dropLast() {
            #expect(throws: Never.self) { try AccessLine(line + [10], isCombined: true) }
            lines += 1
        }
        #expect(lines >= 100)
        #expect(lines == expected)
        #expect(log.lostLines == 0)
    }

    @Test("What trusted proxies and authentication found out is in the line", arguments: TransportMode.allCases)
    func middleware(mode: TransportMode) async throws {
        let written = Box<[UInt8]>([])
        let log = try HTTPAccessLog(to: .closure { written.value += $0 }, format: .common)
        let middleware = [
            HTTPMiddleware.trustedProxies(try IPNetworkSet(parsing: ["127.0.0.1"])),
            .basicAuthentication(user: "frank", password: "secret"),
        ]
        try await withServer(in: mode, { $0.accessLog = log }, handler: middleware({ _ in .ok("in") })) { server in
            for authorization in ["ZnJhbms6c2VjcmV0", "ZnJhbms6d3Jvbmc="] {
                _ = try await server.respond(
                    "GET /x HTTP/1.1\r\nHost: a\r\nForwarded: for=203.0.113.9\r\nAuthorization: Basic \(authorization)\r\n\r\n"
                )
            }
        }
        let lines = try written.value.split(separator: 10).map { try AccessLine($0 + [10], isCombined: false) }
        #expect(lines.map(\.host) == ["203.0.113.9", "203.0.113.9"])
        #expect(lines.map(\.user) == ["frank", "-"])
        #expect(lines.map(\.status) == [200, 401])
    }
}
