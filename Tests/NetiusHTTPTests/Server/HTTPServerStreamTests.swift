import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP server: streamed responses", .timeLimit(.minutes(5)))
struct HTTPServerStreamTests {
    private static let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test("A stream is sent in chunks, each write at once, with its trailers", arguments: TransportMode.allCases)
    func chunked(mode: TransportMode) async throws {
        let (first, second) = (Gate(), Gate())
        try await withServer(in: mode) { _ in
            HTTPResponse(.ok, headerFields: [.contentType: "text/x"]) { writer in
                try await writer.write("one,")
                await first.wait()
                try await writer.write(Array("two,".utf8))
                try await writer.write("")
                await second.wait()
                try await writer.write(Array("--three--".utf8)[2..<7])
                try await writer.finish(trailers: [.eTag: "\"x\"", .contentLength: "3"])
            }
        } _: { server in
            let client = try await server.connect()
            try await client.send(Self.get)
            try await client.receiveContent(endingWith: "one,")
            first.open()
            try await client.receiveContent(endingWith: "two,")
            second.open()
            let response = try await client.response()
            #expect(response.framing == mode.framingWithoutLength && response["Content-Length"] == nil)
            #expect(response["Content-Type"] == "text/x")
            #expect(response.text == "one,two,three" && response.trailers.count == 1)
            #expect(response.trailer("ETag") == "\"x\"")
            try await client.send(Self.get)
            #expect(try await client.response().text == "one,two,three")
            await client.close()
        }
    }

    @Test("A stream of a known length is sent with it", arguments: TransportMode.allCases)
    func length(mode: TransportMode) async throws {
        try await withServer(in: mode) { request in
            switch request.path {
            case "/exact":
                HTTPResponse(.ok, contentLength: 6) { writer in
                    try await writer.write("abc")
                    try await writer.write("def")
                }
            case "/none": HTTPResponse(.ok, contentLength: 0) { _ in }
            default: HTTPResponse(.ok, contentLength: -1) { _ in }
            }
        } _: { server in
            let client = try await server.connect()
            try await client.send("GET /exact HTTP/1.1\r\nHost: h\r\n\r\nGET /none HTTP/1.1\r\nHost: h\r\n\r\n")
            let responses = try await client.responses(2)
            #expect(responses.map(\.text) == ["abcdef", ""])
            #expect(responses.map { $0["Content-Length"] } == ["6", "0"])
            try await client.send("GET /negative HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await client.response().status == 500)
            await client.close()
        }
    }

    @Test(
        "Less than the given length is seen as a truncation; more is refused to the writer and never sent",
        arguments: TransportMode.allCases)
    func wrongLength(mode: TransportMode) async throws {
        try await withServer(in: mode) { request in
            if request.path == "/after" { return .ok("") }
            return HTTPResponse(.ok, contentLength: 6) { writer in
                try await writer.write("abc")
                switch request.path {
                case "/swallow": try? await writer.write("defg")
                case "/long": try await writer.write("defg")
                default: break
                }
            }
        } _: { server in
            for path in ["/short", "/long", "/swallow"] {
                let client = try await server.connect()
                try await client.send(
                    "GET \(path) HTTP/1.1\r\nHost: h\r\n\r\nGET /after HTTP/1.1\r\nHost: h\r\n\r\n")
                let response = try #require(try await client.truncatedResponse())
                #expect(response.text == "abc" && response["Content-Length"] == "6")
                await client.close()
            }
            #expect(server.log.records(.error).count == 3)
        }
    }

    @Test("To HEAD the writer is not run, nor where the status forbids content", arguments: TransportMode.allCases)
    func withoutContent(mode: TransportMode) async throws {
        let ran = Gate()
        try await withServer(in: mode) { request in
            let status = HTTPResponse.Status(code: Int(request.path?.dropFirst() ?? "") ?? 200)
            return HTTPResponse(status, contentLength: request.method == .post ? 4 : nil) { writer in
                ran.open()
                try await writer.write("body")
            }
        } _: { server in
            let client = try await server.connect()
            try await client.send("HEAD /200 HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await client.response(to: "HEAD")["Content-Length"] == nil)
            for status in [204, 205, 304] {
                for method in ["GET", "POST", "HEAD"] {
                    try await client.send("\(method) /\(status) HTTP/1.1\r\nHost: h\r\n\r\n")
                    let response = try await client.response(to: method)
                    #expect(response.status == status && response.body.isEmpty)
                    #expect(response["Transfer-Encoding"] == nil)
                }
            }
            // Nothing is left over that would be taken for the next response.
            #expect(!client.hasMore)
            #expect(ran.count == 0)
            try await client.send("GET /201 HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await client.response().text == "body")
            await client.close()
        }
    }

    @Test("To a client of HTTP/1.0 a stream ends with the connection, one of a known length does not")
    func http10() async throws {
        try await withServer { request in
            HTTPResponse(.ok, contentLength: request.path == "/length" ? 4 : nil) { writer in
                try await writer.write("bo")
                try await writer.write("dy")
                try await writer.finish(trailers: [.eTag: "x"])
            }
        } _: { server in
            let client = try await server.connect()
            try await client.send("GET /length HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            var response = try await client.response()
            #expect(response.text == "body" && response.framing == .length && response["Connection"] == "keep-alive")
            try await client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            response = try await client.response()
            #expect(response.text == "body" && response.framing == .close && response["Connection"] == "close")
            await client.close()
        }
    }

    @Test(
        "When a writer fails before its first write the client gets a 500, later it sees that content is missing",
        arguments: TransportMode.allCases)
    func failing(mode: TransportMode) async throws {
        struct Failure: Error {}
        try await withServer(in: mode) { request in
            HTTPResponse(.ok, contentLength: request.path == "/length" ? 100 : nil) { writer in
                if request.path == "/early" { throw Failure() }
                if request.path == "/status" { throw HTTPError(.notFound) }
                try await writer.write("abc")
                throw Failure()
            }
        } _: { server in
            #expect(try await server.respond("GET /early HTTP/1.1\r\nHost: h\r\n\r\n").status == 500)
            #expect(try await server.respond("GET /status HTTP/1.1\r\nHost: h\r\n\r\n").status == 404)
            for target in ["/length HTTP/1.1", "/chunks HTTP/1.1"] {
                let client = try await server.connect()
                try await client.send("GET \(target)\r\nHost: h\r\n\r\n")
                #expect(try await client.truncatedResponse() != nil)
                await client.close()
            }
            #expect(server.log.records(.error).count == 3)
        }
    }

    @Test("A writer that fails where the end of the connection would end the content resets it")
    func failingToHTTP10() async throws {
        try await withServer { _ in
            HTTPResponse(.ok) { writer in
                try await writer.write("abc")
                throw TestFailure("it failed")
            }
        } _: { server in
            let client = try await server.connect()
            try await client.send("GET / HTTP/1.0\r\n\r\n")
            await #expect(throws: SystemError.self) { while try await client.receiveMore() {} }
            await client.close()
            #expect(server.log.records(.error).count == 1)
        }
    }

    @Test("A writer cannot be used after its response, nor by two tasks at a time", arguments: TransportMode.allCases)
    func misuse(mode: TransportMode) async throws {
        let late = Gate()
        let outcome = Box("")
        try await withServer(in: mode) { request in
            HTTPResponse(.ok) { writer in
                switch request.path {
                case "/late":
                    Task {
                        await late.wait()
                        outcome.value = await failure { try await writer.write("late") }
                        outcome.value += await failure { try await writer.finish(trailers: [:]) }
                        late.open()
                    }
                    try await writer.write("in time")
                case "/finished":
                    try await writer.write("a")
                    try await writer.finish(trailers: [:])
                    outcome.value = await failure { try await writer.write("b") }
                    try await writer.finish(trailers: [.eTag: "again"])
                default:
                    let big = [UInt8](repeating: 97, count: 20_000_000)
                    async let one = failure { try await writer.write(big) }
                    async let other = failure { try await writer.write(big) }
                    outcome.value = await [one, other].sorted().joined()
                }
            }
        } _: { server in
            let client = try await server.connect()
            try await client.send("GET /late HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await client.response().text == "in time")
            late.open()
            await late.wait(2)
            #expect(outcome.value == "the response has endedthe response has ended")
            try await client.send("GET /finished HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await client.response().text == "a")
            #expect(outcome.value == "the response has ended")
            try await client.send("GET /both HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            let response = try await client.lastResponse()
            #expect(response.body.count == 20_000_000 && response.body.allSatisfy { $0 == 97 })
            #expect(outcome.value == "another task is writing to the connection")
            await client.close()
        }
    }

    @Test(
        "A write that another task still makes when the writer's closure ends cuts the response off",
        arguments: TransportMode.allCases)
    func unfinishedWrite(mode: TransportMode) async throws {
        let refused = Gate()
        try await withServer(in: mode) { _ in
            HTTPResponse(.ok) { writer in
                Task { try await writer.write([UInt8](repeating: 97, count: 20_000_000)) }
                // Once the other write is under way this one is refused: nobody reads.
                while await failure({ try await writer.write("") }).isEmpty { await Task.yield() }
                refused.open()
            }
        } _: { server in
            let client = try await server.connect()
            try await client.send(Self.get)
            await refused.wait()
            #expect(try await client.truncatedResponse() != nil)
            await client.close()
        }
    }
}
