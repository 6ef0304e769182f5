import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP client: TLS", .timeLimit(.minutes(5)))
struct HTTPClientTLSTests {
    private static func trusting(
        _ identity: TLSIdentity?, _ change: (inout TLSClientConfiguration) -> Void = { _ in }
    ) throws
        -> TLSClientContext
    {
        var configuration = TLSClientConfiguration()
        if let identity { configuration.trustRoots = .certificates(identity.chain) }
        change(&configuration)
        return try TLSClientContext(configuration)
    }

    @Test("https is spoken with whom is trusted, for names and addresses, and connections are kept")
    func https() async throws {
        let identity = try TLSIdentity.selfSigned(names: ["localhost", "127.0.0.1"])
        let server = try TLSServerContext(identity: identity)
        try await withServer({ $0.tls = server }) { request in
            let size = Int((request.path ?? "").dropFirst()) ?? 0
            let facts = "\(request.scheme ?? "") \(request.tls?.applicationProtocol ?? "-") "
            return HTTPResponse(status: .ok, body: .bytes(octets(facts) + [UInt8](repeating: 0x61, count: size)))
        } _: { server async throws in
            let tls = try Self.trusting(identity)
            try await withClient({ $0.tls = tls }) { client async throws in
                for host in ["localhost", "127.0.0.1"] {
                    for size in [1, 100, 1_000_000] {
                        let response = try await client.get("https://\(host):\(server.port)/\(size)")
                        #expect(response.tls?.version == .tls13)
                        let text = try await response.body.text(upTo: 2_000_000)
                        #expect(text.hasPrefix("https http/1.1 a") && text.utf8.count == size + 15)
                    }
                }
                #expect(try await server.connectionCount() == 2)
            }
        }
    }

    @Test("A certificate that is not trusted, or is another host's, is refused with its own error")
    func refused() async throws {
        let identity = try TLSIdentity.selfSigned(names: ["example.test"])
        let server = try TLSServerContext(identity: identity)
        try await withServer({ $0.tls = server }) { _ in
            .ok("")
        } _: { server async throws in
            let url = "https://127.0.0.1:\(server.port)/"
            for (context, expected) in [
                (try Self.trusting(identity), TLSError.wrongHost("127.0.0.1")),
                (try Self.trusting(try TLSIdentity.selfSigned(names: ["x.test"])), .selfSigned),
            ] {
                try await withClient({ $0.tls = context }) { client async throws in
                    let error = await clientError { _ = try await client.get(url) }
                    #expect(error?.code == .tlsFailed && error?.underlying as? TLSError == expected)
                }
            }
            try await server.waitForConnections(0)
        }
    }

    @Test("A server that does not speak TLS, and one that says nothing, are errors of TLS")
    func notTLS() async throws {
        try await withScriptedServer { connection, number in
            if number == 0 {
                _ = try await connection.connection.read()
                try await connection.send("HTTP/1.1 400 Bad Request\r\n\r\n")
            }
            await connection.waitForEnd()
        } _: { server async throws in
            let tls = try Self.trusting(try TLSIdentity.selfSigned(names: ["x.test"]))
            try await withClient({
                $0.tls = tls
                $0.tlsTimeout = .milliseconds(300)
            }) { client async throws in
                let url = "https://127.0.0.1:\(server.port)/"
                #expect(await clientError { _ = try await client.get(url) }?.code == .tlsFailed)
                #expect(await clientError { _ = try await client.get(url) }?.code == .tlsTimedOut)
                let task = Task { try await client.get(url).status }
                try await eventually("it connects") { server.accepted.count == 3 }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                try await eventually("it is closed") { openSockets(at: server.port).map { $0 == 0 } ?? true }
            }
        }
    }

    @Test("A proxy of https gets http over TLS, and its digest when it asks; https through it is refused")
    func secureProxy() async throws {
        let identity = try TLSIdentity.selfSigned(names: ["127.0.0.1"])
        let context = try TLSServerContext(identity: identity)
        try await withServer({ $0.tls = context }) { request in
            guard let field = request.headerFields[.proxyAuthorization] else {
                return HTTPResponse(
                    status: .proxyAuthenticationRequired,
                    headerFields: [.proxyAuthenticate: "Digest realm=\"r\", nonce=\"n\", qop=\"auth\""])
            }
            let isRight = field.hasPrefix("Digest ") && field.contains("uri=\"http://a.test/x\"")
            return .ok("\(request.scheme ?? "") \(request.authority ?? "") \(request.path ?? "") \(isRight)")
        } _: { server async throws in
            let url = try HTTPURL(parsing: "https://127.0.0.1:\(server.port)")
            let proxy = HTTPProxy(url, credentials: .digest(user: "u", password: "p"))
            let tls = try Self.trusting(identity)
            try await withClient({
                $0.tls = tls
                $0.proxies = HTTPProxyConfiguration(http: proxy, https: proxy)
            }) { client async throws in
                for _ in 0..<2 {
                    let response = try await client.get("http://a.test/x")
                    #expect(try await response.body.text(upTo: 99) == "http a.test /x true")
                }
                #expect(await clientError { _ = try await client.get("https://a.test/") }?.code == .proxyRefused)
                try await server.waitForConnections(1)
            }
        }
    }

    @Test("https through a proxy goes through a tunnel, in which the server's certificate counts")
    func tunnel() async throws {
        let identity = try TLSIdentity.selfSigned(names: ["example.test"])
        let context = try TLSServerContext(identity: identity)
        try await withServer({ $0.tls = context }) {
            .ok("\($0.authority ?? "") \($0.path ?? "")")
        } _: { server async throws in
            let asked = Box<[String]>([])
            let target = server.address
            try await withServer { request in
                asked.value.append("\(request.authority ?? "") \(request.headerFields[.proxyAuthorization] ?? "-")")
                return .tunnel { connection in
                    let other = try await Connection.connect(to: target, on: connection.loop)
                    try await relay(connection, other)
                }
            } _: { proxy async throws in
                let url = try HTTPProxy(parsing: "http://u:p@127.0.0.1:\(proxy.port)")
                let tls = try Self.trusting(identity)
                try await withClient({
                    $0.tls = tls
                    $0.proxies = HTTPProxyConfiguration(http: url, https: url)
                }) { client async throws in
                    for number in 0..<3 {
                        let response = try await client.get("https://example.test/\(number)")
                        #expect(try await response.body.text(upTo: 99) == "example.test /\(number)")
                    }
                    #expect(asked.value == ["example.test:443 Basic dTpw"])
                }
            }
        }
    }
}

/// Sends on what comes from either, until both have ended.
private func relay(_ first: Connection, _ second: Connection) async throws {
    await withTaskGroup(of: Void.self) { group in
        for (from, to) in [(first, second), (second, first)] {
            group.addTask {
                while let bytes = try? await from.read(), (try? await to.write(bytes)) != nil {}
                await to.finishWriting()
            }
        }
    }
    await second.close()
}
