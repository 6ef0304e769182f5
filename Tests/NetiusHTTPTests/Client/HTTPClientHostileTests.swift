import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP client: servers that misbehave", .timeLimit(.minutes(5)))
struct HTTPClientHostileTests {
    private static let response =
        "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nETag: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nExpires: 0\r\n\r\n"

    /// What a request for the path comes to: the content, or the code of the error.
    private func outcome(_ client: HTTPClient, _ url: String) async throws -> String {
        do {
            let response = try await client.get(url)
            return try await response.body.text(upTo: 1000)
        } catch let error as HTTPClientError {
            return error.code.rawValue
        }
    }

    @Test("A response that is cut off, at whatever byte, is never taken for a whole one")
    func cutAnywhere() async throws {
        let response = octets(Self.response)
        try await withScriptedServer { connection, _ in
            let head = try await connection.head() ?? ""
            let cut = Int(head.split(separator: " ")[1].dropFirst()) ?? 0
            try await connection.connection.write(response.prefix(cut))
        } _: { server async throws in
            try await withClient { client async throws in
                for cut in 0..<response.count {
                    let outcome = try await outcome(client, server.url("/\(cut)"))
                    #expect(outcome == "connection-closed", "\(cut)")
                }
                #expect(try await outcome(client, server.url("/\(response.count)")) == "hello world")
            }
        }
    }

    @Test("However a response is cut into pieces, it is the same")
    func pieces() async throws {
        let response = octets(Self.response)
        try await withScriptedServer { connection, _ in
            while let head = try await connection.head() {
                let size = Int(head.split(separator: " ")[1].dropFirst()) ?? 1
                for start in stride(from: 0, to: response.count, by: size) {
                    try await connection.connection.write(response[start..<min(start + size, response.count)])
                    await Task.yield()
                }
            }
        } _: { server async throws in
            try await withClient { client async throws in
                for size in 1...40 {
                    #expect(try await outcome(client, server.url("/\(size)")) == "hello world")
                }
                #expect(server.accepted.count == 1)
            }
        }
    }

    @Test("What is not HTTP is an error, and the connection not used again")
    func malformed() async throws {
        let rows = HostileResponses.all.filter { $0.method == .get && !$0.ends && !$0.text.isEmpty }
        try await withScriptedServer { connection, _ in
            let head = try await connection.head() ?? ""
            let number = Int(head.split(separator: " ")[1].dropFirst()) ?? 0
            try await connection.connection.write(octets(rows[number].text))
            await connection.waitForEnd()
        } _: { server async throws in
            try await withClient { client async throws in
                for (number, row) in rows.enumerated() {
                    let error = await clientError {
                        _ = try await client.get(server.url("/\(number)")).body.collect(upTo: 1_000_000)
                    }
                    #expect(error?.code == .malformedResponse, "\(row)")
                    #expect(error?.underlying as? HTTP1Error == row.error, "\(row)")
                }
                #expect(server.accepted.count == rows.count)
            }
        }
    }

    @Test("A server that leaves HTTP without being asked to is refused; one asked to close closes")
    func leaving() async throws {
        try await withScriptedServer { connection, _ in
            guard let head = try await connection.head() else { return }
            if head.contains("\r\nConnection: close\r\n") {
                return try await connection.send(
                    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nasked")
            }
            try await connection.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n")
            await connection.waitForEnd()
        } _: { server async throws in
            try await withClient { client async throws in
                #expect(try await outcome(client, server.url()) == "malformed-response")
                let response = try await client.get(server.url(), headerFields: [.connection: "close"])
                #expect(try await response.body.text(upTo: 9) == "asked")
            }
        }
    }

    @Test("What follows a complete response is never read as the next one")
    func surplus() async throws {
        try await withScriptedServer { connection, number in
            while try await connection.head() != nil {
                let response = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n"
                try await connection.send(response + "\(number)" + response + "X")
            }
        } _: { server async throws in
            try await withClient { client async throws in
                for number in 0..<5 { #expect(try await outcome(client, server.url()) == "\(number)") }
            }
        }
    }

    @Test(
        "A server that says nothing, pauses or drips runs into the deadline for that", arguments: TransportMode.allCases
    )
    func deadlines(mode: TransportMode) async throws {
        let (began, cancelled) = (Gate(), Gate())
        try await withServer(in: mode) { request in
            began.open()
            guard request.path != "/nothing" else { try await untilCancelled(cancelled) }
            return HTTPResponse(.ok, contentLength: request.path == "/pause" ? 9 : nil) { writer in
                if request.path == "/pause" {
                    try await writer.write("abc")
                    try await untilCancelled(cancelled)
                }
                do {
                    while true {
                        try await writer.write("x")
                        try await Task.sleep(for: .milliseconds(10))
                    }
                } catch {
                    cancelled.open()
                    throw error
                }
            }
        } _: { server async throws in
            try await withClient(
                in: mode,
                {
                    $0.firstByteTimeout = .milliseconds(100)
                    $0.readTimeout = .milliseconds(120)
                }
            ) { client async throws in
                #expect(try await outcome(client, server.url("/nothing")) == "first-byte-timed-out")
                #expect(try await outcome(client, server.url("/pause")) == "read-timed-out")
            }
            try await withClient(in: mode, { $0.requestTimeout = .milliseconds(200) }) { client async throws in
                #expect(try await outcome(client, server.url("/nothing")) == "request-timed-out")
                #expect(try await outcome(client, server.url("/drip")) == "request-timed-out")
                #expect(try await outcome(client, server.url("/pause")) == "request-timed-out")
                try await eventually("the handlers are cancelled") { cancelled.count == began.count }
            }
            try await server.waitForConnections(0)
        }
    }

    @Test("So does one that pauses in the head")
    func pausingHead() async throws {
        try await withScriptedServer { connection, _ in
            _ = try await connection.head()
            try await connection.send("HTTP/1.1 200 OK\r\nContent-")
            await connection.waitForEnd()
        } _: { server async throws in
            try await withClient({ $0.readTimeout = .milliseconds(120) }) { client async throws in
                #expect(try await outcome(client, server.url()) == "read-timed-out")
            }
            try await eventually("nothing is left open") { openSockets(at: server.port).map { $0 == 0 } ?? true }
        }
    }

    @Test("Where nobody listens, and for a name that leads nowhere, there is an error at once")
    func nobody() async throws {
        let port = try await withScriptedServer { _, _ in
        } _: {
            $0.port
        }
        try await withClient({ $0.addresses = ["empty.test": []] }) { client async throws in
            #expect(try await outcome(client, "http://127.0.0.1:\(port)/") == "connect-failed")
            #expect(try await outcome(client, "http://empty.test/") == "resolution-failed")
            #expect(try await outcome(client, "http+unix://%2Ftmp%2Fno-such-socket/") == "connect-failed")
        }
    }

    @Test("A connection that takes too long to come about is given up")
    func connectTimeout() async throws {
        // A queue of one that is full: further connections get no answer.
        let group = try LoopGroup(count: 1)
        var options = Listener.Options()
        options.backlog = 1
        let listener = try await Listener.bind(.ip(.v4(.loopback), port: 0), options: options, on: group.loops[0])
        let address = listener.address
        var fillers: [Connection] = []
        for _ in 0..<8 {
            if let filler = try? await Connection.connect(to: address, within: .milliseconds(200)) {
                fillers.append(filler)
            }
        }
        if fillers.count < 8 {
            try await withClient({ $0.connectTimeout = .milliseconds(100) }) { client async throws in
                let outcome = try await outcome(client, "http://127.0.0.1:\(address.port ?? 0)/")
                #expect(outcome == "connect-timed-out")
            }
        }
        for filler in fillers { await filler.close() }
        await listener.close()
        await group.shutdown()
    }

    @Test("A redirect that never ends, and one to nowhere, is an error", arguments: TransportMode.allCases)
    func redirects(mode: TransportMode) async throws {
        try await withServer(in: mode) { request in
            let path = request.path ?? ""
            let location =
                switch path {
                case "/loop": "/loop"
                case "/file": "file:///etc/passwd"
                case "/socket": "http+unix://%2Frun%2Fdocker.sock/"
                default: "/\((Int(path.dropFirst()) ?? 0) + 1)"
                }
            return HTTPResponse(status: .found, headerFields: [.location: location])
        } _: { server async throws in
            try await withClient(in: mode) { client async throws in
                for path in ["/loop", "/file", "/socket", "/0"] {
                    #expect(try await outcome(client, server.url(path)) == "redirect-failed", "\(path)")
                }
            }
        }
    }

    @Test(
        "Content that expands too much, or is not what its coding says, is an error",
        arguments: ["bomb", "garbage", "cut"], TransportMode.allCases)
    func codings(kind: String, mode: TransportMode) async throws {
        let zeros = coded([UInt8](repeating: 0, count: 20_000_000))
        try await withServer(in: mode) { _ in
            let bytes =
                switch kind {
                case "bomb": zeros
                case "cut": Array(zeros.dropLast(9))
                default: Array("this is not gzip".utf8)
                }
            return HTTPResponse(status: .ok, headerFields: [.contentEncoding: "gzip"], body: .bytes(bytes))
        } _: { server async throws in
            try await withClient(in: mode, { if kind == "bomb" { $0.maximumDecodingRatio = 100 } }) {
                client async throws in
                let response = try await client.get(server.url("/"))
                let error = await clientError { _ = try await response.body.collect(upTo: 100_000_000) }
                #expect(error?.code == .contentCoding)
                // Nor is it ever whole later.
                #expect(await clientError { _ = try await response.body.collect(upTo: 9) }?.code == .contentCoding)
            }
        }
    }
}
