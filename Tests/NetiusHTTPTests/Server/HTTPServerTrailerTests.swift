import Netius
import NetiusHTTP
import Testing

@Suite("HTTP server: trailers", .timeLimit(.minutes(1)))
struct HTTPServerTrailerTests {
    /// Answers with the trailer `ETag` before and after the body is read.
    @Sendable private static func describe(_ request: HTTPRequest) async throws -> HTTPResponse {
        let before = await request.body.trailers.count
        _ = try await request.body.collect(upTo: 100)
        let trailers = await request.body.trailers
        return .ok("\(before) \(trailers.count) \(trailers[.eTag] ?? "-")")
    }

    @Test(
        "They are there when the body has been read, and only those of this request", arguments: TransportMode.allCases)
    func requestTrailers(mode: TransportMode) async throws {
        try await withServer(in: mode, handler: Self.describe) { server in
            let client = try await server.connect()
            let chunked = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n"
            try await client.send(chunked + "ETag: \"1\"\r\nCookie: a\r\n\r\n")
            #expect(try await client.response().text == "0 1 \"1\"")
            try await client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc")
            #expect(try await client.response().text == "0 0 -")
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await client.response().text == "0 0 -")
            try await client.send(chunked + "\r\n")
            #expect(try await client.response().text == "0 0 -")
            await client.close()
        }
    }
}
