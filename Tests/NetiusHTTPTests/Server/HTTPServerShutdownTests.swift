import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP server: shutdown", .timeLimit(.minutes(5)))
struct HTTPServerShutdownTests {
    private static let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test("Idle connections end at once, whether or not they ever had a request", arguments: TransportMode.allCases)
    func idle(mode: TransportMode) async throws {
        try await withServer(in: mode, handler: describe) { server in
            let clients = [try await server.connect(), try await server.connect()]
            try await clients[0].send(Self.get)
            #expect(try await clients[0].response().status == 200)
            try await server.waitForConnections(2)
            server.server.shutdown()
            for client in clients {
                #expect(try await client.isClosedByServer())
                await client.close()
            }
            try await server.task.value
        }
    }

    @Test(
        "Requests in flight are finished, and their responses say that the connection closes",
        arguments: TransportMode.allCases)
    func inFlight(mode: TransportMode) async throws {
        let (running, mayAnswer) = (Gate(), Gate())
        try await withServer(in: mode) { request in
            running.open()
            await mayAnswer.wait()
            return request.path == "/stream"
                ? HTTPResponse(.ok) { try await $0.write("done") } : .ok(try await request.body.text(upTo: 10))
        } _: { server in
            let clients = [try await server.connect(), try await server.connect(), try await server.connect()]
            // Of a pipeline no more than what has begun; HTTP/2 has none.
            try await clients[0].send(mode.isHTTP2 ? Self.get : Self.get + Self.get)
            try await clients[1].send("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n")
            try await clients[2].send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\ndo")
            await running.wait(3)
            server.server.shutdown()
            try await eventually("the port is closed") {
                await failure { await (try server.connect()).close() }.contains("refused")
            }
            mayAnswer.open()
            try await clients[2].send("ne")
            for (client, text) in zip(clients, ["", "done", "done"]) {
                let response = try await client.response()
                #expect(response.text == text && response["Connection"] == mode.closing)
                #expect(try await client.isClosedByServer())
                await client.close()
            }
            try await server.task.value
        }
    }

    @Test("A request whose head has begun is still served")
    func partialHead() async throws {
        try await withServer(handler: describe) { server in
            let client = try await server.connect()
            try await client.send("GET /x HTTP/1.1\r\nHost")
            try await server.waitForConnections(1)
            // Another request's response tells that the loop has seen the first one's beginning.
            #expect(try await server.respond(Self.get).status == 200)
            server.server.shutdown()
            try await client.send(": h\r\n\r\n")
            let response = try await client.response()
            #expect(response.text == "GET h /x " && response["Connection"] == "close")
            await client.close()
            try await server.task.value
        }
    }

    @Test("A response that a slow client has not read yet is not cut")
    func slowClient() async throws {
        let big = [UInt8](repeating: 97, count: 16 * 1024)
        try await withServer { _ in
            HTTPResponse(status: .ok, body: .bytes(big))
        } _: { server in
            let client = try await server.connect()
            let sending = Task { [connection = client.connection] in
                try await connection.write(Array(String(repeating: Self.get, count: 2000).utf8))
            }
            try await server.waitForConnections(1)
            try await eventually("the sockets are full") {
                let before = queuedBytes(at: server.port)
                try await Task.sleep(for: .milliseconds(20))
                return before > 1_000_000 && queuedBytes(at: server.port) == before
            }
            server.server.shutdown()
            var count = 0
            var isLast = false
            while !isLast {
                let response = try await client.response()
                #expect(response.body.count == big.count)
                isLast = response["Connection"] == "close"
                count += 1
                guard count < 2000 else { break }
            }
            sending.cancel()
            _ = await sending.result
            await client.close()
            try await server.task.value
        }
    }

    @Test("At the deadline what is still in flight is cancelled", arguments: TransportMode.allCases)
    func deadline(mode: TransportMode) async throws {
        let (running, cancelled) = (Gate(), Gate())
        try await withServer(in: mode, { $0.shutdownTimeout = .milliseconds(50) }) { request in
            running.open()
            if request.path == "/body" { for try await _ in request.body {} }
            if request.path == "/write" {
                return HTTPResponse(.ok) { writer in
                    let big = [UInt8](repeating: 97, count: 1_000_000)
                    defer { cancelled.open() }
                    while true { try await writer.write(big) }
                }
            }
            try await untilCancelled(cancelled)
        } _: { server in
            let clients = [try await server.connect(), try await server.connect(), try await server.connect()]
            try await clients[0].send(Self.get)
            try await clients[1].send("POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\ndo")
            try await clients[2].send("GET /write HTTP/1.1\r\nHost: h\r\n\r\n")
            await running.wait(3)
            server.server.shutdown()
            try await server.task.value
            #expect(cancelled.count == 2)
            let message = "requests were still in flight at the end of the shutdown: cancelled"
            #expect(server.log.records(.warning).map(\.message) == [message])
            #expect(server.log.records(.error).isEmpty)
            for client in clients { await client.close() }
        }
    }

    @Test(
        "Cancelling the task of the server ends everything at once, also while it shuts down",
        arguments: [false, true], TransportMode.allCases)
    func cancellation(afterShutdown: Bool, mode: TransportMode) async throws {
        let (running, cancelled) = (Gate(), Gate())
        try await withServer(in: mode, loops: 2, { $0.shutdownTimeout = .seconds(60) }) { _ in
            running.open()
            try await untilCancelled(cancelled)
        } _: { server in
            let clients = [try await server.connect(), try await server.connect(), try await server.connect()]
            for client in clients.dropLast() { try await client.send(Self.get) }
            await running.wait(2)
            if afterShutdown { server.server.shutdown() }
            server.task.cancel()
            try await server.task.value
            #expect(cancelled.count == 2)
            for client in clients { await client.close() }
            try await eventually("no socket is left") { (openSockets(at: server.port) ?? 0) == 0 }
        }
    }

    @Test("Under load every response that began is whole", arguments: [1, 2], TransportMode.allCases)
    func underLoad(loops: Int, mode: TransportMode) async throws {
        let big = [UInt8](repeating: 97, count: 30_000)
        for _ in 0..<5 {
            let served = Gate()
            try await withServer(in: mode, loops: loops) { request in
                served.open()
                switch request.path {
                case "/big": return HTTPResponse(status: .ok, body: .bytes(big))
                case "/stream": return HTTPResponse(.ok) { try await $0.write(big[..<10_000]) }
                default: return .ok("x")
                }
            } _: { server in
                var clients: [RawClient] = []
                for _ in 0..<8 { clients.append(try await server.connect()) }
                let total = try await withThrowingTaskGroup(of: Int.self) { group in
                    for client in clients {
                        group.addTask {
                            defer { Task { await client.close() } }
                            return try await hammer(client)
                        }
                    }
                    await served.wait(50)
                    server.server.shutdown()
                    return try await group.reduce(0, +)
                }
                #expect(total >= 50 - 24)
                try await server.task.value
            }
        }
    }

    @Test("The port is free afterwards, and the server can run again")
    func again() async throws {
        let port = try await withServer(handler: describe) { server in
            let client = try await server.connect()
            try await client.send(Self.get)
            #expect(try await client.response().status == 200)
            return server.port
        }
        for loops in [1, 2] {
            try await withServer(loops: loops, at: .ip(.v4(.loopback), port: port), handler: describe) { server in
                #expect(server.port == port)
                #expect(try await server.respond(Self.get).status == 200)
                server.server.shutdown()
                server.server.shutdown()
                try await server.task.value
                server.server.shutdown()
            }
        }
    }
}

/// Sends requests of all kinds, three at a time, until the server ends the connection: how many were answered. A
/// response that is not whole is an error.
private func hammer(_ client: RawClient) async throws -> Int {
    let requests = ["/", "/big", "/stream"].map { "GET \($0) HTTP/1.1\r\nHost: h\r\n\r\n" }.joined()
    var count = 0
    do {
        while true {
            try await client.send(requests)
            for _ in 0..<3 {
                let response = try await client.response()
                // The server may come to accept the connection only when it shuts down.
                if count == 0, response.status == 503 { return 0 }
                #expect([1, 30_000, 10_000].contains(response.body.count))
                count += 1
            }
        }
    } catch is SystemError {
        // Requests that came too late meet a closed connection; but not in the midst of a response.
        #expect(!client.hasMore)
    } catch is TLSError {
        #expect(!client.hasMore)
    } catch RawError.closed {}
    return count
}
