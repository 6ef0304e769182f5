import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP/2 abuse: slow clients and slow handlers", .timeLimit(.minutes(5)))
struct HTTP2SlowPeerTests {
    @Test("A client that has PINGs answered and does not read is ENHANCE_YOUR_CALM")
    func repliesNotRead() async throws {
        try await withHTTP2Server {
            $0.http2.pings = .init(burst: .max, perSecond: 0)
            // More than what is read at once can ask for.
            $0.http2.queuedControlFrames = 5000
            $0.writeTimeout = .seconds(1)
            $0.lingerTimeout = .milliseconds(100)
        } _: { server in
            let bystander = try await server.connect()
            let attacker = try await server.connect()
            let before = residentBytes()
            let pings = [RawFrame](repeating: .ping(0), count: 2000).flatMap(\.octets)
            let reason = "too many replies that the peer does not take"
            // As many as fit into no socket.
            for _ in 0..<5000 {
                guard (try? await attacker.send(octets: pings)) != nil else { break }
                if server.server.log.records.contains(where: { $0.message.contains(reason) }) { break }
            }
            try await server.waitForLog(reason)
            // It ends though the client neither reads nor closes.
            try await server.server.waitForConnections(1)
            await attacker.close()
            try await bystander.expectLife()
            expectFlat(since: before)
            await bystander.close()
        }
    }

    @Test("Responses that a client does not take wait in their handlers, and not in memory")
    func slowReader() async throws {
        try await withHTTP2Server { server in
            let bystander = try await server.connect()
            let attacker = try await server.connect()
            let before = residentBytes()
            // 100 MiB each, of windows without end, and nobody reads.
            for _ in 0..<50 { _ = try await attacker.get("/stream/10000") }
            await server.handled.wait(50)
            try await bystander.expectLife()
            try await bystander.expectLife()
            expectFlat(since: before)
            await attacker.connection.abort()
            try await server.server.waitForConnections(1)
            await bystander.close()
        }
    }

    @Test("A client that opens no window has its stream reset in the end, and not its connection")
    func closedWindow() async throws {
        let settings = [(RawFrame.Setting.initialWindowSize, UInt32(0))]
        try await withHTTP2Client(settings: settings, opensWindows: false) {
            $0.writeTimeout = .milliseconds(300)
        } _: { client, _ in
            let stream = try await client.get("/stream/10")
            try await client.receive("RST_STREAM") { client.streams[stream]?.reset != nil }
            try await client.roundTrip()
            #expect(client.goAways.isEmpty)
        }
    }

    @Test("A client that opens a window octet by octet gets its response")
    func smallWindows() async throws {
        try await withHTTP2Client(
            settings: [(RawFrame.Setting.initialWindowSize, 0)], opensWindows: false
        ) { client, _ in
            let stream = try await client.get("/zeros/500")
            for count in 1...500 {
                try await client.send(.windowUpdate(stream, 1))
                try await client.receive("an octet") { client.streams[stream]?.body.count == count }
            }
            try await client.expectResponse(200, on: stream)
        }
    }

    @Test("A handler that does not read stops its client at the stream's window, and nobody else")
    func slowHandler() async throws {
        try await withHTTP2Client { client, server in
            let slow = try await client.open("POST", "/hold")
            while client.windows.sendable(on: slow) > 0 {
                let size = min(client.windows.sendable(on: slow), 16_384)
                try await client.send(.data(slow, bytes: [UInt8](repeating: 0, count: size)))
            }
            try await client.roundTrip()
            #expect(client.windows.sendable(on: slow) == 0)
            // Others have windows of their own.
            let quick = try await client.open("POST", "/size")
            try await client.upload([UInt8](repeating: 0, count: 2_000_000), on: quick)
            try await client.expectResponse(200, "2000000", on: quick)
            #expect(client.windows.sendable(on: slow) == 0)
            server.release.open()
            try await client.receive("the response") { client.streams[slow]?.isEnded == true }
        }
    }

    @Test("What streams that nobody reads hold is bounded by the connection's window")
    func unreadStreams() async throws {
        try await withHTTP2Client { client, server in
            client.answers = false
            try await client.roundTrip()
            let before = residentBytes()
            var sent = 0
            for _ in 0..<90 {
                let stream = try await client.open("POST", "/wait")
                while client.windows.sendable(on: stream) > 0 {
                    let size = min(client.windows.sendable(on: stream), 16_384)
                    try await client.send(.data(stream, bytes: [UInt8](repeating: 0, count: size)))
                    sent += size
                }
            }
            try await client.roundTrip()
            #expect(sent <= HTTP2Limits().connectionWindow)
            #expect(client.windows.sendable == 0)
            expectFlat(since: before)
            // What is reset gives back what it held.
            await server.handled.wait(90)
            for stream in stride(from: UInt32(1), through: 179, by: 2) { try await client.send(.reset(stream)) }
            try await client.receive("the window") { client.windows.sendable > HTTP2Limits().connectionWindow / 2 }
            await server.cancelled.wait(90)
        }
    }

    @Test("Content that comes too slowly is answered with 408, on its stream alone")
    func slowContent() async throws {
        try await withHTTP2Client {
            $0.bodyGracePeriod = .milliseconds(200)
            $0.minimumBodyRate = 1000
        } _: { client, _ in
            let stream = try await client.open("POST", "/size")
            try await client.send(.data(stream, "a"))
            try await client.receive("a response") { client.streams[stream]?.hasHead == true }
            #expect(client.streams[stream]?.status == 408)
            try await client.expectLife()
        }
    }

    @Test("A connection without requests is told GOAWAY, and ends in time")
    func idle() async throws {
        try await withHTTP2Server({ $0.idleTimeout = .milliseconds(200) }) { server in
            let client = try await server.connect()
            #expect(try await client.respond().status == 200)
            try await client.readToEnd()
            #expect(client.goAways.map(\.code) == [RawErrorCode.noError.rawValue])
            await client.close()
            try await server.server.waitForConnections(0)
        }
    }

    @Test("A connection that asks without pause does not keep others from being served")
    func busyConnection() async throws {
        try await withHTTP2Server { server in
            let bystander = try await server.connect()
            let attacker = try await server.connect()
            let requests = try await withThrowingTaskGroup(of: Int.self) { group in
                let isServed = Gate()
                group.addTask {
                    var count = 0
                    while isServed.count == 0 {
                        let streams = (0..<50).map { _ in attacker.newStream() }
                        try await attacker.send(streams.map { .headers($0, attacker.block()) })
                        for stream in streams { _ = try await attacker.response(on: stream) }
                        count += streams.count
                    }
                    return count
                }
                for _ in 0..<20 { try await bystander.expectLife() }
                isServed.open()
                return try await group.next()
            }
            #expect(requests ?? 0 > 0)
            await attacker.close()
            await bystander.close()
        }
    }

    @Test("Handlers that outlast a shutdown are cancelled")
    func shutdown() async throws {
        try await withHTTP2Client {
            $0.shutdownTimeout = .milliseconds(200)
        } _: { client, server in
            _ = try await client.get("/wait")
            await server.handled.wait()
            server.server.server.shutdown()
            await server.cancelled.wait()
            try await client.readToEnd()
            try await server.server.task.value
        }
    }

    @Test("A large response does not hold up small ones on its connection")
    func fairness() async throws {
        try await withHTTP2Client { client, _ in
            let large = try await client.get("/stream/5000")
            try await client.receive("the large response") { client.streams[large]?.hasHead == true }
            #expect(try await client.respond().text == "hello")
            #expect(client.streams[large]?.isEnded != true)
            try await client.send(.reset(large))
            try await client.expectLife()
        }
    }
}
