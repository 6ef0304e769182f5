import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP/2 client: requests that are sent again", .timeLimit(.minutes(5)))
struct HTTP2ClientRepeatingTests {
    @Test("GOAWAY in the middle: what it covers ends where it is, the rest goes to another connection, POST too")
    func goAway() async throws {
        let paths = Box<[[String]]>([[], []])
        try await withScriptedHTTP2Server { connection, number in
            try await connection.start()
            guard number == 0 else {
                while let frame = try await connection.frame() {
                    guard frame.kind == RawFrame.Kind.headers else { continue }
                    let request = try await connection.request(from: frame)
                    paths.value[1].append(request.path)
                    if !request.isEnded { _ = try await connection.content(of: request.stream) }
                    try await connection.respond(request.stream, request.path)
                }
                return
            }
            var requests: [ScriptedHTTP2Request] = []
            while requests.count < 6 { requests.append(try await connection.request()) }
            try await connection.send(.goAway(lastStream: requests[2].stream))
            for request in requests[..<3] {
                paths.value[0].append(request.path)
                try await connection.respond(request.stream, request.path)
            }
            await connection.waitForEnd()
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    for number in 0..<6 {
                        group.addTask {
                            let body = number.isMultiple(of: 2) ? HTTPRequestBody.bytes([1, 2]) : .none
                            let response = try await client.post(server.url("/\(number)"), body: body)
                            return try await response.text() == "/\(number)"
                        }
                    }
                    for try await isRight in group { #expect(isRight) }
                }
                #expect(paths.value[0].count == 3 && paths.value[1].count == 3)
                #expect(Set(paths.value.joined()).count == 6)
                // The first is not used any more.
                #expect(try await client.get(server.url("/next")).text() == "/next")
                #expect(paths.value[1].last == "/next")
            }
            #expect(server.accepted.count == 2)
        }
    }

    @Test("A refused request is sent again, three times at the most")
    func refused() async throws {
        let count = Box(0)
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            while let frame = try await connection.frame() {
                guard frame.kind == RawFrame.Kind.headers else { continue }
                let request = try await connection.request(from: frame)
                count.value += 1
                if request.path == "/never" || count.value <= 3 {
                    try await connection.send(.reset(request.stream, .refusedStream))
                } else {
                    try await connection.respond(request.stream, "at last")
                }
            }
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                #expect(try await client.post(server.url(), body: .bytes([1])).text() == "at last")
                #expect(count.value == 4)
                let error = await clientError { _ = try await client.get(server.url("/never")) }
                #expect(error?.code == .streamReset && error?.underlying as? HTTP2ErrorCode == .refusedStream)
                #expect(count.value == 8)
                #expect("\(try #require(error))".hasSuffix("the server refused the request: REFUSED_STREAM"))
            }
        }
    }

    @Test("Content that can be read once is sent again where nothing of it has been read")
    func unread() async throws {
        let count = Box(0)
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            while let frame = try await connection.frame() {
                guard frame.kind == RawFrame.Kind.headers else { continue }
                let request = try await connection.request(from: frame)
                count.value += 1
                guard count.value.isMultiple(of: 2) else {
                    try await connection.send(.reset(request.stream, .refusedStream))
                    continue
                }
                try await connection.send(
                    .headers(request.stream, ScriptedHTTP2Connection.head(100), ends: false))
                let content = try await connection.content(of: request.stream)
                try await connection.respond(request.stream, "\(content.count)")
            }
        } _: { server async throws in
            try await withClientOfHTTP2({ $0.continueTimeout = .seconds(60) }) { client async throws in
                let body = HTTPRequestBody(Pieces(pieces: [[1], [2]]))
                let fields: HTTPFields = [.expect: "100-continue"]
                let response = try await client.post(server.url(), headerFields: fields, body: body)
                #expect(try await response.text() == "2" && count.value == 2)
                let error = await clientError { _ = try await client.post(server.url(), body: body) }
                #expect(error?.code == .streamReset && error?.reason.hasSuffix("cannot be sent again") == true)
                #expect(count.value == 3)
            }
        }
    }

    @Test(
        "A connection that dies: what was not answered is sent again if it is idempotent, and the connection was not new"
    )
    func died() async throws {
        let asked = Gate()
        try await withScriptedHTTP2Server { connection, number in
            try await connection.start()
            if number == 0 {
                let first = try await connection.request()
                try await connection.respond(first.stream, "first")
                for _ in 0..<2 { _ = try await connection.request() }
                asked.open()
                return
            }
            try await connection.echoPaths()
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                #expect(try await client.get(server.url()).text() == "first")
                let get = Task { try await client.get(server.url("/get")).text() }
                let post = Task { await clientError { _ = try await client.post(server.url("/post")) } }
                #expect(try await get.value == "/get")
                let error = await post.value
                #expect(error?.code == .connectionClosed && error?.reason.hasSuffix("cannot be sent again") == true)
                #expect(asked.count == 1 && server.accepted.count == 2)
            }
        }
    }

    @Test("A request on a new connection that dies fails, and one that was answered in part")
    func diedAtOnce() async throws {
        try await withScriptedHTTP2Server { connection, number in
            try await connection.start()
            let request = try await connection.request()
            guard number == 1 else { return }
            try await connection.send(
                .headers(request.stream, ScriptedHTTP2Connection.head(200), ends: false), .data(request.stream, "a"))
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                let first = await clientError { _ = try await client.get(server.url()) }
                #expect(first?.code == .connectionClosed)
                let second = await clientError { _ = try await client.get(server.url()).text() }
                #expect(second?.code == .connectionClosed)
                #expect(second?.reason == "the connection was closed within the response")
            }
            #expect(server.accepted.count == 2)
        }
    }

    @Test("A server that wants HTTP/1.1 for a request gets it so")
    func needsHTTP1() async throws {
        try await withScriptedServer { wire, number in
            guard number == 0 else {
                _ = try await wire.head()
                return try await wire.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold")
            }
            let connection = ScriptedHTTP2Connection(wire)
            try await connection.start()
            let request = try await connection.request()
            try await connection.send(.reset(request.stream, .http11Required))
            await connection.waitForEnd()
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                let response = try await client.post(server.url(), body: .bytes([1]))
                #expect(try await response.text() == "old" && response.version == .http11)
            }
        }
    }

    @Test("What a server resets for another reason is not sent again, and the reason is named")
    func reset() async throws {
        let count = Box(0)
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            while let frame = try await connection.frame() {
                guard frame.kind == RawFrame.Kind.headers else { continue }
                let request = try await connection.request(from: frame)
                count.value += 1
                let number = UInt32(request.path.dropFirst()) ?? 0
                if number >= 100 {
                    try await connection.send(
                        .headers(request.stream, ScriptedHTTP2Connection.head(200), ends: false),
                        .data(request.stream, "part"))
                }
                let octets = RawFrame.reset(request.stream).with(payload: [UInt8](bigEndian: number % 100)).octets
                try await connection.send(octets: octets)
            }
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                let codes: [UInt32] = [0, 1, 2, 5, 8, 11, 12, 77]
                for number in codes + codes.map({ $0 + 100 }) {
                    let error = await clientError { _ = try await client.get(server.url("/\(number)")).text() }
                    #expect(error?.code == .streamReset, "\(number)")
                    #expect(error?.underlying as? HTTP2ErrorCode == HTTP2ErrorCode(rawValue: number % 100))
                }
                #expect(count.value == 16 && server.accepted.count == 1)
            }
        }
    }
}
