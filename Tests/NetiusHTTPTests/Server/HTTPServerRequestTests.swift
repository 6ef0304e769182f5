import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

/// Answers with what the request was.
@Sendable func describe(_ request: HTTPRequest) async throws -> HTTPResponse {
    let body = try await request.body.text(upTo: 1 << 20)
    return .ok("\(request.method) \(request.authority ?? "-") \(request.path ?? "-") \(body)")
}

@Suite("HTTP server: requests", .timeLimit(.minutes(5)))
struct HTTPServerRequestTests {
    @Test("GET, HEAD and POST are answered", arguments: TransportMode.allCases)
    func methods(mode: TransportMode) async throws {
        try await withServer(in: mode, handler: describe) { server in
            let client = try await server.connect()
            try await client.send("GET /a?b HTTP/1.1\r\nHost: h\r\n\r\n")
            let get = try await client.response()
            #expect(get.status == 200 && get.phrase == (mode.isHTTP2 ? "" : "OK"))
            #expect(get.text == "GET h /a?b ")
            #expect(get["Content-Length"] == "11")
            #expect(get["Content-Type"] == "text/plain; charset=utf-8")
            #expect(get["Connection"] == nil)

            try await client.send("HEAD /a?b HTTP/1.1\r\nHost: h\r\n\r\n")
            let head = try await client.response(to: "HEAD")
            #expect(head.status == 200 && head["Content-Length"] == "12" && head.body.isEmpty)

            try await client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello")
            #expect(try await client.response().text == "POST h / hello")
            #expect(!client.hasMore)
            await client.close()
        }
    }

    @Test("Date is there, in its form, and right", arguments: TransportMode.allCases)
    func date(mode: TransportMode) async throws {
        try await withServer(in: mode, handler: describe) { server in
            let formatter = DateFormatter()
            formatter.locale = Locale(identifier: "en_US_POSIX")
            formatter.timeZone = TimeZone(identifier: "GMT")
            formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
            let before = Date().addingTimeInterval(-2)
            let response = try await server.respond("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let date = try #require(formatter.date(from: response["Date"] ?? ""))
            #expect(before < date && date <= Date())
        }
    }

    @Test("The target may be absolute or the asterisk, and what it names counts")
    func targets() async throws {
        try await withServer(handler: describe) { server in
            let client = try await server.connect()
            try await client.send("GET http://other:81/p?q HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await client.response().text == "GET other:81 /p?q ")
            try await client.send("GET http://other HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await client.response().text == "GET other / ")
            try await client.send("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await client.response().text == "OPTIONS h * ")
            try await client.send("OPTIONS http://other HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await client.response().text == "OPTIONS other * ")
            await client.close()
        }
    }

    @Test(
        "Whether the connection persists is what the version and the Connection field say",
        arguments: [
            ("GET / HTTP/1.1\r\nHost: h\r\n\r\n", nil, true),
            ("GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\n\r\n", nil, true),
            ("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "close", false),
            ("GET / HTTP/1.1\r\nHost: h\r\nConnection: x, CLOSE\r\n\r\n", "close", false),
            ("GET / HTTP/1.0\r\n\r\n", "close", false),
            ("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", "keep-alive", true),
            ("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", "close", false),
        ] as [(String, String?, Bool)])
    func persistence(request: String, connection: String?, persists: Bool) async throws {
        try await withServer(handler: describe) { server in
            let client = try await server.connect()
            try await client.send(request)
            let response = try await client.response()
            #expect(response.status == 200 && response["Connection"] == connection)
            if persists {
                try await client.send(request)
                #expect(try await client.response() == response || response["Date"] != nil)
            } else {
                #expect(try await client.isClosedByServer())
            }
            await client.close()
        }
    }

    @Test("A server or a handler that does not want the connection to persist says so and closes it")
    func closing() async throws {
        try await withServer({ $0.keepsConnectionsAlive = false }, handler: describe) { server in
            let client = try await server.connect()
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await client.response()["Connection"] == "close")
            #expect(try await client.isClosedByServer())
            await client.close()
        }
        try await withServer { _ in
            HTTPResponse(status: .ok, headerFields: [.connection: "close"])
        } _: { server in
            let client = try await server.connect()
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await client.response()["Connection"] == "close")
            #expect(try await client.isClosedByServer())
            await client.close()
        }
    }

    @Test("A request may arrive octet by octet, after an empty line", arguments: TransportMode.allCases)
    func pieces(mode: TransportMode) async throws {
        try await withServer(in: mode, handler: describe) { server in
            let client = try await server.connect()
            let request = octets("\r\nPOST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc")
            for _ in 0..<2 {
                try await client.send(request, pieces: Array(repeating: 1, count: request.count))
                #expect(try await client.response().text == "POST h /x abc")
            }
            await client.close()
        }
    }

    @Test("The peer's address is that of the client", arguments: TransportMode.allCases)
    func peer(mode: TransportMode) async throws {
        try await withServer(in: mode) { request in
            .ok("\(request.peerAddress.map { "\($0)" } ?? "-")")
        } _: { server in
            let client = try await server.connect()
            let local = await client.connection.localAddress
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await client.response().text == local.map { "\($0)" })
            await client.close()
        }
    }

    @Test(
        "What a handler puts into a field, a phrase or a trailer cannot end the line", arguments: TransportMode.allCases
    )
    func injection(mode: TransportMode) async throws {
        let hostile = "a\r\nSet-Cookie: evil=1\r\n\r\nHTTP/1.1 200 OK\r\n\0"
        try await withServer(in: mode) { _ in
            var fields: HTTPFields = [.location: hostile, .contentType: hostile]
            fields.append(HTTPField(name: .setCookie, value: "good=\n1"))
            fields[.contentLength] = "1"
            fields[.transferEncoding] = "chunked"
            return HTTPResponse(HTTPResponse.Status(code: 299, reasonPhrase: hostile), headerFields: fields) { writer in
                try await writer.write("body")
                try await writer.finish(trailers: [.eTag: hostile, .contentLength: "5"])
            }
        } _: { server in
            let client = try await server.connect()
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n")
            for response in try await client.responses(2) {
                #expect(response.status == 299)
                #expect(response.values("Set-Cookie") == ["good= 1"])
                #expect(response["Content-Length"] == nil && response.framing == mode.framingWithoutLength)
                #expect(response.text == "body")
                #expect(response.trailers.count == 1 && response.trailer("ETag")?.hasPrefix("a") == true)
            }
            #expect(!client.hasMore)
            await client.close()
        }
    }
}
