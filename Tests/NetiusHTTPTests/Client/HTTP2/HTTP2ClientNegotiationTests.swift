import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP/2 client: which version is spoken", .timeLimit(.minutes(5)))
struct HTTP2ClientNegotiationTests {
    /// Answers with what was spoken.
    @Sendable private static func answer(_ request: HTTPRequest) async throws -> HTTPResponse {
        .ok("\(request.tls?.applicationProtocol ?? "clear") \(request.path ?? "")")
    }

    /// A client that leaves the choice to the server.
    private func withAutomaticClient<Result>(
        _ configure: (inout HTTPClient.Configuration) -> Void = { _ in }, _ test: (HTTPClient) async throws -> Result
    ) async throws -> Result {
        let tls = try TestIdentity.client.get()
        return try await withClient(
            {
                $0.http2 = .automatic
                $0.tls = tls
                configure(&$0)
            }, test)
    }

    private func ask(_ client: HTTPClient, _ port: UInt16, _ count: Int) async throws -> Set<String> {
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<count {
                group.addTask { try await client.get("https://localhost:\(port)/").text() }
            }
            return try await group.reduce(into: []) { $0.insert($1) }
        }
    }

    @Test("Requests that come before it is known what a server speaks wait for the first, and share its connection")
    func negotiated() async throws {
        let tls = try TestIdentity.server.get()
        let connections = Box<Set<String>>([])
        try await withServer({ $0.tls = tls }) { request in
            if let peer = request.peerAddress { connections.value.insert("\(peer)") }
            return try await Self.answer(request)
        } _: { server async throws in
            try await withAutomaticClient { client async throws in
                #expect(try await ask(client, server.port, 80) == ["h2 /"])
                let response = try await client.get("https://localhost:\(server.port)/")
                #expect(response.version == .http2 && response.tls?.applicationProtocol == "h2")
                #expect(connections.value.count == 1)
            }
        }
    }

    @Test("Where a server speaks HTTP/1.1 alone each request has a connection, up to the limit, as ever")
    func older() async throws {
        let tls = try TestIdentity.server.get()
        let gate = Gate()
        try await withServer({
            $0.tls = tls
            $0.protocols = .http1
        }) { request in
            gate.open()
            // All that there may be at a time.
            await gate.wait(5)
            return try await Self.answer(request)
        } _: { server async throws in
            try await withAutomaticClient({ $0.maximumConnectionsPerOrigin = 5 }) { client async throws in
                #expect(try await ask(client, server.port, 40) == ["http/1.1 /"])
                #expect(try await server.connectionCount() == 5)
                let response = try await client.get("https://localhost:\(server.port)/")
                #expect(response.version == .http11)
            }
        }
    }

    @Test("Without TLS HTTP/1.1 is spoken unless the client knows better, and never HTTP/2 where that is not wanted")
    func policies() async throws {
        let tls = try TestIdentity.server.get()
        for (policy, version) in [
            (HTTP2Policy.automatic, HTTPVersion.http11), (.priorKnowledge, .http2), (.never, .http11),
        ] {
            try await withServer(handler: Self.answer) { server async throws in
                try await withClient({ $0.http2 = policy }) { client async throws in
                    let response = try await client.get("http://127.0.0.1:\(server.port)/")
                    #expect(response.version == version)
                }
            }
            try await withServer({ $0.tls = tls }, handler: Self.answer) { server async throws in
                try await withAutomaticClient({ $0.http2 = policy }) { client async throws in
                    let response = try await client.get("https://localhost:\(server.port)/")
                    #expect(response.version == (policy == .never ? .http11 : .http2))
                }
            }
        }
    }

    @Test("A server that speaks no HTTP/2 is told apart from one that is not there")
    func noHTTP2() async throws {
        let identity = try TestIdentity.shared.get()
        // It chooses nothing.
        let group = try LoopGroup(count: 1)
        let listener = try await Listener.bind(.ip(.v4(.loopback), port: 0), on: group.loops[0])
        let context = try TLSServerContext(identity: identity)
        let server = Task {
            while let connection = try? await listener.accept() {
                connection.handle {
                    try await $0.startTLS(context)
                    _ = try await $0.read()
                }
            }
        }
        try await withAutomaticClient({ $0.http2 = .priorKnowledge }) { client async throws in
            let url = "https://localhost:\(listener.address.port ?? 0)/"
            let error = await clientError { _ = try await client.get(url) }
            #expect(error?.code == .noHTTP2)
        }
        await listener.close()
        server.cancel()
        await group.shutdown()
    }

    @Test("A request that may leave HTTP goes by HTTP/1.1, on a connection of its own")
    func upgrade() async throws {
        let tls = try TestIdentity.server.get()
        try await withServer({ $0.tls = tls }) { request in
            guard request.headerFields[.upgrade] == "shout" else { return try await Self.answer(request) }
            return .upgrade(to: "shout") { connection in
                while let bytes = try await connection.read() {
                    try await connection.write(String(decoding: bytes, as: UTF8.self).uppercased())
                }
            }
        } _: { server async throws in
            try await withAutomaticClient { client async throws in
                let url = "https://localhost:\(server.port)/"
                #expect(try await client.get(url).text() == "h2 /")
                let response = try await client.get(url, headerFields: [.upgrade: "shout"])
                #expect(response.status == .switchingProtocols && response.version == .http11)
                let connection = try #require(response.connection)
                try await connection.write("hello")
                #expect(try await connection.read() == Array("HELLO".utf8))
                await connection.close()
                #expect(try await client.get(url).text() == "h2 /")
            }
        }
    }

    @Test("By way of a proxy's tunnel it is the server that chooses")
    func tunnel() async throws {
        let tls = try TestIdentity.server.get()
        let tunnels = Gate()
        try await withServer({ $0.tls = tls }, handler: Self.answer) { server async throws in
            try await withScriptedServer { client, _ in
                _ = try await client.head()
                tunnels.open()
                let upstream = try await Connection.connect(to: server.address)
                try await client.send("HTTP/1.1 200 OK\r\n\r\n")
                await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { for try await bytes in client.connection { try await upstream.write(bytes) } }
                    group.addTask { for try await bytes in upstream { try await client.connection.write(bytes) } }
                    _ = try? await group.next()
                    group.cancelAll()
                }
                await upstream.close()
            } _: { proxy async throws in
                let proxies = HTTPProxyConfiguration(https: try HTTPProxy(parsing: "http://127.0.0.1:\(proxy.port)"))
                try await withAutomaticClient({ $0.proxies = proxies }) { client async throws in
                    #expect(try await ask(client, server.port, 10) == ["h2 /"])
                }
            }
        }
        #expect(tunnels.count == 1)
    }
}
