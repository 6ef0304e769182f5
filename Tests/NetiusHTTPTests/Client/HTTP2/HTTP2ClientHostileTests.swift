import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP/2 client: servers that misbehave", .timeLimit(.minutes(5)))
struct HTTP2ClientHostileTests {
    /// What a server does once it has a request, and what comes of it.
    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// The code that the server is told, in GOAWAY or in RST_STREAM.
        let code: RawErrorCode
        /// Whether the connection ends, and not the stream alone.
        let endsConnection: Bool
        let frames: @Sendable (UInt32) -> [RawFrame]

        init(
            _ description: String, _ code: RawErrorCode = .protocolError, endsConnection: Bool = false,
            _ frames: @escaping @Sendable (UInt32) -> [RawFrame]
        ) {
            testDescription = description
            self.code = code
            self.endsConnection = endsConnection
            self.frames = frames
        }
    }

    private static func head(_ fields: [(String, String)]) -> [UInt8] { RawHPACK.block(fields) }
    private static let fine = head([(":status", "200")])

    static let rows: [Row] = [
        // Of a stream.
        Row("no :status") { [.headers($0, head([("a", "b")]))] },
        Row("two :status") { [.headers($0, head([(":status", "200"), (":status", "200")]))] },
        Row("a :status that is no number") { [.headers($0, head([(":status", "2OO")]))] },
        Row("a :status of four digits") { [.headers($0, head([(":status", "2000")]))] },
        Row("a :status below 100") { [.headers($0, head([(":status", "099")]))] },
        Row("101, which HTTP/2 has not") { [.headers($0, head([(":status", "101")]), ends: false)] },
        Row("a pseudo-field of requests") { [.headers($0, head([(":status", "200"), (":path", "/")]))] },
        Row("a pseudo-field after fields") { [.headers($0, head([("a", "b"), (":status", "200")]))] },
        Row("a name in upper case") { [.headers($0, head([(":status", "200"), ("A", "b")]))] },
        Row("a name with a space") { [.headers($0, head([(":status", "200"), ("a b", "c")]))] },
        Row("an empty name") { [.headers($0, head([(":status", "200"), ("", "c")]))] },
        Row("a value with a line end") { [.headers($0, head([(":status", "200"), ("a", "b\r\nc: d")]))] },
        Row("a value with NUL") { [.headers($0, head([(":status", "200"), ("a", "b\0")]))] },
        Row("Transfer-Encoding") { [.headers($0, head([(":status", "200"), ("transfer-encoding", "chunked")]))] },
        Row("Connection") { [.headers($0, head([(":status", "200"), ("connection", "close")]))] },
        Row("two lengths") {
            [.headers($0, head([(":status", "200"), ("content-length", "1"), ("content-length", "2")]), ends: false)]
        },
        Row("a length that is no number") { [.headers($0, head([(":status", "200"), ("content-length", "-1")]))] },
        Row("less content than announced") {
            [
                .headers($0, head([(":status", "200"), ("content-length", "5")]), ends: false),
                .data($0, "a", ends: true),
            ]
        },
        Row("more content than announced") {
            [
                .headers($0, head([(":status", "200"), ("content-length", "1")]), ends: false),
                .data($0, "ab", ends: true),
            ]
        },
        Row("content of a response that has none") {
            [.headers($0, head([(":status", "204")]), ends: false), .data($0, "a", ends: true)]
        },
        Row("content before the head") { [.data($0, "a", ends: true)] },
        Row("an interim response that ends the stream") { [.headers($0, head([(":status", "103")]))] },
        Row("trailers that do not end the stream") {
            [.headers($0, fine, ends: false), .headers($0, head([("a", "b")]), ends: false)]
        },
        Row("trailers with a pseudo-field") {
            [.headers($0, fine, ends: false), .headers($0, head([(":status", "200")]))]
        },
        Row("too many interim responses", .enhanceYourCalm) { stream in
            (0..<20).map { _ in .headers(stream, head([(":status", "103")]), ends: false) }
        },
        Row("WINDOW_UPDATE of nothing") { [.windowUpdate($0, 0)] },
        Row("a window that is too large", .flowControlError) { [.windowUpdate($0, 0x7FFF_FFFF)] },
        // Of the connection.
        Row("PUSH_PROMISE", endsConnection: true) { [.pushPromise($0, promising: 2, RawHPACK.request())] },
        Row("a stream of the server's", endsConnection: true) { _ in [.headers(2, fine)] },
        Row("a stream that was not opened", endsConnection: true) { [.headers($0 + 2, fine)] },
        Row("content of one that was not", endsConnection: true) { [.data($0 + 2, "a")] },
        Row("a reset of one that was not", endsConnection: true) { [.reset($0 + 2)] },
        Row("content of no stream", endsConnection: true) { _ in [.data(0, "a")] },
        Row("SETTINGS of a stream", endsConnection: true) { [RawFrame.settings().with(stream: $0)] },
        Row("SETTINGS of a wrong length", .frameSizeError, endsConnection: true) { _ in
            [RawFrame.settings().with(payload: [1])]
        },
        Row("a window in SETTINGS that is too large", .flowControlError, endsConnection: true) { _ in
            [.settings((RawFrame.Setting.initialWindowSize, 0x8000_0000))]
        },
        Row("a frame size in SETTINGS that is too small", endsConnection: true) { _ in
            [.settings((RawFrame.Setting.maximumFrameSize, 1))]
        },
        Row("a server that enables pushes", endsConnection: true) { _ in
            [.settings((RawFrame.Setting.enablePush, 1))]
        },
        Row("PING of a stream", endsConnection: true) { [RawFrame.ping(1).with(stream: $0)] },
        Row("PING of a wrong length", .frameSizeError, endsConnection: true) { _ in
            [RawFrame.ping(1).with(payload: [1])]
        },
        Row("GOAWAY of a stream", endsConnection: true) { [RawFrame.goAway(lastStream: 99).with(stream: $0)] },
        Row("GOAWAY that is too short", .frameSizeError, endsConnection: true) { _ in
            [RawFrame.goAway().with(payload: [0])]
        },
        Row("WINDOW_UPDATE of a wrong length", .frameSizeError, endsConnection: true) {
            [RawFrame.windowUpdate($0, 1).with(payload: [0])]
        },
        Row("a frame that is too large", .frameSizeError, endsConnection: true) {
            [.headers($0, fine, ends: false), .data($0, bytes: [UInt8](repeating: 0, count: 16_385))]
        },
        Row("more padding than frame", endsConnection: true) {
            [.headers($0, fine, ends: false), RawFrame.data($0).with(flags: RawFrame.Flag.padded, payload: [9])]
        },
        Row("a header block that is interrupted", endsConnection: true) {
            [.headers($0, fine, isWhole: false), .ping(1)]
        },
        Row("CONTINUATION of nothing", endsConnection: true) { [.continuation($0)] },
        Row("CONTINUATION without end", .enhanceYourCalm, endsConnection: true) { stream in
            [.headers(stream, fine, isWhole: false)] + (0..<20).map { _ in .continuation(stream, isLast: false) }
        },
        Row("a header block that cannot be decoded", .compressionError, endsConnection: true) {
            [.headers($0, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])]
        },
        Row("PRIORITY_UPDATE", endsConnection: true) { [.priorityUpdate($0, "u=1")] },
        Row("PINGs without end", .enhanceYourCalm, endsConnection: true) { _ in (0..<3000).map { .ping($0) } },
        Row("SETTINGS without end", .enhanceYourCalm, endsConnection: true) { _ in
            (0..<300).map { _ in .settings() }
        },
    ]

    @Test("What breaks the protocol fails its request, and the server is told why", arguments: rows)
    func broken(row: Row) async throws {
        let told = Box<[String]>([])
        try await withScriptedHTTP2Server { connection, number in
            try await connection.start()
            guard number == 0 else { return try await connection.echoPaths() }
            var isDone = false
            while let frame = try? await connection.frame() {
                switch frame.kind {
                case RawFrame.Kind.headers:
                    let request = try await connection.request(from: frame)
                    if isDone {
                        try await connection.respond(request.stream, request.path)
                    } else {
                        isDone = true
                        try? await connection.send(octets: row.frames(request.stream).flatMap(\.octets))
                    }
                case RawFrame.Kind.resetStream: told.value.append("reset \(frame.payload.number(at: 0))")
                case RawFrame.Kind.goAway: told.value.append("away \(frame.payload.number(at: 4))")
                default: break
                }
            }
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                let error = await clientError { _ = try await client.get(server.url()).text() }
                #expect(error?.code == .malformedResponse)
                #expect((error?.underlying as? HTTP2ErrorCode)?.rawValue == row.code.rawValue)
                let expected = "\(row.endsConnection ? "away" : "reset") \(row.code.rawValue)"
                try await eventually("it is told \(expected)") { told.value.contains(expected) }
                #expect(try await client.get(server.url("/next")).text() == "/next")
            }
            #expect(server.accepted.count == (row.endsConnection ? 2 : 1))
        }
    }

    @Test("What is no HTTP/2 at all fails: HTTP/1, silence, and a first frame that is not SETTINGS")
    func noHTTP2() async throws {
        let answers = [
            octets("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), RawFrame.ping(1).octets,
            RawFrame.settingsAcknowledgement.octets, [UInt8](repeating: 0xFF, count: 100), [],
        ]
        try await withScriptedServer { wire, number in
            let connection = ScriptedHTTP2Connection(wire)
            try await connection.readPreface()
            try await connection.send(octets: answers[number])
            await connection.waitForEnd()
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                for _ in answers.dropLast() {
                    let error = await clientError { _ = try await client.get(server.url()) }
                    #expect(error?.code == .malformedResponse)
                }
            }
            try await withClientOfHTTP2({ $0.firstByteTimeout = .milliseconds(100) }) { client async throws in
                let error = await clientError { _ = try await client.get(server.url()) }
                #expect(error?.code == .firstByteTimedOut)
            }
        }
    }

    @Test("A response that is cut off, at whatever byte, is never taken for a whole one")
    func cutAnywhere() async throws {
        @Sendable func response(_ stream: UInt32) -> [UInt8] {
            let frames: [RawFrame] = [
                .settings(), .headers(stream, ScriptedHTTP2Connection.head(103), ends: false),
                .headers(stream, ScriptedHTTP2Connection.head(200), ends: false).padded(3), .data(stream, "hello"),
                RawFrame.data(stream, " world").padded(4), .headers(stream, RawHPACK.block([("etag", "x")])),
            ]
            return frames.flatMap(\.octets)
        }
        let count = response(1).count
        try await withScriptedHTTP2Server { connection, number in
            connection.answersSettings = false
            try await connection.readPreface()
            let request = try await connection.request()
            try await connection.send(octets: Array(response(request.stream).prefix(number)))
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                for cut in 0...count {
                    let outcome: String
                    do {
                        outcome = try await client.get(server.url()).text()
                    } catch let error as HTTPClientError {
                        outcome = error.code.rawValue
                    }
                    #expect(outcome == (cut < count ? "connection-closed" : "hello world"), "\(cut)")
                }
            }
        }
    }

    @Test("However a response is cut into pieces, it is the same")
    func pieces() async throws {
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            while let frame = try await connection.frame() {
                guard frame.kind == RawFrame.Kind.headers else { continue }
                let request = try await connection.request(from: frame)
                let head = ScriptedHTTP2Connection.head(200, [("x", "y")])
                let octets = [
                    RawFrame.headers(request.stream, Array(head.prefix(3)), ends: false, isWhole: false),
                    .continuation(request.stream, Array(head.dropFirst(3))), .data(request.stream, request.path),
                    .data(request.stream, "!").padded(2), .data(request.stream, ends: true),
                ].flatMap(\.octets)
                let size = Int(request.path.dropFirst()) ?? 1
                for start in stride(from: 0, to: octets.count, by: size) {
                    try await connection.send(octets: Array(octets[start..<min(start + size, octets.count)]))
                    await Task.yield()
                }
            }
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                for size in 1...30 { #expect(try await client.get(server.url("/\(size)")).text() == "/\(size)!") }
            }
            #expect(server.accepted.count == 1)
        }
    }

    @Test("Random octets, and frames of random kinds, neither trap nor hang", arguments: 0..<8)
    func random(seed: Int) async throws {
        let seed = UInt64(seed)
        try await withScriptedHTTP2Server { connection, number in
            var random = SeededGenerator(seed: seed &* 1000 &+ UInt64(number))
            try await connection.start()
            let request = try await connection.request()
            for _ in 0..<60 {
                var payload = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                if Bool.random(using: &random) { payload = ScriptedHTTP2Connection.head(200) }
                let frame = RawFrame(
                    kind: UInt8.random(in: 0...10, using: &random), flags: UInt8.random(in: 0...63, using: &random),
                    stream: [0, request.stream, request.stream, 2, 99].randomElement(using: &random) ?? 0,
                    payload: payload)
                guard (try? await connection.send(frame)) != nil else { return }
            }
            if Bool.random(using: &random) { await connection.waitForEnd() }
        } _: { server async throws in
            try await withClientOfHTTP2({
                $0.firstByteTimeout = .milliseconds(100)
                $0.readTimeout = .milliseconds(100)
                $0.writeTimeout = .milliseconds(100)
            }) { client async throws in
                for number in 0..<40 {
                    let body = number.isMultiple(of: 3) ? HTTPRequestBody.bytes([1, 2, 3]) : .none
                    do {
                        _ = try await client.post(server.url(), body: body).text()
                    } catch is HTTPClientError {}
                }
                let counts = try await client.counts()
                #expect(counts.waiting == 0 && counts.early == 0)
            }
        }
    }
}

extension HTTPClient {
    /// How many there are of what must not be left behind, in the first worker.
    func counts() async throws -> (waiting: Int, early: Int, connections: Int, idle: Int) {
        try await workers.get()[0].counts
    }
}
