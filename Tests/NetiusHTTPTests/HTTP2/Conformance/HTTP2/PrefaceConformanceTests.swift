import Netius
import TestSupport
import Testing

@Suite("HTTP/2 conformance, 3: starting", .timeLimit(.minutes(5)))
struct PrefaceConformanceTests {
    /// RFC 9113 §3.4, which was RFC 7540 §3.5.
    @Test("3.5: the server's first frame is SETTINGS", arguments: HTTP2Wire.allCases)
    func serverPreface(wire: HTTP2Wire) async throws {
        try await withHTTP2Server(over: wire) { server in
            let client = try await server.dial()
            try await client.send(octets: RawHTTP2Client.preface + RawFrame.settings().octets)
            let first = try #require(try await client.next())
            #expect(first.kind == RawFrame.Kind.settings && !first.has(RawFrame.Flag.acknowledgement))
            #expect(first.stream == 0)
            await client.close()
        }
    }

    @Test("3.5: a preface and SETTINGS that come octet by octet are taken", arguments: HTTP2Wire.allCases)
    func slowPreface(wire: HTTP2Wire) async throws {
        try await withHTTP2Server(over: wire) { server in
            let client = try await server.dial()
            for octet in RawHTTP2Client.preface + RawFrame.settings().octets {
                try await client.send(octets: [octet])
                await Task.yield()
            }
            try await client.expectLife()
            await client.close()
        }
    }

    @Test("3.5: a request is taken with the preface, before the server's settings", arguments: HTTP2Wire.allCases)
    func atOnce(wire: HTTP2Wire) async throws {
        try await withHTTP2Server(over: wire) { server in
            let client = try await server.dial()
            let request = RawFrame.headers(1, client.block())
            try await client.send(octets: RawHTTP2Client.preface + RawFrame.settings().octets + request.octets)
            try await client.expectResponse(200, "hello", on: 1)
            await client.close()
        }
    }

    /// GOAWAY may be left out, and in clear text the port is HTTP/1's too.
    @Test(
        "3.5: a wrong preface ends the connection, and nothing is handled",
        arguments: HTTP2Wire.allCases,
        ["INVALID CONNECTION PREFACE\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"])
    func wrongPreface(wire: HTTP2Wire, text: String) async throws {
        try await withHTTP2Server(over: wire) { server in
            let client = try await server.dial()
            try await client.send(octets: Array(text.utf8) + RawFrame.settings().octets)
            while let bytes = try? await client.connection.read(), !bytes.isEmpty {}
            await client.close()
            try await server.server.waitForConnections(0)
            #expect(server.handled.count == 0)
        }
    }

    @Test("3.5: a preface without SETTINGS is a connection error PROTOCOL_ERROR", arguments: HTTP2Wire.allCases)
    func withoutSettings(wire: HTTP2Wire) async throws {
        try await withHTTP2Server(over: wire) { server in
            for frame in [RawFrame.ping(1), .settingsAcknowledgement, .windowUpdate(0, 1)] {
                let client = try await server.dial()
                try await client.send(octets: RawHTTP2Client.preface + frame.octets)
                try await client.expectConnectionError(.protocolError)
                await client.close()
            }
        }
    }

    /// RFC 9113 §3.1 took the Upgrade of RFC 7540 §3.2 out: it is ignored, and HTTP/1 is spoken on.
    @Test("3.2: a request to upgrade from HTTP/1 is answered in HTTP/1")
    func upgrade() async throws {
        try await withHTTP2Server { server in
            let response = try await server.server.respond(
                "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                    + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n")
            #expect(response.status == 200 && response.text == "hello")
        }
    }
}
