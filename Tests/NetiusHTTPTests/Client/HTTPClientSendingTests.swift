import Netius
import Testing

@testable import NetiusHTTP

/// Some pieces of content, one after the other.
private struct Pieces: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    struct Broken: Error {}

    var pieces: [[UInt8]]
    var fails = false

    struct AsyncIterator: AsyncIteratorProtocol {
        var rest: ArraySlice<[UInt8]>
        let fails: Bool

        mutating func next() async throws -> [UInt8]? { try await read() }

        mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> [UInt8]? {
            try await read()
        }

        private mutating func read() async throws -> [UInt8]? {
            await Task.yield()
            if rest.isEmpty, fails { throw Broken() }
            return rest.popFirst()
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(rest: pieces[...], fails: fails) }
}

@Suite("HTTP client: sending content", .timeLimit(.minutes(5)))
struct HTTPClientSendingTests {
    private static let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 17 &+ $0 >> 9) }

    /// Answers with the size of the content, how it was framed, and whether it is as it should be.
    @Sendable private static func measure(_ request: HTTPRequest) async throws -> HTTPResponse {
        let framing = request.headerFields[.contentLength] ?? request.headerFields[.transferEncoding] ?? "none"
        let bytes = try await request.body.collect(upTo: 10_000_000)
        return .ok("\(bytes.count) \(framing) \(bytes.elementsEqual(Self.large.prefix(bytes.count)))")
    }

    @Test("Content of every kind arrives whole: bytes, files, sequences with and without a length")
    func kinds() async throws {
        try await withTemporaryDirectory { directory async throws in
            let file = try makeFile(Self.large, in: directory)
            let pieces = Pieces(pieces: [Array(Self.large[..<1000]), [], Array(Self.large[1000..<200_000])])
            try await withServer(handler: Self.measure) { server async throws in
                try await withClient { client async throws in
                    let url = "http://127.0.0.1:\(server.port)/"
                    func post(_ body: HTTPRequestBody) async throws -> String {
                        try await client.post(url, body: body).body.text(upTo: 99)
                    }
                    for _ in 0..<2 {
                        #expect(try await post(.none) == "0 0 true")
                        #expect(try await post(.bytes(Array(Self.large.prefix(9)))) == "9 9 true")
                        #expect(try await post(.bytes(Self.large)) == "3000000 3000000 true")
                        #expect(try await post(.file(file)) == "3000000 3000000 true")
                        #expect(try await post(.file(file, range: 0..<70_000)) == "70000 70000 true")
                        #expect(try await post(HTTPRequestBody(pieces)) == "200000 chunked true")
                        let known = HTTPRequestBody(pieces, contentLength: 200_000)
                        #expect(try await post(known) == "200000 200000 true")
                        #expect(try await post(HTTPRequestBody { pieces }) == "200000 chunked true")
                    }
                    #expect(try await server.connectionCount() == 1)
                }
            }
        }
    }

    @Test("Content that is shorter or longer than announced, or fails, fails the request and ends the connection")
    func mismatch() async throws {
        try await withServer(handler: Self.measure) { server async throws in
            try await withClient { client async throws in
                let url = "http://127.0.0.1:\(server.port)/"
                for length in [4, 6] {
                    let body = HTTPRequestBody(Pieces(pieces: [[1, 2], [3, 4, 5]]), contentLength: length)
                    let error = await clientError { _ = try await client.post(url, body: body) }
                    #expect(error?.code == .requestBodyFailed)
                }
                let failing = HTTPRequestBody(Pieces(pieces: [[1, 2]], fails: true))
                let error = await clientError { _ = try await client.post(url, body: failing) }
                #expect(error?.code == .requestBodyFailed && error?.underlying is Pieces.Broken)
                try await server.waitForConnections(0)
            }
        }
    }

    @Test("A file that has become shorter fails the request")
    func truncatedFile() async throws {
        try await withTemporaryDirectory { directory async throws in
            let file = try makeFile(Self.large, in: directory)
            try makeTruncated(directory + "/file", 1000)
            try await withServer(handler: Self.measure) { server async throws in
                try await withClient { client async throws in
                    let error = await clientError {
                        _ = try await client.put("http://127.0.0.1:\(server.port)/", body: .file(file))
                    }
                    #expect(error?.code == .requestBodyFailed)
                }
            }
        }
    }

    @Test("A response may come, and be read, while content is still being sent")
    func bidirectional() async throws {
        try await withServer { request in
            HTTPResponse(.ok) { writer in
                for try await bytes in request.body { try await writer.write(bytes) }
            }
        } _: { server async throws in
            try await withClient { client async throws in
                let (chunks, continuation) = AsyncStream<[UInt8]>.makeStream()
                continuation.yield(octets("0"))
                let response = try await client.post(
                    "http://127.0.0.1:\(server.port)/", body: HTTPRequestBody(chunks))
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

    @Test("A server that answers before it has all of the content is heard, and the connection ends")
    func earlyResponse() async throws {
        try await withScriptedServer { connection, _ in
            _ = try await connection.head()
            try await connection.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nno!")
            await connection.waitForEnd()
        } _: { server async throws in
            try await withClient { client async throws in
                let (chunks, continuation) = AsyncStream<[UInt8]>.makeStream()
                continuation.yield([1])
                let response = try await client.post(server.url(), body: HTTPRequestBody(chunks))
                #expect(response.status == .contentTooLarge)
                #expect(try await response.body.text(upTo: 9) == "no!")
                try await eventually("it is closed") { openSockets(at: server.port).map { $0 == 0 } ?? true }
            }
        }
    }

    @Test("Large content waits for the server's word, or for the end of its patience")
    func expectContinue() async throws {
        try await withScriptedServer { connection, number in
            let head = try await connection.head() ?? ""
            guard head.contains("\r\nExpect: 100-continue\r\n") else { throw TestFailure(head) }
            switch number {
            case 0: try await connection.send("HTTP/1.1 100 Continue\r\n\r\n")
            case 1: return try await connection.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            default: break
            }
            let body = try await connection.read(Self.large.count)
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(body == Self.large ? 1 : 0)")
        } _: { server async throws in
            try await withClient({ $0.continueTimeout = .milliseconds(100) }) { client async throws in
                let body = HTTPRequestBody.bytes(Self.large)
                #expect(try await client.put(server.url(), body: body).body.text(upTo: 9) == "1")
                #expect(try await client.put(server.url(), body: body).status == .forbidden)
                #expect(try await client.put(server.url(), body: body).body.text(upTo: 9) == "1")
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

    @Test("A server that takes nothing runs into the deadline for that")
    func stalled() async throws {
        let gate = Gate()
        try await withScriptedServer { connection, _ in
            _ = try await connection.head()
            await gate.wait()
        } _: { server async throws in
            try await withClient({
                $0.writeTimeout = .milliseconds(100)
                $0.continueThreshold = nil
            }) { client async throws in
                let body = HTTPRequestBody.bytes([UInt8](repeating: 1, count: 20_000_000))
                let error = await clientError { _ = try await client.post(server.url(), body: body) }
                #expect(error?.code == .writeTimedOut)
                gate.open()
            }
        }
    }

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

    @Test("A request that is cancelled ends at once, wherever it is, and leaves nothing open", arguments: 0..<6)
    func cancelling(stage: Int) async throws {
        let (reached, gate) = (Gate(), Gate())
        try await withScriptedServer { connection, _ in
            _ = try await connection.head()
            if stage == 2 || stage == 3 {
                try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
                if stage == 3 { try await connection.send("abc") }
            }
            reached.open()
            await connection.waitForEnd()
        } _: { server async throws in
            try await withClient({ $0.maximumConnectionsPerOrigin = 1 }) { client async throws in
                let blocker = stage == 5 ? Task { try await client.get(server.url()).status } : nil
                if blocker != nil { await reached.wait() }
                let body: HTTPRequestBody =
                    switch stage {
                    case 1: .bytes([UInt8](repeating: 1, count: 20_000_000))
                    case 4: HTTPRequestBody(AsyncStream<[UInt8]> { _ in })
                    default: .none
                    }
                let task = Task {
                    let response = try await client.execute(.post, server.url(), body: body)
                    gate.open()
                    return try await response.body.collect(upTo: 99)
                }
                switch stage {
                case 2, 3: await gate.wait()
                case 5: try await Task.sleep(for: .milliseconds(20))
                default: await reached.wait()
                }
                task.cancel()
                let result = await task.result
                #expect(throws: CancellationError.self) { try result.get() }
                blocker?.cancel()
                _ = await blocker?.result
                try await eventually("it is closed") { openSockets(at: server.port).map { $0 == 0 } ?? true }
            }
        }
    }

    @Test("Requests that come and go at random leave no connection and nobody waiting", arguments: 0..<3)
    func storm(seed: Int) async throws {
        try await withServer { request in
            if request.path == "/slow" { try await Task.sleep(for: .milliseconds(3)) }
            return HTTPResponse(
                status: .ok, body: .bytes([UInt8](repeating: 1, count: request.path == "/big" ? 300_000 : 9)))
        } _: { server async throws in
            try await withClient(loops: 2, { $0.maximumConnectionsPerOrigin = 4 }) { client async throws in
                await withTaskGroup(of: Void.self) { group in
                    for number in 0..<20 {
                        group.addTask {
                            var random = SeededGenerator(seed: UInt64(seed * 100 + number + 1))
                            for _ in 0..<15 {
                                let path = ["/", "/slow", "/big"].randomElement(using: &random) ?? "/"
                                let task = Task {
                                    let response = try await client.get("http://127.0.0.1:\(server.port)\(path)")
                                    return try await response.body.collect(upTo: 300_000).count
                                }
                                let delay = Int.random(in: 0...8, using: &random)
                                if Bool.random(using: &random) {
                                    try? await Task.sleep(for: .milliseconds(delay))
                                    task.cancel()
                                }
                                switch await task.result {
                                case .success(let count): #expect(count == (path == "/big" ? 300_000 : 9))
                                case .failure(let error): #expect(error is CancellationError, "\(error)")
                                }
                            }
                        }
                    }
                }
                for loop in try #require(client.configuration.loops).loops {
                    let worker = try #require(client.workers.get().first { $0.loop === loop })
                    let counts = await worker.counts
                    #expect(counts.waiting == 0 && counts.early == 0 && counts.connections == counts.idle)
                }
                await client.shutdown()
                try await server.waitForConnections(0)
            }
        }
    }
}
