import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP client: connections that are kept", .timeLimit(.minutes(5)))
struct HTTPClientPoolingTests {
    @Test(
        "Requests one after the other use one connection, whichever task makes them", arguments: TransportMode.allCases)
    func reuse(mode: TransportMode) async throws {
        try await withServer(in: mode, loops: 2) {
            .ok($0.path ?? "")
        } _: { server async throws in
            try await withClient(in: mode, loops: 4) { client async throws in
                for number in 0..<20 {
                    let response = try await client.get(server.url("/\(number)"))
                    #expect(try await response.body.text(upTo: 99) == "/\(number)")
                }
                #expect(try await server.connectionCount() == 1)
            }
        }
    }

    @Test("As many requests at a time as there may be connections, the others in turn")
    func limit() async throws {
        let (most, running) = (Box(0), Box(0))
        let gate = Gate()
        try await withServer { request in
            running.value += 1
            most.value = max(most.value, running.value)
            if running.value == 3 { gate.open() }
            await gate.wait()
            running.value -= 1
            return .ok(request.path ?? "")
        } _: { server async throws in
            try await withClient({ $0.maximumConnectionsPerOrigin = 3 }) { client async throws in
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    for number in 0..<200 {
                        group.addTask {
                            let response = try await client.get("http://127.0.0.1:\(server.port)/\(number)")
                            return try await response.body.text(upTo: 99) == "/\(number)"
                        }
                    }
                    for try await isRight in group { #expect(isRight) }
                }
                #expect(most.value == 3)
                #expect(try await server.connectionCount() == 3)
            }
        }
    }

    @Test("A request made on one of the client's loops stays there", arguments: TransportMode.allCases)
    func staysOnTheLoop(mode: TransportMode) async throws {
        try await withServer(in: mode) { _ in
            .ok("Hello World")
        } _: { server async throws in
            try await withClient(in: mode, loops: 3) { client async throws in
                let loops = try #require(client.configuration.loops).loops
                for loop in loops {
                    let task = Task(executorPreference: loop.taskExecutor) {
                        for _ in 0..<5 {
                            let response = try await client.get(server.url("/"))
                            guard loop.isCurrent, try await response.body.text(upTo: 99) == "Hello World" else {
                                return false
                            }
                        }
                        return true
                    }
                    #expect(try await task.value)
                }
                #expect(try await server.connectionCount() == 3)
            }
        }
    }

    @Test("A handler may ask another server on its own loop", arguments: TransportMode.allCases)
    func inAHandler(mode: TransportMode) async throws {
        try await withServer(in: mode) {
            .ok("inner \($0.path ?? "")")
        } _: { inner async throws in
            let group = try LoopGroup(count: 1)
            var configuration = try HTTPClient.Configuration(speaking: mode)
            configuration.loops = group
            let client = HTTPClient(configuration: configuration)
            try await withServer(in: mode, { $0.loops = group }) { request in
                let response = try await client.get(inner.url("\(request.path ?? "/")"))
                guard group.loops[0].isCurrent else { throw HTTPError(.internalServerError) }
                return .ok(try await response.body.text(upTo: 1000))
            } _: { outer async throws in
                for _ in 0..<3 {
                    #expect(try await outer.respond("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").text == "inner /x")
                }
            }
            await client.shutdown(within: .zero)
            await group.shutdown()
        }
    }

    @Test("A connection that the server closes while it is idle is not used again")
    func closedWhileIdle() async throws {
        try await withScriptedServer { connection, number in
            _ = try await connection.head()
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(number)")
        } _: { server async throws in
            try await withClient { client async throws in
                for number in 0..<5 {
                    #expect(try await client.post(server.url()).body.text(upTo: 9) == "\(number)")
                    try await eventually("it is closed") { openSockets(at: server.port).map { $0 == 0 } ?? true }
                }
            }
        }
    }

    @Test("What arrives on an idle connection is not taken for the next response")
    func bytesWhileIdle() async throws {
        let sent = Gate()
        try await withScriptedServer { connection, number in
            _ = try await connection.head()
            let response = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(number)"
            if number < 2 {
                try await connection.send(response + (number == 0 ? response : ""))
                if number == 1 { try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nX") }
                sent.open()
                await connection.waitForEnd()
            } else {
                try await connection.send(response)
            }
        } _: { server async throws in
            try await withClient { client async throws in
                for number in 0..<3 {
                    #expect(try await client.get(server.url()).body.text(upTo: 9) == "\(number)")
                    if number == 1 {
                        await sent.wait(2)
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
                #expect(server.accepted.count == 3)
            }
        }
    }

    @Test(
        "An idle connection is closed when its time is over, or what the server gave it",
        arguments: TransportMode.allCases)
    func idleTime(mode: TransportMode) async throws {
        try await withServer(in: mode) { request in
            HTTPResponse(status: .ok, headerFields: request.path == "/hint" ? [.keepAlive: "timeout=1"] : [:])
        } _: { server async throws in
            try await withClient(in: mode, { $0.idleTimeout = .milliseconds(50) }) { client async throws in
                _ = try await client.get(server.url("/"))
                try await server.waitForConnections(0)
            }
            // HTTP/2 has no such field.
            guard !mode.isHTTP2 else { return }
            try await withClient(in: mode) { client async throws in
                _ = try await client.get(server.url("/hint"))
                try await server.waitForConnections(0)
            }
        }
    }

    @Test("A connection serves no more requests than it may", arguments: TransportMode.allCases)
    func uses(mode: TransportMode) async throws {
        try await withServer(in: mode) { _ in
            .ok("")
        } _: { server async throws in
            try await withClient(in: mode, { $0.maximumUses = 2 }) { client async throws in
                for _ in 0..<4 { _ = try await client.get(server.url("/")) }
                try await server.waitForConnections(0)
            }
        }
    }

    @Test(
        "A response that is dropped gives its connection back, or ends its stream or connection if there is more to come",
        arguments: TransportMode.allCases)
    func dropped(mode: TransportMode) async throws {
        try await withServer(in: mode) { request in
            HTTPResponse(
                status: .ok, body: .bytes([UInt8](repeating: 1, count: request.path == "/small" ? 9 : 9_000_000)))
        } _: { server async throws in
            try await withClient(in: mode) { client async throws in
                for _ in 0..<3 { _ = try await client.get(server.url("/small")) }
                #expect(try await server.connectionCount() == 1)
                _ = try await client.get(server.url("/large"))
                if mode.isHTTP2 {
                    _ = try await client.get(server.url("/small"))
                    #expect(try await server.connectionCount() == 1)
                } else {
                    try await server.waitForConnections(0)
                }
            }
        }
    }

    @Test("Too many that wait fail at once, and those for whom nothing becomes free in time")
    func waiting() async throws {
        let gate = Gate()
        try await withServer { _ in
            await gate.wait()
            return .ok("")
        } _: { server async throws in
            try await withClient({
                $0.maximumConnectionsPerOrigin = 1
                $0.maximumWaiters = 1
                $0.poolTimeout = .milliseconds(100)
            }) { client async throws in
                let url = "http://127.0.0.1:\(server.port)/"
                let first = Task { try await client.get(url).status }
                try await server.waitForConnections(1)
                let second = Task { await clientError { _ = try await client.get(url) }?.code }
                let third = Task { await clientError { _ = try await client.get(url) }?.code }
                #expect(await Set([second.value, third.value]) == [.poolFull, .poolTimedOut])
                gate.open()
                #expect(try await first.value == .ok)
            }
        }
    }

    @Test(
        "Shut down, a client refuses requests and closes what is idle; what is under way may end",
        arguments: TransportMode.allCases)
    func shutdown(mode: TransportMode) async throws {
        let (gate, entered) = (Gate(), Gate())
        try await withServer(in: mode) { request in
            if request.path == "/slow" {
                entered.open()
                await gate.wait()
            }
            return .ok("done")
        } _: { server async throws in
            try await withClient(in: mode) { client async throws in
                let url = server.url()
                let slow = Task { try await client.get(url + "/slow").body.text(upTo: 9) }
                await entered.wait()
                _ = try await client.get(url)
                try await server.waitForConnections(mode.isHTTP2 ? 1 : 2)
                let end = Task { await client.shutdown() }
                try await server.waitForConnections(1)
                try await eventually("it takes no more") {
                    do {
                        _ = try await client.get(url)
                        return false
                    } catch let error as HTTPClientError {
                        return error.code == .shutDown
                    }
                }
                gate.open()
                #expect(try await slow.value == "done")
                await end.value
                try await server.waitForConnections(0)
            }
        }
    }

    @Test("A client that goes closes its idle connections", arguments: TransportMode.allCases)
    func deinitialised(mode: TransportMode) async throws {
        try await withServer(in: mode) { _ in
            .ok("")
        } _: { server async throws in
            let group = try LoopGroup(count: 1)
            do {
                var configuration = try HTTPClient.Configuration(speaking: mode)
                configuration.loops = group
                _ = try await HTTPClient(configuration: configuration).get(server.url("/"))
            }
            try await server.waitForConnections(0)
            await group.shutdown()
        }
    }
}
