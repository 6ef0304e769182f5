import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP/2 client: responses that cannot be used, and what is left where something fails", .timeLimit(.minutes(5)))
struct HTTP2ClientFailureTests {
    @Test("A head that is too large fails its request, whether or not it ends the stream")
    func largeHead() async throws {
        let fields = (0..<150).map { ("x-\($0)", "y") }
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            while let frame = try await connection.frame() {
                guard frame.kind == RawFrame.Kind.headers else { continue }
                let request = try await connection.request(from: frame)
                switch request.path {
                case "/head": try await connection.respond(request.stream, nil, fields)
                case "/content": try await connection.respond(request.stream, "content", fields)
                default: try await connection.respond(request.stream, request.path)
                }
            }
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                for path in ["/head", "/content"] {
                    let error = await clientError { _ = try await client.get(server.url(path)) }
                    #expect(error?.code == .malformedResponse)
                    #expect(error?.reason.hasSuffix("the header section is too large") == true)
                    #expect(try await client.get(server.url("/next")).text() == "/next")
                }
            }
            #expect(server.accepted.count == 1)
        }
    }

    @Test("Responses that nobody reads keep no others from coming")
    func unread() async throws {
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            // Of the connection, which five parts fill.
            var window = 65_535
            let part = [UInt8](repeating: 1, count: window / 5)
            var queue: [RawFrame] = []
            while let frame = try await connection.frame() {
                if frame.kind == RawFrame.Kind.windowUpdate, frame.stream == 0 {
                    window += Int(frame.payload.number(at: 0))
                } else if frame.kind == RawFrame.Kind.headers {
                    let request = try await connection.request(from: frame)
                    let head = ScriptedHTTP2Connection.head(200)
                    try await connection.send(.headers(request.stream, head, ends: false))
                    if request.path == "/large" {
                        for _ in 0..<4 { queue.append(.data(request.stream, bytes: part)) }
                    } else {
                        queue.append(.data(request.stream, request.path, ends: true))
                    }
                }
                while let next = queue.first, next.payload.count <= window {
                    queue.removeFirst()
                    window -= next.payload.count
                    try await connection.send(next)
                }
            }
        } _: { server async throws in
            try await withClientOfHTTP2({
                $0.http2Limits.connectionWindow = 0
                $0.http2Limits.maximumConnectionWindow = 0
            }) { client async throws in
                var responses: [HTTPClientResponse] = []
                for _ in 0..<20 { responses.append(try await client.get(server.url("/large"))) }
                #expect(try await client.get(server.url("/next")).text() == "/next")
                #expect(responses.count == 20)
            }
            #expect(server.accepted.count == 1)
        }
    }

    @Test("What has arrived is read where nothing can be sent any more, and later requests go by another connection")
    func brokenSending() async throws {
        let (asked, blocked, gone) = (Gate(), Gate(), Gate())
        try await withScriptedHTTP2Server { connection, number in
            try await connection.start()
            guard number == 0 else { return try await connection.echoPaths() }
            var streams: [String: UInt32] = [:]
            while streams.count < 2 {
                let request = try await connection.request()
                streams[request.path] = request.stream
            }
            asked.open()
            await blocked.wait()
            try await connection.respond(streams["/a"] ?? 0, "arrived")
            await connection.wire.connection.abort()
            gone.open()
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                let first = Task { try await client.get(server.url("/a")).text() }
                let second = Task { try await client.get(server.url("/b")).text() }
                await asked.wait()
                // Until the server is gone nothing is read; then the reset of the second is sent first.
                try client.workers.get()[0].loop.execute {
                    blocked.open()
                    gone.waitBlocking(2)
                }
                await gone.wait()
                second.cancel()
                gone.open()
                #expect(try await first.value == "arrived")
                _ = await second.result
                #expect(try await client.get(server.url("/next")).text() == "/next")
            }
            #expect(server.accepted.count == 2)
        }
    }

    @Test("A server that answers instead of asking for the content, and then pauses, is not waited for without end")
    func pauseInsteadOfContinue() async throws {
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            let request = try await connection.request()
            try await connection.send(.headers(request.stream, ScriptedHTTP2Connection.head(200), ends: false))
            await connection.waitForEnd()
        } _: { server async throws in
            try await withClientOfHTTP2({
                $0.continueTimeout = .seconds(60)
                $0.readTimeout = .milliseconds(50)
            }) { client async throws in
                let body = HTTPRequestBody.bytes([1, 2, 3])
                let error = await clientError {
                    _ = try await client.put(
                        server.url(), headerFields: [.expect: "100-continue"], body: body
                    ).text()
                }
                #expect(error?.code == .readTimedOut)
            }
        }
    }
}
