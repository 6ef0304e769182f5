import Netius
import Testing

@testable import NetiusHTTP

@Suite("HTTP client: requests that are sent once more", .timeLimit(.minutes(5)))
struct HTTPClientRetryTests {
    @Test("A request that a kept connection died on is sent once more, if that is the same as once")
    func retry() async throws {
        try await withScriptedServer { connection, number in
            // The first request of each connection is answered; at the next the connection ends.
            let head = try await connection.head() ?? ""
            if head.hasPrefix("POST") { _ = try await connection.read(1) }
            if head.contains("chunked") { _ = try await connection.read(5) }
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(number)")
            _ = try await connection.head()
        } _: { server async throws in
            try await withClient { client async throws in
                #expect(try await client.get(server.url()).body.text(upTo: 9) == "0")
                #expect(try await client.get(server.url()).body.text(upTo: 9) == "1")
                let put = HTTPRequestBody { Pieces(pieces: []) }
                #expect(try await client.put(server.url(), body: put).body.text(upTo: 9) == "2")
                let post = await clientError { _ = try await client.post(server.url(), body: .bytes([1])) }
                #expect(post?.code == .connectionClosed)
                #expect(post?.description.contains("cannot be sent again") == true)
                #expect(try await client.post(server.url(), body: .bytes([1])).body.text(upTo: 9) == "3")
                let once = HTTPRequestBody(Pieces(pieces: []))
                #expect(
                    await clientError { _ = try await client.put(server.url(), body: once) }?.code == .connectionClosed)
            }
        }
    }

    @Test("A server that cannot be asked first gets the request once more without")
    func expectationFailed() async throws {
        try await withScriptedServer { connection, _ in
            while let head = try await connection.head() {
                if head.contains("Expect") {
                    return try await connection.send("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n")
                }
                _ = try await connection.read(10)
                try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            }
        } _: { server async throws in
            try await withClient({ $0.continueThreshold = 10 }) { client async throws in
                let body = HTTPRequestBody.bytes(Array(1...10))
                #expect(try await client.post(server.url(), body: body).status == .ok)
            }
        }
    }
}
