import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP/2 client: flow control", .timeLimit(.minutes(5)))
struct HTTP2ClientFlowTests {
    private static let windowSize = RawFrame.Setting.initialWindowSize

    @Test("No more is sent than the server's windows allow, however they change")
    func sending() async throws {
        let sizes = Box<[Int]>([])
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start([(Self.windowSize, 0)])
            // Acknowledged, the settings hold.
            _ = try await connection.frame(RawFrame.Kind.settings)
            let request = try await connection.request()
            let stream = request.stream
            func take() async throws {
                sizes.value.append(try await connection.frame(RawFrame.Kind.data).payload.count)
            }
            try await connection.send(.windowUpdate(stream, 5))
            try await take()
            // 10 more for all streams, then 7 fewer: the window is at -7, then at 3.
            try await connection.send(.settings((Self.windowSize, 10)))
            try await take()
            try await connection.send(.settings((Self.windowSize, 3)))
            try await connection.send(.windowUpdate(stream, 10))
            try await take()
            try await connection.send(.settings((Self.windowSize, 1000)))
            try await take()
            try await connection.respond(stream, "taken")
            await connection.waitForEnd()
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                // The settings have to be there before the content is.
                let gate = Gate()
                let body = HTTPRequestBody(contentLength: 18) {
                    Delayed(gate: gate, pieces: [[UInt8](repeating: 1, count: 18)])
                }
                let task = Task { try await client.post(server.url(), body: body).text() }
                try await Task.sleep(for: .milliseconds(50))
                gate.open()
                #expect(try await task.value == "taken")
            }
            #expect(sizes.value == [5, 10, 3, 0] || sizes.value == [5, 10, 3])
        }
    }

    @Test("A server that takes nothing of the content makes the request fail, and no other")
    func stalled() async throws {
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start([(Self.windowSize, 0)])
            _ = try await connection.frame(RawFrame.Kind.settings)
            try await connection.echoPaths2(except: "/stalled")
        } _: { server async throws in
            try await withClientOfHTTP2({ $0.writeTimeout = .milliseconds(100) }) { client async throws in
                #expect(try await client.get(server.url("/a")).text() == "/a")
                let body = HTTPRequestBody.bytes([UInt8](repeating: 1, count: 100))
                let error = await clientError { _ = try await client.post(server.url("/stalled"), body: body) }
                #expect(error?.code == .writeTimedOut)
                #expect(try await client.get(server.url("/b")).text() == "/b")
            }
            #expect(server.accepted.count == 1)
        }
    }

    @Test("What is not read is not taken from the server beyond the window, and others go on")
    func slowReader() async throws {
        let (credit, sent) = (Box(0), Gate())
        let window = 64 * 1024 - 1
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            let request = try await connection.request()
            try await connection.send(
                .headers(request.stream, ScriptedHTTP2Connection.head(200), ends: false))
            for start in stride(from: 0, to: window, by: 16_384) {
                let count = min(16_384, window - start)
                try await connection.send(.data(request.stream, bytes: [UInt8](repeating: 1, count: count)))
            }
            while let frame = try await connection.frame() {
                if frame.kind == RawFrame.Kind.headers {
                    let next = try await connection.request(from: frame)
                    try await connection.respond(next.stream, next.path)
                    if credit.value == 0 { sent.open() }
                } else if frame.kind == RawFrame.Kind.windowUpdate, frame.stream == request.stream {
                    credit.value += Int(frame.payload.number(at: 0))
                    // Some of it is given back once half is due.
                    if credit.value >= window / 2 {
                        try await connection.send(.data(request.stream, "rest", ends: true))
                        credit.value = -1_000_000
                    }
                }
            }
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                let response = try await client.get(server.url())
                #expect(try await client.get(server.url("/other")).text() == "/other")
                await sent.wait()
                #expect(credit.value == 0)
                #expect(try await response.body.collect(upTo: 1 << 20).count == window + 4)
            }
        }
    }

    @Test("Content beyond the stream's window breaks the stream off; of the connection's window, the connection")
    func beyondWindow() async throws {
        let ends = Box<[String]>([])
        try await withScriptedHTTP2Server { connection, number in
            try await connection.start()
            let request = try await connection.request()
            let head = ScriptedHTTP2Connection.head(200)
            try await connection.send(.headers(request.stream, head, ends: false))
            // 1 MiB is the connection's.
            for _ in 0..<(number == 0 ? 5 : 80) {
                try? await connection.send(.data(request.stream, bytes: [UInt8](repeating: 1, count: 16_384)))
            }
            while let frame = try? await connection.frame() {
                if frame.kind == RawFrame.Kind.resetStream { ends.value.append("reset \(frame.payload.number(at: 0))") }
                if frame.kind == RawFrame.Kind.goAway { ends.value.append("away \(frame.payload.number(at: 4))") }
            }
        } _: { server async throws in
            for _ in 0..<2 {
                try await withClientOfHTTP2 { client async throws in
                    let response = try await client.get(server.url())
                    try await eventually("the end") { !ends.value.isEmpty }
                    let error = await clientError { _ = try await response.body.collect(upTo: 1 << 30) }
                    #expect(error?.code == .malformedResponse)
                    #expect(error?.underlying as? HTTP2ErrorCode == .flowControlError)
                }
            }
            #expect(ends.value.contains("reset 3"))
        }
    }

    @Test("Content that is larger than the limit is an error")
    func limit() async throws {
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            try await connection.echoPaths()
        } _: { server async throws in
            try await withClientOfHTTP2({ $0.limits.bodySize = 5 }) { client async throws in
                #expect(try await client.get(server.url("/1234")).text() == "/1234")
                let error = await clientError { _ = try await client.get(server.url("/12345")).text() }
                #expect(error?.code == .malformedResponse)
            }
        }
    }
}

/// Content that waits for a gate.
struct Delayed: AsyncSequence, Sendable {
    typealias Element = [UInt8]

    let gate: Gate
    let pieces: [[UInt8]]

    func makeAsyncIterator() -> Iterator { Iterator(gate: gate, rest: pieces[...]) }

    struct Iterator: AsyncIteratorProtocol {
        let gate: Gate
        var rest: ArraySlice<[UInt8]>

        mutating func next() async throws -> [UInt8]? {
            await gate.wait()
            return rest.popFirst()
        }
    }
}

extension ScriptedHTTP2Connection {
    /// Answers every request but one with its path, which has to be content that the window allows.
    func echoPaths2(except path: String) async throws {
        while let frame = try await frame() {
            guard frame.kind == RawFrame.Kind.headers else { continue }
            let request = try await request(from: frame)
            if request.path != path { try await respond(request.stream, request.path) }
        }
    }
}
