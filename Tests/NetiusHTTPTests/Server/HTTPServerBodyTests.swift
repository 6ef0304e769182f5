import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP server: request bodies", .timeLimit(.minutes(5)))
struct HTTPServerBodyTests {
    private static let chunkedPost = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"

    private static func post(_ length: Int, _ fields: String = "") -> String {
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(length)\r\n\(fields)\r\n"
    }

    private static let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test("Chunks, with extensions and trailers, cut anywhere, are put together", arguments: TransportMode.allCases)
    func chunked(mode: TransportMode) async throws {
        try await withServer(in: mode, handler: describe) { server in
            let client = try await server.connect()
            let request = octets(
                Self.chunkedPost
                    + "5;a=\"b\"\r\nhello\r\n1\r\n \r\n00C\r\nwide, world!\r\n0\r\nX-Sum: 1\r\nY: 2\r\n\r\n")
            var random = SeededGenerator(seed: 11)
            for _ in 0..<20 {
                try await client.send(request, pieces: (0..<40).map { _ in Int.random(in: 1...9, using: &random) })
                #expect(try await client.response().text == "POST h / hello wide, world!")
            }
            await client.close()
        }
    }

    @Test("100 (Continue) is sent when the handler reads the body, and not before", arguments: TransportMode.allCases)
    func continues(mode: TransportMode) async throws {
        let mayRead = Gate()
        try await withServer(in: mode) { request in
            await mayRead.wait()
            return .ok(try await request.body.text(upTo: 100))
        } _: { server in
            let client = try await server.connect()
            try await client.send(Self.post(5, "Expect: 100-continue\r\n"))
            try await server.waitForConnections(1)
            #expect(!client.hasMore)
            mayRead.open()
            let interim = try await client.response()
            #expect(interim.status == 100 && interim.fields.isEmpty)
            try await client.send("hello")
            #expect(try await client.response().text == "hello")
            try await client.send(Self.get)
            #expect(try await client.response().text == "")
            // Who does not wait needs no leave.
            try await client.send(Self.post(5, "Expect: 100-continue\r\n") + "hello")
            #expect(try await client.response().text == "hello")
            await client.close()
        }
    }

    @Test(
        "100 (Continue) is sent when it is the writer of a streamed response who reads the body",
        arguments: TransportMode.allCases)
    func continuesInStream(mode: TransportMode) async throws {
        try await withServer(in: mode) { request in
            HTTPResponse(.ok) { writer in for try await bytes in request.body { try await writer.write(bytes) } }
        } _: { server in
            let client = try await server.connect()
            try await client.send(Self.post(5, "Expect: 100-continue\r\n"))
            #expect(try await client.response().status == 100)
            try await client.send("hello")
            #expect(try await client.response().text == "hello")
            await client.close()
        }
    }

    @Test(
        "A final status without 100 (Continue) closes, since the client may send the body or not",
        arguments: TransportMode.allCases)
    func refusesToContinue(mode: TransportMode) async throws {
        try await withServer(in: mode) { _ in
            throw HTTPError(.contentTooLarge)
        } _: { server in
            let client = try await server.connect()
            try await client.send(Self.post(5, "Expect: 100-continue\r\n"))
            let response = try await client.response()
            #expect(response.status == 413 && response["Connection"] == mode.closing)
            if !mode.isHTTP2 { #expect(try await client.isClosedByServer()) }
            await client.close()
        }
    }

    @Test("What is longer than is to be collected is answered with 413", arguments: TransportMode.allCases)
    func tooLarge(mode: TransportMode) async throws {
        try await withServer(in: mode) { request in
            .ok("\(try await request.body.collect(upTo: 10).count)")
        } _: { server async throws in
            for (request, status) in [
                (Self.post(10) + "0123456789", 200), (Self.post(11) + "0123456789a", 413),
                (Self.chunkedPost + "8\r\n01234567\r\n2\r\n89\r\n0\r\n\r\n", 200),
                (Self.chunkedPost + "8\r\n01234567\r\n3\r\n89a\r\n0\r\n\r\n", 413),
            ] {
                #expect(try await server.respond(request).status == status)
            }
        }
    }

    @Test(
        "The limit of the server on bodies is answered with 413 before the body is read, or as it grows",
        arguments: TransportMode.allCases)
    func bodySize(mode: TransportMode) async throws {
        try await withServer(in: mode, { $0.limits.bodySize = 10 }, handler: describe) { server async throws in
            #expect(try await server.respond(Self.post(10) + "0123456789").status == 200)
            #expect(try await server.respond(Self.post(11)).status == 413)
            #expect(try await server.respond(Self.chunkedPost + "A\r\n0123456789\r\n1\r\na\r\n").status == 413)
        }
    }

    @Test(
        "A body that is not read is read away where it is short, and the connection persists",
        arguments: TransportMode.allCases)
    func discarded(mode: TransportMode) async throws {
        try await withServer(in: mode) { _ in
            .ok("x")
        } _: { server in
            let client = try await server.connect()
            let long = String(repeating: "x", count: 60_000)
            for body in ["", "GET /evil HTTP/1.1\r\nHost: h\r\n\r\n", long] {
                try await client.send(Self.post(body.utf8.count) + body)
                #expect(try await client.response()["Connection"] == nil)
                let size = String(body.utf8.count, radix: 16)
                try await client.send(Self.chunkedPost + (body.isEmpty ? "" : "\(size)\r\n\(body)\r\n") + "0\r\n\r\n")
                #expect(try await client.response()["Connection"] == nil)
            }
            // The response does not wait for the body.
            try await client.send(Self.post(5))
            #expect(try await client.response().text == "x")
            try await client.send("hello" + Self.get)
            #expect(try await client.response().text == "x")
            #expect(!client.hasMore)
            await client.close()
        }
    }

    @Test("A body that is not read and long closes the connection, and the response still arrives")
    func notDiscarded() async throws {
        try await withServer({ $0.maximumDiscardedBody = 1000 }) { _ in
            .ok("x")
        } _: { server in
            let body = String(repeating: "x", count: 300_000)
            var client = try await server.connect()
            try await client.send(Self.post(300_000) + body + Self.get)
            var response = try await client.response()
            #expect(response.text == "x" && response["Connection"] == "close")
            #expect(try await client.isClosedByServer())
            await client.close()
            // Of a chunked one that shows only as it comes.
            client = try await server.connect()
            try await client.send(Self.chunkedPost + "493e0\r\n\(body)\r\n0\r\n\r\n" + Self.get)
            response = try await client.response()
            #expect(response.text == "x")
            #expect(try await client.isClosedByServer())
            await client.close()
        }
    }

    @Test("A client that sends the rest of a body that is not read too late is closed")
    func discardTimeout() async throws {
        try await withServer({ $0.lingerTimeout = .milliseconds(50) }) { _ in
            .ok("x")
        } _: { server in
            let client = try await server.connect()
            try await client.send(Self.post(5) + "he")
            #expect(try await client.response().text == "x")
            #expect(try await client.isClosedByServer())
            await client.close()
        }
    }

    @Test(
        "A client that leaves before the end of the body ends the reading with an error",
        arguments: TransportMode.allCases)
    func incomplete(mode: TransportMode) async throws {
        for request in [Self.post(5) + "he", Self.chunkedPost + "5\r\nhe", Self.chunkedPost + "2\r\nhe\r\n0\r\n"] {
            for resets in [false, true] {
                let error = Guarded<(any Error)?>(nil)
                let (started, ended) = (Gate(), Gate())
                try await withServer(in: mode) { request in
                    do {
                        for try await _ in request.body { started.open() }
                    } catch let failure {
                        error.withLock { $0 = failure }
                    }
                    ended.open()
                    return .ok("")
                } _: { server in
                    let client = try await server.connect()
                    try await client.send(request)
                    await started.wait()
                    if resets { await client.reset() } else { await client.close() }
                    await ended.wait()
                    try await server.waitForConnections(0)
                }
                let failure = error.withLock { $0 }
                #expect(failure as? HTTPBodyError == .incomplete || (resets && failure is CancellationError))
            }
        }
    }

    @Test("A body that is malformed is answered with 400 if the handler lets it pass, and ends the connection")
    func malformed() async throws {
        try await withServer { request in
            do {
                return .ok(try await request.body.text(upTo: 100))
            } catch HTTPBodyError.malformed(let error) where request.path == "/catch" {
                return .ok(error.reason)
            }
        } _: { server in
            for (path, status) in [("/", 400), ("/catch", 200)] {
                let client = try await server.connect()
                try await client.send(
                    "POST \(path) HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\nnonsense\r\n"
                        + Self.get)
                let response = try await client.response()
                #expect(response.status == status && response["Connection"] == "close")
                #expect(try await client.isClosedByServer())
                await client.close()
            }
        }
    }

    @Test("A body can be read only once, by one task, and not after the response", arguments: TransportMode.allCases)
    func misuse(mode: TransportMode) async throws {
        let kept = Guarded<HTTPRequestBody?>(nil)
        try await withServer(in: mode) { request in
            if let body = kept.withLock({ $0 }) {
                return .ok(await failure { _ = try await body.collect(upTo: 10) })
            }
            kept.withLock { $0 = request.body }
            let first = try await request.body.text(upTo: 10)
            let second = try await request.body.text(upTo: 10)
            return .ok("\(first) \(second.isEmpty)")
        } _: { server in
            let client = try await server.connect()
            try await client.send(Self.post(5) + "hello")
            #expect(try await client.response().text == "hello true")
            try await client.send(Self.post(5) + "world")
            #expect(try await client.response().text == "the request has ended")
            await client.close()
        }
        try await withServer(in: mode) { request in
            async let one = failure { for try await _ in request.body {} }
            async let other = failure { for try await _ in request.body {} }
            return .ok("\(await [one, other].sorted())")
        } _: { server in
            let client = try await server.connect()
            try await client.send(Self.post(5))
            // The second to read is refused at once, whichever it is; the first goes on.
            try await Task.sleep(for: .milliseconds(20))
            try await client.send("hello")
            #expect(try await client.response().text == "[\"\", \"another task is reading the body\"]")
            await client.close()
        }
    }

    @Test("Cancelling the task that reads a body ends the reading", arguments: TransportMode.allCases)
    func cancelled(mode: TransportMode) async throws {
        try await withServer(in: mode) { request in
            let reading = Gate()
            let reader = Task {
                reading.open()
                for try await _ in request.body {}
            }
            await reading.wait()
            reader.cancel()
            switch await reader.result {
            case .success: return .ok("read")
            case .failure(let error): return .ok("\(error is CancellationError)")
            }
        } _: { server in
            let client = try await server.connect()
            let start = ContinuousClock.now
            try await client.send(Self.post(5))
            #expect(try await client.response().text == "true")
            #expect(ContinuousClock.now - start < .seconds(4))
            await client.close()
        }
    }
}

/// The description of what a closure throws, empty if it throws nothing.
func failure(_ body: () async throws -> Void) async -> String {
    do {
        try await body()
        return ""
    } catch {
        return "\(error)"
    }
}
