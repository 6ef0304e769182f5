import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP client: sending content", .timeLimit(.minutes(5)))
struct HTTPClientSendingTests {
    private static let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 17 &+ $0 >> 9) }

    /// Answers with the size of the content, how it was framed, and whether it is as it should be.
    @Sendable private static func measure(_ request: HTTPRequest) async throws -> HTTPResponse {
        let framing = request.headerFields[.contentLength] ?? request.headerFields[.transferEncoding] ?? "none"
        let bytes = try await request.body.collect(upTo: 10_000_000)
        return .ok("\(bytes.count) \(framing) \(bytes.elementsEqual(Self.large.prefix(bytes.count)))")
    }

    @Test(
        "Content of every kind arrives whole: bytes, files, sequences with and without a length",
        arguments: TransportMode.allCases)
    func kinds(mode: TransportMode) async throws {
        try await withTemporaryDirectory { directory async throws in
            let file = try makeFile(Self.large, in: directory)
            let pieces = Pieces(pieces: [Array(Self.large[..<1000]), [], Array(Self.large[1000..<200_000])])
            try await withServer(in: mode, handler: Self.measure) { server async throws in
                try await withClient(in: mode) { client async throws in
                    let url = server.url("/")
                    func post(_ body: HTTPRequestBody) async throws -> String {
                        try await client.post(url, body: body).body.text(upTo: 99)
                    }
                    let unknown = mode.isHTTP2 ? "none" : "chunked"
                    for _ in 0..<2 {
                        #expect(try await post(.none) == "0 0 true")
                        #expect(try await post(.bytes(Array(Self.large.prefix(9)))) == "9 9 true")
                        #expect(try await post(.bytes(Self.large)) == "3000000 3000000 true")
                        #expect(try await post(.file(file)) == "3000000 3000000 true")
                        #expect(try await post(.file(file, range: 0..<70_000)) == "70000 70000 true")
                        #expect(try await post(HTTPRequestBody(pieces)) == "200000 \(unknown) true")
                        let known = HTTPRequestBody(pieces, contentLength: 200_000)
                        #expect(try await post(known) == "200000 200000 true")
                        #expect(try await post(HTTPRequestBody { pieces }) == "200000 \(unknown) true")
                    }
                    #expect(try await server.connectionCount() == 1)
                }
            }
        }
    }

    @Test(
        "Content that is shorter or longer than announced, or fails, fails the request and ends the exchange",
        arguments: TransportMode.allCases)
    func mismatch(mode: TransportMode) async throws {
        try await withServer(in: mode, handler: Self.measure) { server async throws in
            try await withClient(in: mode) { client async throws in
                let url = server.url("/")
                for length in [4, 6] {
                    let body = HTTPRequestBody(Pieces(pieces: [[1, 2], [3, 4, 5]]), contentLength: length)
                    let error = await clientError { _ = try await client.post(url, body: body) }
                    #expect(error?.code == .requestBodyFailed)
                }
                let failing = HTTPRequestBody(Pieces(pieces: [[1, 2]], fails: true))
                let error = await clientError { _ = try await client.post(url, body: failing) }
                #expect(error?.code == .requestBodyFailed && error?.underlying is Pieces.Broken)
                if !mode.isHTTP2 { try await server.waitForConnections(0) }
            }
        }
    }

    @Test("A file that has become shorter fails the request", arguments: TransportMode.allCases)
    func truncatedFile(mode: TransportMode) async throws {
        try await withTemporaryDirectory { directory async throws in
            let file = try makeFile(Self.large, in: directory)
            try makeTruncated(directory + "/file", 1000)
            try await withServer(in: mode, handler: Self.measure) { server async throws in
                try await withClient(in: mode) { client async throws in
                    let error = await clientError {
                        _ = try await client.put(server.url("/"), body: .file(file))
                    }
                    #expect(error?.code == .requestBodyFailed)
                }
            }
        }
    }

    @Test("A response may come, and be read, while content is still being sent", arguments: TransportMode.allCases)
    func bidirectional(mode: TransportMode) async throws {
        try await withServer(in: mode) { request in
            HTTPResponse(.ok) { writer in
                for try await bytes in request.body { try await writer.write(bytes) }
            }
        } _: { server async throws in
            try await withClient(in: mode) { client async throws in
                let (chunks, continuation) = AsyncStream<[UInt8]>.makeStream()
                continuation.yield(octets("0"))
                let response = try await client.post(
                    server.url("/"), body: HTTPRequestBody(chunks))
                var iterator = response.body.makeAsyncIterator()
                for number in 0..<20 {
                    #expect(try await iterator.next() == octets("\(number)"))
                    continuation.yield(octets("\(number + 1)"))
                }
                #expect(try await iterator.next() == octets("20"))
                continuation.finish()
                #expect(try await iterator.next() == nil)
            }
        }
    }

    @Test(
        "A server that answers before it has all of the content is heard, and the exchange ends",
        arguments: TransportMode.allCases)
    func earlyResponse(mode: TransportMode) async throws {
        try await withServer(in: mode) { _ in
            throw HTTPError(.contentTooLarge, message: "no!")
        } _: { server async throws in
            try await withClient(in: mode) { client async throws in
                let (chunks, continuation) = AsyncStream<[UInt8]>.makeStream()
                continuation.yield([1])
                let response = try await client.post(server.url("/"), body: HTTPRequestBody(chunks))
                #expect(response.status == .contentTooLarge)
                #expect(try await response.body.text(upTo: 9) == "no!\n")
                if !mode.isHTTP2 { try await server.waitForConnections(0) }
            }
        }
    }

    @Test("Large content waits for the server's word", arguments: TransportMode.allCases)
    func expectContinue(mode: TransportMode) async throws {
        try await withServer(in: mode) { request in
            guard request.headerFields[.expect] == "100-continue" else { throw HTTPError(.badRequest) }
            if request.path == "/refused" { throw HTTPError(.forbidden) }
            return try await Self.measure(request)
        } _: { server async throws in
            // Who waits that long has not been told to go on.
            try await withClient(in: mode, { $0.continueTimeout = .seconds(60) }) { client async throws in
                for _ in 0..<2 {
                    let read = Gate()
                    let rest = Box(Self.large[...])
                    let body = HTTPRequestBody {
                        read.open()
                        defer { rest.value = [] }
                        return rest.value.isEmpty ? nil : Array(rest.value)
                    }
                    let refused = try await client.put(
                        server.url("/refused"), headerFields: [.expect: "100-continue"], body: body)
                    #expect(refused.status == .forbidden && read.count == 0)
                    let taken = try await client.put(server.url("/"), body: .bytes(Self.large))
                    #expect(try await taken.body.text(upTo: 99) == "3000000 3000000 true")
                }
            }
        }
    }

    @Test("Large content waits for the server's word no longer than its patience lasts")
    func patience() async throws {
        try await withScriptedServer { connection, _ in
            let head = try await connection.head() ?? ""
            guard head.contains("\r\nExpect: 100-continue\r\n") else { throw TestFailure(head) }
            let body = try await connection.read(Self.large.count)
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(body == Self.large ? 1 : 0)")
        } _: { server async throws in
            try await withClient({ $0.continueTimeout = .milliseconds(100) }) { client async throws in
                let body = HTTPRequestBody.bytes(Self.large)
                #expect(try await client.put(server.url(), body: body).body.text(upTo: 9) == "1")
            }
        }
    }

    @Test("A server that answers instead of asking for the content, and then pauses, is not waited for without end")
    func pauseInsteadOfContinue() async throws {
        try await withScriptedServer { connection, _ in
            _ = try await connection.head()
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
            await connection.waitForEnd()
        } _: { server async throws in
            try await withClient({
                $0.continueTimeout = .seconds(60)
                $0.readTimeout = .milliseconds(50)
            }) { client async throws in
                let body = HTTPRequestBody.bytes(Self.large)
                let error = await clientError { _ = try await client.put(server.url(), body: body).body.text(upTo: 9) }
                #expect(error?.code == .readTimedOut)
            }
        }
    }

    @Test("A server that takes nothing runs into the deadline for that", arguments: TransportMode.allCases)
    func stalled(mode: TransportMode) async throws {
        let gate = Gate()
        try await withServer(in: mode) { _ in
            await gate.wait()
            return .ok("")
        } _: { server async throws in
            try await withClient(
                in: mode,
                {
                    $0.writeTimeout = .milliseconds(100)
                    $0.continueThreshold = nil
                }
            ) { client async throws in
                let body = HTTPRequestBody.bytes([UInt8](repeating: 1, count: 20_000_000))
                let error = await clientError { _ = try await client.post(server.url("/"), body: body) }
                #expect(error?.code == .writeTimedOut)
                gate.open()
            }
        }
    }
}
