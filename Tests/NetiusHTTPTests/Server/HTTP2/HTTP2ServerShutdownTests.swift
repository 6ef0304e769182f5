import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("The end of an HTTP/2 connection") struct HTTP2ServerShutdownTests {
    @Test("at a shutdown an idle connection gets GOAWAY with its last stream, and ends")
    func idle() async throws {
        try await withHTTP2Client { client, server in
            try await client.expectResponse(on: client.get())
            server.server.server.shutdown()
            try await client.readToEnd()
            #expect(client.goAways.map(\.code) == [0])
            #expect(client.goAways.map(\.lastStream) == [1])
        }
    }

    @Test("at a shutdown a connection in use is warned, told its last stream, and ends when all are answered")
    func busy() async throws {
        try await withHTTP2Client { client, server in
            client.answers = false
            let held = try await client.get("/hold")
            await server.handled.wait()
            server.server.server.shutdown()
            try await client.receive("a first GOAWAY") { client.goAways.count == 1 }
            #expect(client.goAways.first?.lastStream == UInt32(Int32.max))
            // It was on its way when the client heard of the end.
            let late = try await client.get("/")
            try await client.expectResponse(200, "hello", on: late)
            try await client.receive("a second GOAWAY") { client.goAways.count == 2 }
            #expect(client.goAways.last?.lastStream == late)
            let refused = try await client.get("/")
            server.release.open()
            try await client.expectResponse(200, "held", on: held)
            try await client.readToEnd()
            #expect(client.streams[refused] == nil)
            #expect(client.goAways.map(\.code) == [0, 0])
        }
    }

    @Test("a client that answers the warning is told its last stream at once")
    func acknowledged() async throws {
        try await withHTTP2Client { client, server in
            let held = try await client.get("/hold")
            await server.handled.wait()
            server.server.server.shutdown()
            try await client.receive("two GOAWAYs") { client.goAways.count == 2 }
            #expect(client.goAways.map(\.lastStream) == [1 << 31 - 1, held])
            server.release.open()
            try await client.expectResponse(200, "held", on: held)
            try await client.readToEnd()
        }
    }

    @Test("a connection without a stream ends after the idle time, whatever its PINGs")
    func idleTimeout() async throws {
        try await withHTTP2Client {
            $0.idleTimeout = .milliseconds(200)
        } _: { client, _ in
            try await client.expectResponse(on: client.get())
            try await client.send(.ping(1))
            try await client.readToEnd()
            #expect(client.goAways.map(\.code) == [0])
        }
    }

    @Test("a client that sends no preface is cut off at the head's deadline")
    func noPreface() async throws {
        try await withHTTP2Server {
            $0.protocols = .http2
            $0.headTimeout = .milliseconds(100)
        } _: { server in
            let client = try await server.dial()
            try await client.send(octets: Array(RawHTTP2Client.preface.prefix(10)))
            try await client.expectConnectionError(.protocolError)
        }
    }

    @Test("a header block that goes on for ever is cut off at the head's deadline")
    func slowBlock() async throws {
        try await withHTTP2Client {
            $0.headTimeout = .milliseconds(100)
        } _: { client, server in
            let stream = client.newStream()
            try await client.send(.headers(stream, client.block(), isWhole: false))
            try await client.expectConnectionError(.protocolError)
            try await server.waitForLog("took too long")
        }
    }

    @Test("where connections are not to persist the client is told so with its first request")
    func notPersistent() async throws {
        try await withHTTP2Client {
            $0.keepsConnectionsAlive = false
        } _: { client, _ in
            try await client.expectResponse(200, "hello", on: client.get())
            try await client.readToEnd()
            #expect(client.goAways.allSatisfy { $0.code == 0 } && !client.goAways.isEmpty)
        }
    }

    @Test("at the end of patience handlers are cancelled and the connection is cut")
    func cancelled() async throws {
        try await withHTTP2Client {
            $0.shutdownTimeout = .milliseconds(50)
        } _: { client, server in
            _ = try await client.get("/wait")
            await server.handled.wait()
            server.server.server.shutdown()
            try await client.readToEnd()
            await server.cancelled.wait()
        }
    }

    @Test("a client that leaves cancels its handlers")
    func leaving() async throws {
        try await withHTTP2Server { server in
            let client = try await server.connect()
            _ = try await client.get("/wait")
            await server.handled.wait()
            await client.close()
            await server.cancelled.wait()
        }
    }
}
