import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP server: handlers that fail", .timeLimit(.minutes(5)))
struct HTTPServerErrorTests {
    private struct Failure: Error, CustomStringConvertible {
        var description: String { "out of order" }
    }

    private static let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test(
        "An error is answered with 500, logged once with the peer, and the connection goes on",
        arguments: TransportMode.allCases)
    func failing(mode: TransportMode) async throws {
        try await withServer(in: mode) { request in
            guard request.path == "/" else { throw Failure() }
            return .ok("fine")
        } _: { server in
            let client = try await server.connect()
            try await client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n" + Self.get)
            let responses = try await client.responses(2)
            #expect(responses.map(\.status) == [500, 200])
            #expect(responses[0].text == "500 Internal Server Error\n")
            let errors = server.log.records(.error)
            #expect(errors.map(\.message) == ["the handler failed: out of order"])
            let local = await client.connection.localAddress
            #expect(errors.first?.metadata["peer"] == local.map { "\($0)" })
            #expect(errors.first?.metadata["protocol"] == (mode.isHTTP2 ? "HTTP/2" : "HTTP/1"))
            await client.close()
        }
    }

    @Test(
        "An HTTPError is answered with its status and message, and is not logged as an error",
        arguments: TransportMode.allCases)
    func statuses(mode: TransportMode) async throws {
        let long = String(repeating: "x", count: 100_000)
        try await withServer(in: mode) { request in
            switch request.path {
            case "/404": throw HTTPError(.notFound)
            case "/503": throw HTTPError(.serviceUnavailable, message: "later")
            case "/long": throw HTTPError(.badRequest, message: long)
            default: throw HTTPError(HTTPResponse.Status(code: 418), message: "a\r\nb")
            }
        } _: { server in
            let client = try await server.connect()
            for (path, status, text) in [
                ("/404", 404, "404 Not Found\n"), ("/503", 503, "later\n"), ("/x", 418, "a\r\nb\n"),
                ("/long", 400, long + "\n"),
            ] {
                try await client.send("GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n")
                let response = try await client.response()
                #expect(response.status == status && response.text == text)
            }
            try await client.send("HEAD /404 HTTP/1.1\r\nHost: h\r\n\r\n")
            let head = try await client.response(to: "HEAD")
            #expect(head.status == 404 && head["Content-Length"] == "14")
            #expect(server.log.records(.error).isEmpty)
            await client.close()
        }
    }

    @Test(
        "A response that cannot be sent as it is becomes a 500", arguments: [100, 101, 102, 199], TransportMode.allCases
    )
    func invalidStatus(code: Int, mode: TransportMode) async throws {
        try await withServer(in: mode) { request in
            request.path == "/stream"
                ? HTTPResponse(HTTPResponse.Status(code: code)) { try await $0.write("x") }
                : HTTPResponse(status: HTTPResponse.Status(code: code))
        } _: { server in
            let client = try await server.connect()
            for path in ["/", "/stream"] {
                try await client.send("GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n")
                #expect(try await client.response().status == 500)
            }
            #expect(!client.hasMore)
            await client.close()
        }
    }

    @Test("Content that a status or a method forbids is left out, whole or not", arguments: TransportMode.allCases)
    func forbiddenContent(mode: TransportMode) async throws {
        let big = [UInt8](repeating: 97, count: 100_000)
        try await withServer(in: mode) { request in
            let status = HTTPResponse.Status(code: Int(request.path?.dropFirst().prefix(3) ?? "") ?? 200)
            return HTTPResponse(
                status: status, body: request.path?.hasSuffix("big") == true ? .bytes(big) : .text("text"))
        } _: { server in
            let client = try await server.connect()
            for size in ["", "big"] {
                for status in [204, 205, 304] {
                    try await client.send("GET /\(status)\(size) HTTP/1.1\r\nHost: h\r\n\r\n")
                    let response = try await client.response()
                    #expect(response.status == status && response.body.isEmpty)
                }
                try await client.send("HEAD /200\(size) HTTP/1.1\r\nHost: h\r\n\r\n")
                let response = try await client.response(to: "HEAD")
                #expect(response["Content-Length"] == (size.isEmpty ? "4" : "100000"))
            }
            #expect(!client.hasMore)
            await client.close()
        }
    }

    @Test(
        "A handler that never answered is cancelled at once with the task that runs the server",
        arguments: TransportMode.allCases)
    func cancelled(mode: TransportMode) async throws {
        let (running, cancelled) = (Gate(), Gate())
        try await withServer(in: mode) { _ in
            running.open()
            try await untilCancelled(cancelled)
        } _: { server in
            let client = try await server.connect()
            try await client.send(Self.get)
            await running.wait()
            server.task.cancel()
            await cancelled.wait()
            try await server.task.value
            #expect(await failure { _ = try await client.rest() } != "the peer sent nothing for too long")
            #expect(server.log.records(.error).isEmpty)
            await client.close()
        }
    }
}
