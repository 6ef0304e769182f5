import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP server: upgrades and tunnels", .timeLimit(.minutes(5)))
struct HTTPServerUpgradeTests {
    private static func upgrade(_ fields: String, version: String = "1.1") -> String {
        "GET /chat HTTP/\(version)\r\nHost: h\r\n\(fields)\r\n"
    }

    private static let wanted = upgrade("Connection: keep-alive, Upgrade\r\nUpgrade: other, Echo/1\r\n")

    /// Upgrades to a protocol that sends everything back in capitals.
    @Sendable private static func handler(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard request.path == "/chat" else { return .ok("plain") }
        return .upgrade(to: "echo/1", headerFields: [.server: "s"]) { connection in
            for try await bytes in connection {
                try await connection.write(String(decoding: bytes, as: UTF8.self).uppercased())
            }
        }
    }

    @Test("101 is sent, then the connection belongs to the protocol, with what was sent ahead")
    func upgrades() async throws {
        try await withServer(handler: Self.handler) { server in
            let client = try await server.connect()
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n" + Self.wanted + "ahead ")
            #expect(try await client.response().text == "plain")
            let response = try await client.response()
            #expect(response.status == 101 && response["Upgrade"] == "echo/1" && response["Server"] == "s")
            #expect(response["Connection"] == "upgrade")
            #expect(response["Content-Length"] == nil && response["Transfer-Encoding"] == nil)
            try await client.receive(until: "AHEAD ")
            try await client.send("GET / HTTP/1.1\r\n\r\n")
            try await client.receive(until: "AHEAD GET / HTTP/1.1\r\n\r\n")
            await client.finishWriting()
            #expect(try await client.rest() == octets("AHEAD GET / HTTP/1.1\r\n\r\n"))
            await client.close()
            try await server.waitForConnections(0)
        }
    }

    @Test(
        "An upgrade that was not asked for is a 500",
        arguments: [
            upgrade(""), upgrade("Upgrade: echo/1\r\n"), upgrade("Connection: upgrade\r\n"),
            upgrade("Connection: upgrade\r\nUpgrade: echo/2, websocket\r\n"),
            upgrade("Connection: upgrade\r\nUpgrade: echo/1\r\n", version: "1.0"),
            upgrade("Connection: upgrade\r\nUpgrade: echo/1\r\nContent-Length: 2\r\n") + "hi",
        ])
    func invalid(request: String) async throws {
        try await withServer(handler: Self.handler) { server async throws in
            #expect(try await server.respond(request).status == 500)
            #expect(server.log.records(.error).count == 1)
        }
    }

    @Test("CONNECT opens a tunnel")
    func tunnel() async throws {
        try await withServer { request in
            guard request.method == .connect else { return .tunnel { _ in } }
            guard request.authority == "example.com:443" else { throw HTTPError(.forbidden) }
            return .tunnel { connection in
                while let bytes = try await connection.read() { try await connection.write(Array(bytes.reversed())) }
            }
        } _: { server in
            let client = try await server.connect()
            try await client.send("CONNECT example.com:80 HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await client.response(to: "CONNECT").status == 403)
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await client.response().status == 500)
            try await client.send("CONNECT example.com:443 HTTP/1.1\r\nHost: h\r\n\r\n")
            let response = try await client.response(to: "CONNECT")
            #expect(response.status == 200 && response["Connection"] == nil)
            #expect(response["Content-Length"] == nil && response["Transfer-Encoding"] == nil)
            try await client.send("abc")
            try await client.receive(until: "cba")
            await client.close()
            try await server.waitForConnections(0)
        }
    }

    @Test("A CONNECT that is answered like any other request ends the connection: what follows is no request")
    func connectWithoutTunnel() async throws {
        let served = Gate()
        try await withServer { _ in
            served.open()
            return .ok("Hello World")
        } _: { server in
            let client = try await server.connect()
            try await client.send("CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await client.response(to: "CONNECT")["Connection"] == "close")
            #expect(try await client.isClosedByServer())
            #expect(served.count == 1)
            await client.close()
        }
    }

    @Test("An error of the protocol closes the connection and is logged; the shutdown's deadline ends it")
    func ends() async throws {
        struct Failure: Error {}
        let (ended, running, cancelled) = (Gate(), Gate(), Gate())
        let outcome = Box("")
        try await withServer({ $0.shutdownTimeout = .milliseconds(50) }) { request in
            .upgrade(to: "p") { connection in
                if request.path == "/fail" { throw Failure() }
                running.open()
                try? await untilCancelled(cancelled)
                // To have been cut off does not look like the end of what the client sends.
                outcome.value = await failure { _ = try await connection.read() }
                ended.open()
            }
        } _: { server in
            let upgrade = "HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: p\r\n\r\n"
            let failing = try await server.connect()
            try await failing.send("GET /fail \(upgrade)")
            #expect(try await failing.response().status == 101)
            #expect(try await failing.isClosedByServer())
            try await eventually("the error is logged") { server.log.records(.error).count == 1 }
            await failing.close()
            let client = try await server.connect()
            try await client.send("GET / \(upgrade)")
            await running.wait()
            server.server.shutdown()
            try await server.task.value
            #expect(ended.count == 1 && outcome.value == "CancellationError()")
            await client.close()
        }
    }
}
