import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

/// Handlers run in the task that reads until they wait, which nobody must notice.
@Suite("HTTP/2 server: handlers and their tasks", .timeLimit(.minutes(5)))
struct HTTP2HandlerTasksTests {
    /// Waits in the ways that the path names, and then says so.
    @Sendable private static func handler(_ request: HTTPRequest) async throws -> HTTPResponse {
        let path = request.path ?? ""
        for kind in path.dropFirst() {
            switch kind {
            case "y": await Task.yield()
            case "s": try await Task.sleep(for: .milliseconds(1))
            case "b": try await BlockingPool.shared.run {}
            case "t": await Task { await Task.yield() }.value
            case "r": _ = try await request.body.collect(upTo: 1 << 20)
            case "c": withUnsafeCurrentTask { $0?.cancel() }
            default: break
            }
        }
        return .ok(path)
    }

    @Test("Handlers that wait, or do not, in all kinds of ways and orders, all answer", arguments: 1...10)
    func waits(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        try await withServer(handler: Self.handler) { server in
            let client = try await server.connectHTTP2()
            for _ in 0..<8 {
                var paths: [UInt32: String] = [:]
                var frames: [RawFrame] = []
                var contents: [RawFrame] = []
                for _ in 0..<Int.random(in: 1...40, using: &random) {
                    let kinds = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                        "ysbtr".randomElement(using: &random)
                    }
                    let path = "/" + String(kinds.compactMap { $0 })
                    let stream = client.newStream()
                    paths[stream] = path
                    let hasContent = Bool.random(using: &random)
                    frames.append(.headers(stream, client.block("POST", path), ends: !hasContent))
                    if hasContent { contents.append(.data(stream, "content", ends: true)) }
                }
                try await client.send(frames)
                try await client.send(contents.shuffled(using: &random))
                for (stream, path) in paths { try await client.expectResponse(200, path, on: stream) }
            }
            await client.close()
        }
    }

    @Test("A handler that cancels its own task harms no other request", arguments: ["/c", "/yc", "/cy", "/cs"])
    func cancelsItself(path: String) async throws {
        try await withServer(handler: Self.handler) { server in
            let client = try await server.connectHTTP2()
            for _ in 0..<5 {
                let stream = try await client.get(path)
                try await client.receive("an end") {
                    client.streams[stream]?.isEnded == true || client.streams[stream]?.reset != nil
                }
                for other in ["/", "/ys", "/r"] {
                    let response = try await client.respond(other)
                    #expect(response.text == other)
                }
            }
            await client.close()
        }
    }

    @Test("A reset cancels the handler of its stream, and no other")
    func cancellation() async throws {
        try await withHTTP2Client { client, server in
            var streams: [UInt32] = []
            for number in 0..<30 {
                // Each alone, and many at once.
                streams.append(try await client.get("/wait"))
                if number < 10 { await server.handled.wait(number + 1) }
            }
            await server.handled.wait(30)
            for number in [3, 0, 17, 9, 29] {
                let before = server.cancelled.count
                try await client.send(.reset(streams[number]))
                await server.cancelled.wait(before + 1)
                try await client.roundTrip()
                #expect(server.cancelled.count == before + 1)
            }
            #expect(try await client.respond("/").text == "hello")
            await client.connection.abort()
            await server.cancelled.wait(30)
        }
    }

    @Test("While one handler waits, requests that arrive with it and after it are served")
    func othersGoOn() async throws {
        try await withHTTP2Client { client, server in
            // In one piece: the first waits before the others are read.
            try await client.send(
                .headers(1, client.block("GET", "/hold")), .headers(3, client.block("GET", "/")),
                .headers(5, client.block("GET", "/hold")), .headers(7, client.block("GET", "/")), .ping(1))
            try await client.expectResponse(200, "hello", on: 3)
            try await client.expectResponse(200, "hello", on: 7)
            try await client.receive("the acknowledgement of a PING") { client.pongs == [1] }
            server.release.open()
            try await client.expectResponse(200, "held", on: 1)
            try await client.expectResponse(200, "held", on: 5)
        }
    }
}
