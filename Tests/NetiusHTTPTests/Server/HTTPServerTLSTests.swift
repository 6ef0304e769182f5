import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP server: TLS", .serialized, .timeLimit(.minutes(3)))
struct HTTPServerTLSTests {
    /// Says what it knows of the connection.
    @Sendable private static func handler(_ request: HTTPRequest) async throws -> HTTPResponse {
        let tls = request.tls
        let peer = tls?.peerCertificates.first?.subject ?? "nobody"
        let facts = [
            request.scheme ?? "", "\(tls?.version, default: "none")", tls?.applicationProtocol ?? "-",
            tls?.serverName ?? "-", peer,
        ]
        return .ok(facts.joined(separator: " "))
    }

    private func client(
        of identity: TLSIdentity, _ change: (inout TLSClientConfiguration) -> Void = { _ in }
    ) throws
        -> TLSClientContext
    {
        var configuration = TLSClientConfiguration()
        configuration.trustRoots = .certificates(identity.chain)
        change(&configuration)
        return try TLSClientContext(configuration)
    }

    private func connect(
        to server: TestServer, _ context: TLSClientContext, _ protocols: [String] = ["http/1.1"]
    ) async throws -> RawClient {
        let connection = try await Connection.connect(to: server.address)
        await connection.setTimeouts(read: .seconds(60), write: .seconds(60))
        try await connection.startTLS(context, serverName: "localhost", applicationProtocols: protocols)
        return RawClient(connection)
    }

    private func get(_ client: RawClient) async throws -> String {
        try await client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return try await client.response().text
    }

    @Test("requests over TLS know that they are, and with what")
    func information() async throws {
        let identity = try TLSIdentity.selfSigned(names: ["localhost"])
        try await withServer({ $0.tls = try? TLSServerContext(identity: identity) }, handler: Self.handler) { server in
            let client = try await connect(to: server, self.client(of: identity))
            #expect(try await get(client) == "https TLS 1.3 http/1.1 localhost nobody")
            #expect(try await get(client) == "https TLS 1.3 http/1.1 localhost nobody")
            await client.close()
            let silent = try await connect(to: server, self.client(of: identity), [])
            #expect(try await get(silent) == "https TLS 1.3 - localhost nobody")
            await silent.close()
        }
    }

    @Test("a client that speaks other protocols only is refused")
    func otherProtocol() async throws {
        let identity = try TLSIdentity.selfSigned(names: ["localhost"])
        try await withServer({ $0.tls = try? TLSServerContext(identity: identity) }, handler: Self.handler) { server in
            let error = await #expect(throws: TLSError.self) {
                try await connect(to: server, self.client(of: identity), ["smtp"])
            }
            #expect(error == .noApplicationProtocol)
            try await server.waitForConnections(0)
        }
    }

    @Test("a client that has to shows its certificate, and handlers see whose it is")
    func clientCertificate() async throws {
        let identity = try TLSIdentity.selfSigned(names: ["localhost"])
        let person = try TLSIdentity(issuing: TLSCertificateTemplate(commonName: "alice", purposes: [.client]))
        var configuration = TLSServerConfiguration(identity: identity)
        configuration.clientCertificates = .required(.certificates(person.chain))
        let context = try TLSServerContext(configuration)
        try await withServer({ $0.tls = context }, handler: Self.handler) { server in
            let known = try await connect(to: server, self.client(of: identity) { $0.identity = person })
            #expect(try await get(known) == "https TLS 1.3 http/1.1 localhost CN=alice")
            await known.close()
            // In TLS 1.3 a client learns of it when it reads.
            let error = await #expect(throws: TLSError.self) {
                let stranger = try await connect(to: server, self.client(of: identity))
                _ = try await get(stranger)
            }
            #expect(error == .certificateRequired)
        }
    }

    @Test("a request in clear is told that it should not be")
    func plaintext() async throws {
        let identity = try TLSIdentity.selfSigned(names: ["localhost"])
        try await withServer({ $0.tls = try? TLSServerContext(identity: identity) }, handler: Self.handler) { server in
            let response = try await server.respond("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(response.status == 400)
            #expect(response.text == "400 Bad Request: this port is for HTTPS\n")
            try await server.waitForConnections(0)
        }
    }

    @Test("a client that does not shake hands is let go in time, and counted until then")
    func slowHandshakes() async throws {
        let identity = try TLSIdentity.selfSigned(names: ["localhost"])
        var configuration = TLSServerConfiguration(identity: identity)
        configuration.handshakeTimeout = .milliseconds(200)
        configuration.maximumHandshakes = 1
        let context = try TLSServerContext(configuration)
        try await withServer({ $0.tls = context }, handler: Self.handler) { server in
            let silent = try await server.connect()
            try await server.waitForConnections(1)
            // One more is closed at once, without a word.
            let second = try await server.connect()
            #expect(try await second.connection.read() == nil)
            await second.close()
            #expect(try await silent.connection.read() == nil)
            await silent.close()
            try await server.waitForConnections(0)
            let client = try await connect(to: server, self.client(of: identity))
            #expect(try await get(client).hasPrefix("https"))
            await client.close()
        }
    }

    @Test("certificates are renewed under connections that go on")
    func reload() async throws {
        try await withTemporaryDirectory { directory in
            let (certificate, key) = (directory + "/a.crt", directory + "/a.key")
            let first = try TLSIdentity.selfSigned(names: ["localhost"])
            try Self.write(first, certificate, key)
            let context = try TLSServerContext(
                identity: TLSIdentity(certificateFile: certificate, keyFile: key))
            try await withServer({ $0.tls = context }, handler: Self.handler) { server in
                let old = try await connect(to: server, self.client(of: first))
                #expect(try await get(old).hasPrefix("https"))
                let second = try TLSIdentity.selfSigned(names: ["localhost"])
                try Self.write(second, certificate, key)
                try context.reload()
                let new = try await connect(to: server, self.client(of: second))
                #expect(try await get(new).hasPrefix("https"))
                #expect(try await get(old).hasPrefix("https"))
                await #expect(throws: TLSError.self) { try await connect(to: server, self.client(of: first)) }
                // What cannot be loaded changes nothing.
                try Data("nonsense".utf8).write(to: URL(fileURLWithPath: certificate))
                #expect(throws: TLSConfigurationError.self) { try context.reload() }
                let still = try await connect(to: server, self.client(of: second))
                #expect(try await get(still).hasPrefix("https"))
                for client in [old, new, still] { await client.close() }
            }
        }
    }

    private static func write(_ identity: TLSIdentity, _ certificate: String, _ key: String) throws {
        let chain = identity.chain.map(\.pem).joined()
        try Data(chain.utf8).write(to: URL(fileURLWithPath: certificate))
        try Data(identity.privateKey.pem.utf8).write(to: URL(fileURLWithPath: key))
    }

    @Test("a shutdown does not wait for a handshake that never ends")
    func shutdown() async throws {
        let identity = try TLSIdentity.selfSigned(names: ["localhost"])
        try await withServer({ $0.tls = try? TLSServerContext(identity: identity) }, handler: Self.handler) { server in
            let silent = try await server.connect()
            try await server.waitForConnections(1)
            server.server.shutdown()
            try await server.task.value
            #expect(try await silent.connection.read() == nil)
            await silent.close()
        }
    }

    @Test("curl: TLS 1.2 and 1.3, verified, and one connection for two requests")
    func curl() async throws {
        guard let curl = ChildProcess("curl") else { return }
        let identity = try TLSIdentity.selfSigned(names: ["localhost", "127.0.0.1"])
        try await withTemporaryDirectory { directory in
            let (certificate, key) = (directory + "/a.crt", directory + "/a.key")
            try Self.write(identity, certificate, key)
            try await withServer({ $0.tls = try? TLSServerContext(identity: identity) }, handler: Self.handler) {
                server in
                let url = "https://localhost:\(server.port)/"
                let common = ["-sS", "-m", "30", "--noproxy", "*", "--cacert", certificate]
                let latest = try await curl.run(common + [url])
                #expect(latest.output == "https TLS 1.3 h2 localhost nobody", "\(latest.errors)")
                let older = try await curl.run(common + ["--tls-max", "1.2", url])
                #expect(older.output == "https TLS 1.2 h2 localhost nobody", "\(older.errors)")
                let two = try await curl.run(common + ["-w", " %{num_connects};", url, url])
                #expect(two.output.contains(" 1;https") && two.output.hasSuffix(" 0;"), "\(two.errors)")
                let address = try await curl.run(common + ["https://127.0.0.1:\(server.port)/"])
                #expect(address.output == "https TLS 1.3 h2 - nobody", "\(address.errors)")
                let distrustful = try await curl.run(["-sS", "-m", "30", "--noproxy", "*", url])
                #expect(distrustful.status == 60)
                let ancient = try await curl.run(common + ["--tls-max", "1.1", url])
                #expect(ancient.status == 35)
            }
        }
    }
}
