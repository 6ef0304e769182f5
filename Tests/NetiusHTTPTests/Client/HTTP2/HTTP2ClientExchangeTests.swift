import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP/2 client: requests and responses", .timeLimit(.minutes(5)))
struct HTTP2ClientExchangeTests {
    @Test("A request is sent as RFC 9113 section 8.3.1 has it, after the preface and settings that refuse pushes")
    func requestHead() async throws {
        let seen = Box<[String]>([])
        let settings = Box<[UInt16: UInt32]>([:])
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            let request = try await connection.request()
            seen.value = request.fields.map { "\($0.name): \($0.value)" }
            settings.value = connection.settings
            try await connection.respond(request.stream, "hello")
            await connection.waitForEnd()
        } _: { server async throws in
            try await withClientOfHTTP2({ $0.userAgent = nil }) { client async throws in
                let fields: HTTPFields = [.connection: "close, X-Hop", .keepAlive: "timeout=5", .accept: "Text/*"]
                let response = try await client.get(server.url("/a?b=C"), headerFields: fields)
                #expect(response.status == .ok && response.version.major == 2 && response.version.minor == 0)
                #expect(try await response.text() == "hello" && response.tls == nil && response.connection == nil)
            }
            let authority = "127.0.0.1:\(server.port)"
            #expect(
                seen.value == [
                    ":method: GET", ":scheme: http", ":authority: \(authority)", ":path: /a?b=C", "accept: Text/*",
                    "accept-encoding: gzip, deflate",
                ])
            #expect(settings.value[RawFrame.Setting.enablePush] == 0)
        }
    }

    @Test("A Host of the request's own is whom it is for; OPTIONS may ask about the server as a whole")
    func authority() async throws {
        let seen = Box<[String]>([])
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            for _ in 0..<3 {
                let request = try await connection.request()
                let hosts = request.fields.filter { $0.name == "host" }.count
                seen.value.append("\(request[":authority"] ?? "-") \(request.path) \(hosts)")
                try await connection.respond(request.stream)
            }
            await connection.waitForEnd()
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                _ = try await client.get(server.url(), headerFields: [.host: "other.example"])
                _ = try await client.get(server.url("/x"))
                let options = HTTPRequest(
                    method: .options, scheme: "http", authority: "127.0.0.1:\(server.port)", path: "*")
                _ = try await client.execute(options)
            }
            let authority = "127.0.0.1:\(server.port)"
            #expect(seen.value == ["other.example / 0", "\(authority) /x 0", "\(authority) * 0"])
            #expect(server.accepted.count == 1)
        }
    }

    @Test("Content of every kind is sent, with its length where that is known")
    func content() async throws {
        let seen = Box<[String]>([])
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            while let frame = try await connection.frame() {
                guard frame.kind == RawFrame.Kind.headers else { continue }
                let request = try await connection.request(from: frame)
                let content = request.isEnded ? [] : try await connection.content(of: request.stream)
                let sum = content.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFFFF }
                seen.value.append("\(request["content-length"] ?? "-") \(request.isEnded) \(content.count) \(sum)")
                try await connection.respond(request.stream, "")
            }
        } _: { server async throws in
            let large = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let sum = large.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFFFF }
            try await withTemporaryDirectory { directory in
                let file = try makeFile(large, in: directory)
                let pieces = stride(from: 0, to: large.count, by: 70_000).map {
                    Array(large[$0..<min($0 + 70_000, large.count)])
                }
                let bodies: [HTTPRequestBody] = [
                    .none, .bytes([1]), .bytes(large), .file(file), .file(file, range: 10..<11),
                    HTTPRequestBody(eachTime: { Pieces(pieces: pieces) }),
                    HTTPRequestBody(Pieces(pieces: pieces), contentLength: large.count),
                    HTTPRequestBody(Pieces(pieces: [[], [5], []])), HTTPRequestBody(Pieces(pieces: [])),
                ]
                try await withClientOfHTTP2 { client async throws in
                    for body in bodies { _ = try await client.post(server.url(), body: body) }
                }
            }
            #expect(
                seen.value == [
                    "0 true 0 0", "1 false 1 1", "300000 false 300000 \(sum)", "300000 false 300000 \(sum)",
                    "1 false 1 \(large[10])", "- false 300000 \(sum)", "300000 false 300000 \(sum)", "- false 1 5",
                    "- false 0 0",
                ])
        }
    }

    @Test(
        "Content that is longer or shorter than announced, or cannot be read, fails its request and resets its stream")
    func wrongContent() async throws {
        let codes = Box<[UInt32]>([])
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            while let frame = try await connection.frame() {
                if frame.kind == RawFrame.Kind.resetStream { codes.value.append(frame.payload.number(at: 0)) }
                if frame.kind == RawFrame.Kind.headers {
                    let request = try await connection.request(from: frame)
                    if request.path == "/fine" { try await connection.respond(request.stream, "fine") }
                }
            }
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                let bodies = [
                    HTTPRequestBody(Pieces(pieces: [[1], [2]]), contentLength: 1),
                    HTTPRequestBody(Pieces(pieces: [[1]]), contentLength: 2),
                    HTTPRequestBody { throw TestFailure("no content") },
                ]
                for body in bodies {
                    let error = await clientError { _ = try await client.post(server.url(), body: body) }
                    #expect(error?.code == .requestBodyFailed)
                }
                #expect(try await client.get(server.url("/fine")).text() == "fine")
                try await eventually("three resets") { codes.value == [8, 8, 8] }
            }
            #expect(server.accepted.count == 1)
        }
    }

    @Test("Interim responses are told, and are none; trailers come after the content")
    func interimAndTrailers() async throws {
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            let request = try await connection.request()
            let early = ScriptedHTTP2Connection.head(103, [("link", "</a>")])
            try await connection.send(
                .headers(request.stream, early, ends: false),
                .headers(request.stream, ScriptedHTTP2Connection.head(200), ends: false),
                .data(request.stream, "one "), .data(request.stream, "two"),
                .headers(request.stream, RawHPACK.block([("etag", "x"), ("expires", "0")])))
            await connection.waitForEnd()
        } _: { server async throws in
            let told = Box<[String]>([])
            let observer = HTTPClientObserver { event in
                if case .interim(let status, let fields) = event.moment {
                    told.value.append("\(status.code) \(fields[values: .link])")
                }
            }
            try await withClientOfHTTP2({ $0.observer = observer }) { client async throws in
                let response = try await client.get(server.url())
                #expect(try await response.text() == "one two")
                #expect(await response.body.trailers[.eTag] == "x")
                // Not one that may come after the content.
                #expect(await response.body.trailers[.expires] == nil)
                #expect(told.value == ["103 [\"</a>\"]"])
            }
        }
    }

    @Test("What has no content has none, whatever length it names: HEAD, 204 and 304")
    func noContent() async throws {
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            while let frame = try await connection.frame() {
                guard frame.kind == RawFrame.Kind.headers else { continue }
                let request = try await connection.request(from: frame)
                let status = Int(request.path.dropFirst()) ?? 200
                try await connection.respond(
                    request.stream, status: status, status == 204 ? [] : [("content-length", "77")])
            }
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                let head = try await client.head(server.url("/200"))
                #expect(try await head.text().isEmpty && head.headerFields[.contentLength] == "77")
                for status in [204, 304] {
                    let response = try await client.get(server.url("/\(status)"))
                    #expect(try await response.text().isEmpty && response.status.code == status)
                }
                // Content that is announced, and does not come, is missing.
                let error = await clientError { _ = try await client.get(server.url("/200")) }
                #expect(error?.code == .malformedResponse)
            }
            #expect(server.accepted.count == 1)
        }
    }

    @Test("Content waits for the server's word, which is 100, another answer, or none for too long")
    func expectContinue() async throws {
        let seen = Box<[String]>([])
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            while let frame = try await connection.frame() {
                guard frame.kind == RawFrame.Kind.headers else { continue }
                let request = try await connection.request(from: frame)
                guard request["expect"] == "100-continue" else {
                    try await connection.respond(request.stream, "unasked")
                    continue
                }
                switch request.path {
                case "/refused": try await connection.respond(request.stream, "no", status: 413)
                case "/417": try await connection.respond(request.stream, "no", status: 417)
                case "/asked":
                    let head = ScriptedHTTP2Connection.head(100)
                    try await connection.send(.headers(request.stream, head, ends: false))
                    fallthrough
                default:
                    let content = try await connection.content(of: request.stream)
                    seen.value.append("\(request.path) \(content.count)")
                    try await connection.respond(request.stream, "taken")
                }
            }
        } _: { server async throws in
            try await withClientOfHTTP2({
                $0.continueThreshold = 1000
                $0.continueTimeout = .milliseconds(50)
            }) { client async throws in
                let body = HTTPRequestBody.bytes([UInt8](repeating: 1, count: 100_000))
                for (path, answer) in [
                    ("/asked", "taken"), ("/silent", "taken"), ("/refused", "no"), ("/417", "unasked"),
                ] {
                    #expect(try await client.post(server.url(path), body: body).text() == answer)
                }
            }
            #expect(seen.value == ["/asked 100000", "/silent 100000"])
            #expect(server.accepted.count == 1)
        }
    }

    @Test("A whole response stands although the server wants no more of the request (RFC 9113 section 8.1)")
    func earlyResponse() async throws {
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            let request = try await connection.request()
            try await connection.respond(request.stream, "enough")
            try await connection.send(.reset(request.stream, .noError))
            try await connection.echoPaths()
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                // More than the windows let through.
                let body = HTTPRequestBody.bytes([UInt8](repeating: 1, count: 1_000_000))
                #expect(try await client.post(server.url(), body: body).text() == "enough")
                #expect(try await client.get(server.url("/next")).text() == "/next")
            }
            #expect(server.accepted.count == 1)
        }
    }

    @Test("Heads are shown to whoever may see them, and phases are told as with HTTP/1")
    func observing() async throws {
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            try await connection.echoPaths()
        } _: { server async throws in
            let (heads, phases) = (Box<[String]>([]), Box<[String]>([]))
            let observer = HTTPClientObserver(heads: { head in
                switch head {
                case .sent(let octets): heads.value.append(String(decoding: octets, as: UTF8.self))
                case .received(let status, let version, _): heads.value.append("\(version.major) \(status.code)")
                }
            }) { event in
                switch event.moment {
                case .began: phases.value.append("+\(event.phase)")
                case .ended: phases.value.append("-\(event.phase)")
                default: phases.value.append("?\(event.phase)")
                }
            }
            try await withClientOfHTTP2({
                $0.observer = observer
                $0.userAgent = nil
                $0.decodesContent = false
            }) { client async throws in
                _ = try await client.get(server.url("/seen"), headerFields: [.accept: "*/*"])
            }
            #expect(
                heads.value == ["GET /seen HTTP/2\r\nHost: 127.0.0.1:\(server.port)\r\nAccept: */*\r\n\r\n", "2 200"])
            #expect(
                phases.value == ["+connecting", "-connecting", "+sending", "-sending", "+awaiting", "-awaiting"])
        }
    }
}
