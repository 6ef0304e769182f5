import TestSupport
import Testing

@testable import NetiusHTTP

/// RFC 8441, of which h2spec has nothing. That `:protocol` is malformed where it is not allowed is among the malformed
/// requests.
@Suite("HTTP/2 conformance, RFC 8441: extended CONNECT", .timeLimit(.minutes(5)))
struct ExtendedConnectConformanceTests {
    private func fields(_ client: RawHTTP2Client, _ path: String) -> [(String, String)] {
        [
            (":method", "CONNECT"), (":protocol", "websocket"), (":scheme", client.scheme), (":path", path),
            (":authority", "localhost"),
        ]
    }

    @Test("3: a server that does not allow it does not say so", arguments: HTTP2Wire.allCases)
    func notAllowed(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) { client, server in
            #expect(client.settings[RawFrame.Setting.enableConnectProtocol] == nil)
            try await client.send(.headers(1, RawHPACK.block(fields(client, "/")), ends: false))
            try await client.receive("RST_STREAM") { client.streams[1]?.reset != nil }
            #expect(server.handled.count == 0)
            try await client.expectStreamError(on: 1, .protocolError)
        }
    }

    @Test("4: where it is allowed a handler has the stream, both ways", arguments: HTTP2Wire.allCases)
    func allowed(wire: HTTP2Wire) async throws {
        try await withHTTP2Client(over: wire) {
            $0.allowsExtendedConnect = true
        } _: { client, _ in
            #expect(client.settings[RawFrame.Setting.enableConnectProtocol] == 1)
            try await client.send(.headers(1, RawHPACK.block(fields(client, "/echo")), ends: false))
            try await client.send(.data(1, "ping"))
            try await client.receive("an echo") { client.streams[1]?.text == "ping" }
            try await client.send(.data(1, "pong", ends: true))
            try await client.expectResponse(200, "pingpong", on: 1)
        }
    }

    @Test("4: it lacks neither :scheme nor :path nor :authority", arguments: [":scheme", ":path", ":authority"])
    func incomplete(name: String) async throws {
        try await withHTTP2Client {
            $0.allowsExtendedConnect = true
        } _: { client, _ in
            let rest = fields(client, "/").filter { $0.0 != name }
            try await client.send(.headers(1, RawHPACK.block(rest), ends: false))
            try await client.expectStreamError(on: 1, .protocolError)
        }
    }
}
