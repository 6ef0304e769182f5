import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP server: pipelines", .timeLimit(.minutes(5)))
struct HTTPServerPipelineTests {
    @Test("Fifty requests in one write get fifty responses in order", arguments: TransportMode.allCases)
    func fifty(mode: TransportMode) async throws {
        try await withServer(in: mode, handler: describe) { server in
            let client = try await server.connect()
            try await client.send((0..<50).map { "GET /\($0) HTTP/1.1\r\nHost: h\r\n\r\n" }.joined())
            let texts = try await client.responses(50).map(\.text)
            #expect(texts == (0..<50).map { "GET h /\($0) " })
            #expect(!client.hasMore)
            await client.close()
        }
    }

    @Test(
        "Order is kept among handlers that are fast, that suspend and that stream, and with bodies",
        arguments: TransportMode.allCases)
    func mixed(mode: TransportMode) async throws {
        try await withServer(in: mode) { request in
            let body = try await request.body.text(upTo: 100_000)
            let text = "\(request.path ?? "") \(body.count)"
            switch request.path?.suffix(1) {
            case "1": try await request.loop?.sleep(for: .milliseconds(1))
            case "2": return HTTPResponse(.ok) { try await $0.write(text) }
            case "3": await Task.detached { await Task.yield() }.value
            case "4": return HTTPResponse(.ok, contentLength: text.utf8.count) { try await $0.write(text) }
            case "5":
                return HTTPResponse(status: .ok, body: .bytes(Array(text.utf8) + Array(repeating: 0, count: 50_000)))
            default: break
            }
            return .ok(text)
        } _: { server in
            let client = try await server.connect()
            let requests = (0..<60).map { number in
                let body = String(repeating: "b", count: number * 37)
                return switch number % 3 {
                case 0: "GET /\(number) HTTP/1.1\r\nHost: h\r\n\r\n"
                case 1: "POST /\(number) HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                default:
                    "PUT /\(number) HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\nX: y\r\n\r\n"
                }
            }
            async let sent: Void = client.send(requests.joined())
            for number in 0..<60 {
                let response = try await client.response()
                #expect(response.text.prefix { $0 != "\0" } == "/\(number) \(number % 3 == 0 ? 0 : number * 37)")
            }
            try await sent
            #expect(!client.hasMore)
            await client.close()
        }
    }

    @Test("What follows a request that closes is not served")
    func afterClose() async throws {
        let served = Gate()
        try await withServer { _ in
            served.open()
            return .ok("")
        } _: { server in
            let client = try await server.connect()
            try await client.send(
                "GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
                    + "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await client.responses(2).map { $0["Connection"] } == [nil, "close"])
            #expect(try await client.isClosedByServer())
            #expect(served.count == 2)
            await client.close()
        }
    }

    @Test("An empty line before a request is passed over, on each connection anew")
    func emptyLines() async throws {
        try await withServer(handler: describe) { server in
            let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
            let clients = [try await server.connect(), try await server.connect(), try await server.connect()]
            for client in clients {
                for _ in 0..<3 {
                    // One that comes alone leaves nothing behind, neither here nor on another connection.
                    try await client.send(get + "\r\n")
                    #expect(try await client.response().status == 200)
                    let other = try await server.respond("\r\n" + get)
                    #expect(other.status == 200)
                }
                try await client.send("\r\n\r\n")
                #expect(try await client.response().status == 400)
                await client.close()
            }
        }
    }

    @Test("Responses before an error reach the client, however much of them has not been sent")
    func beforeError() async throws {
        struct Failure: Error {}
        try await withServer { request in
            switch request.path {
            case "/error": throw Failure()
            case "/cancelled": throw CancellationError()
            case "/body": return .ok(try await request.body.text(upTo: 100))
            default: return HTTPResponse(status: .ok, body: .bytes(Array(repeating: 97, count: 16_000)))
            }
        } _: { server in
            let good = String(repeating: "GET / HTTP/1.1\r\nHost: h\r\n\r\n", count: 5)
            for (last, status) in [
                ("GET /error HTTP/1.1\r\nHost: h\r\n\r\n", 500), ("GET /cancelled HTTP/1.1\r\nHost: h\r\n\r\n", 500),
                ("GET\r\n\r\n", 400), ("POST /body HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nx", 400),
            ] {
                let client = try await server.connect()
                try await client.send(good + last)
                #expect(try await client.responses(5).allSatisfy { $0.body.count == 16_000 })
                #expect(try await client.response().status == status)
                await client.close()
            }
            // Nobody is left to get an answer, but what was answered before is still sent.
            let client = try await server.connect()
            try await client.send(good + "POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nx")
            await client.finishWriting()
            #expect(try await client.responses(5).allSatisfy { $0.body.count == 16_000 })
            #expect(try await client.isClosedByServer())
            await client.close()
        }
    }

    @Test("A client that pipelines without end does not keep others waiting")
    func fairness() async throws {
        try await withServer { _ in
            .ok("x")
        } _: { server in
            // On a loop of its own: it is the server's loop that is to be fair.
            let loop = try EventLoop(name: "flood")
            let flood = try await server.connect(on: loop)
            let batch = octets(String(repeating: "GET / HTTP/1.1\r\nHost: h\r\n\r\n", count: 20_000))
            let writing = Task { while true { try await flood.connection.write(batch) } }
            let reading = Task { while try await flood.connection.read() != nil {} }
            for _ in 0..<20 {
                #expect(try await server.respond("GET / HTTP/1.1\r\nHost: h\r\n\r\n").text == "x")
            }
            await flood.reset()
            _ = await (writing.result, reading.result)
            await loop.shutdown()
        }
    }
}

extension HTTPRequest {
    /// The loop that serves the request.
    var loop: EventLoop? { exchange?.connection.loop }
}
