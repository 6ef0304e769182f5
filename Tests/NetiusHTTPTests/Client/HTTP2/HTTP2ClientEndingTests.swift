import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP/2 client: what is given up, and servers that are gone", .timeLimit(.minutes(5)))
struct HTTP2ClientEndingTests {
    /// Answers `/part` and `/hold` as they say, everything else with its path; keeps the codes of resets.
    private static func serve(
        _ connection: ScriptedHTTP2Connection, resets: Box<[UInt32]>, asked: Gate = Gate()
    ) async throws {
        while let frame = try await connection.frame() {
            if frame.kind == RawFrame.Kind.resetStream { resets.value.append(frame.payload.number(at: 0)) }
            guard frame.kind == RawFrame.Kind.headers else { continue }
            let request = try await connection.request(from: frame)
            switch request.path {
            case "/hold": asked.open()
            case "/part":
                let head = ScriptedHTTP2Connection.head(200)
                try await connection.send(.headers(request.stream, head, ends: false), .data(request.stream, "part"))
                asked.open()
            default: try await connection.respond(request.stream, request.path)
            }
        }
    }

    @Test(
        "A request that is cancelled resets its stream, and no other: before its answer, within it, and while sending")
    func cancelled() async throws {
        let (resets, asked) = (Box<[UInt32]>([]), Gate())
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            try await Self.serve(connection, resets: resets, asked: asked)
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                let other = Task { try await client.get(server.url("/part")).body.collect(upTo: 100) }
                let hold = Task { try await client.get(server.url("/hold")).status }
                let part = Task { try await client.get(server.url("/part")).text() }
                let large = HTTPRequestBody.bytes([UInt8](repeating: 1, count: 1_000_000))
                let post = Task { try await client.post(server.url("/hold"), body: large).status }
                await asked.wait(4)
                hold.cancel()
                part.cancel()
                post.cancel()
                for isCancelled in [
                    await hold.result.isCancelled, await part.result.isCancelled, await post.result.isCancelled,
                ] { #expect(isCancelled) }
                try await eventually("three resets") { resets.value == [8, 8, 8] }
                #expect(try await client.get(server.url("/next")).text() == "/next")
                other.cancel()
                _ = await other.result
                let task = Task {
                    try await Task.sleep(for: .seconds(60))
                    return try await client.get(server.url("/never")).status
                }
                task.cancel()
                #expect(await task.result.isCancelled)
            }
            #expect(server.accepted.count == 1)
        }
    }

    @Test("A response that is dropped resets its stream; one that was read does not")
    func dropped() async throws {
        let resets = Box<[UInt32]>([])
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            try await Self.serve(connection, resets: resets)
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                for _ in 0..<3 { _ = try await client.get(server.url("/whole")) }
                for _ in 0..<2 {
                    let response = try await client.get(server.url("/part"))
                    var iterator = response.body.makeAsyncIterator()
                    #expect(try await iterator.next() == Array("part".utf8))
                }
                try await eventually("two resets") { resets.value == [8, 8] }
                // What is too large is not wanted either.
                let error = await clientError {
                    _ = try await client.get(server.url("/part")).body.collect(upTo: 3)
                }
                #expect(error?.code == .tooLarge)
                try await eventually("three resets") { resets.value == [8, 8, 8] }
                #expect(try await client.get(server.url("/next")).text() == "/next")
            }
            #expect(server.accepted.count == 1)
        }
    }

    @Test("Two that read one response are told so")
    func concurrentRead() async throws {
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            try await Self.serve(connection, resets: Box([]))
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                let response = try await client.get(server.url("/part"))
                var iterator = response.body.makeAsyncIterator()
                _ = try await iterator.next()
                await withThrowingTaskGroup(of: [UInt8]?.self) { group in
                    for _ in 0..<2 {
                        group.addTask {
                            var iterator = response.body.makeAsyncIterator()
                            return try await iterator.next()
                        }
                    }
                    let error = await clientError { _ = try await group.next() }
                    #expect(error?.code == .concurrentRead)
                    group.cancelAll()
                    _ = try? await group.next()
                }
            }
        }
    }

    @Test("A server that does not answer in time fails its request, and is asked whether it is there")
    func firstByte() async throws {
        let (pings, resets) = (Box(0), Box<[UInt32]>([]))
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            while let frame = try await connection.frame() {
                if frame.kind == RawFrame.Kind.resetStream { resets.value.append(frame.payload.number(at: 0)) }
                if frame.kind == RawFrame.Kind.ping {
                    pings.value += 1
                    try await connection.send(.init(kind: frame.kind, flags: 1, payload: frame.payload))
                }
            }
        } _: { server async throws in
            try await withClientOfHTTP2({ $0.firstByteTimeout = .milliseconds(50) }) { client async throws in
                let error = await clientError { _ = try await client.get(server.url()) }
                #expect(error?.code == .firstByteTimedOut)
                try await eventually("a PING") { pings.value == 1 && resets.value == [8] }
                let second = await clientError { _ = try await client.get(server.url()) }
                #expect(second?.code == .firstByteTimedOut)
            }
            #expect(server.accepted.count == 1)
        }
    }

    @Test("A server that pauses within its response fails that; one that takes too long in all, too")
    func readTime() async throws {
        let resets = Box<[UInt32]>([])
        try await withScriptedHTTP2Server { connection, _ in
            try await connection.start()
            try await Self.serve(connection, resets: resets)
        } _: { server async throws in
            try await withClientOfHTTP2({ $0.readTimeout = .milliseconds(50) }) { client async throws in
                let error = await clientError { _ = try await client.get(server.url("/part")).text() }
                #expect(error?.code == .readTimedOut)
            }
            try await withClientOfHTTP2({ $0.requestTimeout = .milliseconds(50) }) { client async throws in
                for path in ["/part", "/hold"] {
                    let error = await clientError { _ = try await client.get(server.url(path)).text() }
                    #expect(error?.code == .requestTimedOut)
                }
            }
        }
    }

    @Test("A server that is silent is asked, and if it never answers its requests fail and the connection is closed")
    func keepAlive() async throws {
        let pings = Box(0)
        try await withScriptedHTTP2Server { connection, number in
            try await connection.start()
            guard number == 0 else { return try await connection.echoPaths() }
            let request = try await connection.request()
            try await connection.send(
                .headers(request.stream, ScriptedHTTP2Connection.head(200), ends: false), .data(request.stream, "a"))
            while let frame = try await connection.frame() {
                guard frame.kind == RawFrame.Kind.ping, !frame.has(RawFrame.Flag.acknowledgement) else { continue }
                pings.value += 1
                // The first is answered.
                if pings.value == 1 {
                    try await connection.send(.init(kind: frame.kind, flags: 1, payload: frame.payload))
                }
            }
        } _: { server async throws in
            try await withClientOfHTTP2({
                $0.http2PingInterval = .milliseconds(50)
                $0.http2PingTimeout = .milliseconds(100)
            }) { client async throws in
                let error = await clientError { _ = try await client.get(server.url()).text() }
                #expect(error?.code == .connectionClosed)
                #expect(error?.reason.hasSuffix("the server has not answered a PING") == true)
                #expect(pings.value == 2)
                #expect(try await client.get(server.url("/next")).text() == "/next")
            }
            #expect(server.accepted.count == 2)
        }
    }

    @Test("A server that closes an idle connection is asked on another")
    func closedWhileIdle() async throws {
        try await withScriptedHTTP2Server { connection, number in
            try await connection.start()
            let request = try await connection.request()
            try await connection.respond(request.stream, "\(number)")
            if number.isMultiple(of: 2) { try await connection.send(.goAway(lastStream: request.stream)) }
        } _: { server async throws in
            try await withClientOfHTTP2 { client async throws in
                for number in 0..<6 {
                    #expect(try await client.post(server.url()).text() == "\(number)")
                    try await eventually("it is closed") { openSockets(at: server.port).map { $0 == 0 } ?? true }
                }
            }
        }
    }
}

extension Result {
    fileprivate var isCancelled: Bool {
        if case .failure(let error) = self { return error is CancellationError }
        return false
    }
}
