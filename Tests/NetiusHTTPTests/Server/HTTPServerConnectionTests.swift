import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP server: connections handed over", .timeLimit(.minutes(5)))
struct HTTPServerConnectionTests {
    private static let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test("A connection's requests are read and answered one after the other")
    func requests() async throws {
        let ended = Gate()
        try await withConnectionServer { connection in
            var count = 0
            for try await request in connection.requests {
                count += 1
                try await request.respond(.ok("\(count) \(try await request.body.text(upTo: 10))"))
            }
            ended.open()
        } _: { server in
            let client = try await server.connect()
            try await client.send(Self.get + "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi" + Self.get)
            #expect(try await client.responses(3).map(\.text) == ["1 ", "2 hi", "3 "])
            await client.close()
            await ended.wait()
            try await server.waitForConnections(0)
        }
    }

    @Test("A request that is answered twice, or not, is an error, and the client gets one response")
    func misuse() async throws {
        let outcome = Box("")
        try await withConnectionServer { connection in
            for try await request in connection.requests {
                switch request.path {
                case "/twice":
                    try await request.respond(.ok("once"))
                    outcome.value = await failure { try await request.respond(.ok("twice")) }
                case "/unanswered": break
                case "/end": return
                case "/throw": throw HTTPError(.notFound)
                case "/swallow":
                    try? await request.respond(HTTPResponse(.ok) { _ in throw HTTPError(.badGateway) })
                    return
                case "/cut":
                    try? await request.respond(
                        HTTPResponse(.ok) { writer in
                            try await writer.write("x")
                            throw HTTPError(.badGateway)
                        })
                    return
                default:
                    let big = HTTPResponse(status: .ok, body: .bytes(Array(repeating: 97, count: 20_000_000)))
                    async let one = failure { try await request.respond(big) }
                    async let other = failure { try await request.respond(big) }
                    outcome.value = await [one, other].sorted().joined()
                }
            }
        } _: { server in
            var client = try await server.connect()
            try await client.send("GET /twice HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await client.response().text == "once")
            try await client.send("GET /both HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            #expect(outcome.value == "the response has ended")
            let (response, _) = try #require(
                try RawResponse.parse(try await client.rest()[...], to: "GET", isEnd: true))
            #expect(response.body.count == 20_000_000)
            #expect(outcome.value == "the response has ended")
            await client.close()
            for (path, status) in [("/unanswered", 500), ("/end", 500), ("/throw", 404), ("/swallow", 500)] {
                client = try await server.connect()
                try await client.send("GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n" + Self.get)
                #expect(try await client.response().status == status)
                #expect(try await client.isClosedByServer())
                await client.close()
            }
            client = try await server.connect()
            try await client.send("GET /cut HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await client.truncatedResponse() != nil)
            await client.close()
        }
    }

    @Test("A connection is closed when its handler ends, and is refused nothing before")
    func ends() async throws {
        try await withConnectionServer { connection in
            guard let request = try await connection.requests.makeAsyncIterator().nextRequest() else { return }
            try await request.respond(.ok("only"))
        } _: { server in
            let client = try await server.connect()
            try await client.send(Self.get + Self.get)
            #expect(try await client.response().text == "only")
            #expect(try await client.isClosedByServer())
            await client.close()
            try await server.waitForConnections(0)
        }
    }

    @Test("What is no request is refused and ends the sequence")
    func refused() async throws {
        let ended = Gate()
        try await withConnectionServer { connection in
            for try await request in connection.requests { try await request.respond(.ok("")) }
            ended.open()
        } _: { server in
            let client = try await server.connect()
            try await client.send(Self.get + "nonsense\r\n\r\n" + Self.get)
            #expect(try await client.responses(2).map(\.status) == [200, 400])
            #expect(try await client.isClosedByServer())
            await ended.wait()
            await client.close()
        }
    }

    @Test("A graceful shutdown ends the sequence of an idle connection, and of a busy one after its response")
    func shutdown() async throws {
        let (busy, mayAnswer, ended) = (Gate(), Gate(), Gate())
        try await withConnectionServer { connection in
            for try await request in connection.requests {
                if request.path == "/busy" {
                    busy.open()
                    await mayAnswer.wait()
                }
                try await request.respond(.ok(""))
            }
            ended.open()
        } _: { server in
            let (idle, working) = (try await server.connect(), try await server.connect())
            try await idle.send(Self.get)
            #expect(try await idle.response().status == 200)
            try await working.send("GET /busy HTTP/1.1\r\nHost: h\r\n\r\n")
            await busy.wait()
            server.server.shutdown()
            #expect(try await idle.isClosedByServer())
            await ended.wait()
            mayAnswer.open()
            #expect(try await working.response()["Connection"] == "close")
            try await server.task.value
            #expect(ended.count == 2)
            await idle.close()
            await working.close()
        }
    }
}

extension HTTPServerRequests.AsyncIterator {
    fileprivate func nextRequest() async throws -> HTTPRequest? {
        var iterator = self
        return try await iterator.next()
    }
}
