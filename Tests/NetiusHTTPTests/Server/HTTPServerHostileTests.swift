import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP server: hostile requests", .timeLimit(.minutes(5)))
struct HTTPServerHostileTests {
    private static let evil = "GET /evil HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test("Each is answered with its status, then the connection ends and nothing after it is interpreted")
    func corpus() async throws {
        let evil = Gate()
        try await withServer { request in
            if request.path == "/evil" { evil.open() }
            return try await describe(request)
        } _: { server in
            // What begins as HTTP/2 does is answered as such.
            for row in HostileRequests.all where !row.text.hasPrefix("PRI ") {
                let client = try await server.connect()
                try await client.send(octets(row.text + Self.evil))
                var bytes = try await client.rest()[...]
                let (response, next) = try #require(try RawResponse.parse(bytes, to: "POST", isEnd: true))
                bytes = bytes[next...]
                #expect(response.status == row.error.status.code, "\(row)")
                #expect(response["Connection"] == "close" && response["Date"] != nil)
                #expect(bytes.isEmpty, "\(row)")
                await client.close()
            }
            #expect(evil.count == 0)
            try await server.waitForConnections(0)
        }
    }

    @Test("The refusal of what comes after a request in order comes after its response")
    func afterValid() async throws {
        try await withServer(handler: describe) { server in
            for row in HostileRequests.all where !row.text.hasPrefix("\r\n") && row.text.utf8.count < 1000 {
                let client = try await server.connect()
                try await client.send(octets("GET /first HTTP/1.1\r\nHost: h\r\n\r\n" + row.text))
                #expect(try await client.response().text == "GET h /first ")
                #expect(try await client.response(to: "POST").status == row.error.status.code, "\(row)")
                #expect(try await client.isClosedByServer())
                await client.close()
            }
        }
    }

    @Test("What is refused is logged in one line that has nothing of what the client sent")
    func logged() async throws {
        try await withServer(handler: describe) { server in
            let response = try await server.respond("GET /\u{1B}[2Jsecret HTTP/1.1\r\n\r\n")
            #expect(response.status == 400)
            let records = server.log.records(.info)
            #expect(records.map(\.message) == ["refused: invalid request target"])
            #expect(records.first?.metadata["peer"] != nil)
        }
    }

    @Test("A client that goes on sending after its refusal is cut off in the end")
    func persistent() async throws {
        try await withServer({ $0.lingerTimeout = .milliseconds(100) }, handler: describe) { server in
            let loop = try EventLoop(name: "flood")
            let client = try await server.connect(on: loop)
            try await client.send("nonsense\r\n\r\n")
            #expect(try await client.response().status == 400)
            let junk = [UInt8](repeating: 0, count: 1 << 20)
            await #expect(throws: SystemError.self) { while true { try await client.send(junk) } }
            await client.close()
            try await server.waitForConnections(0)
            await loop.shutdown()
        }
    }
}
