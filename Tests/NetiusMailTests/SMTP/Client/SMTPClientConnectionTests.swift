import Netius
import NetiusMail
import TestSupport
import Testing

@Suite("A connection of an SMTP client")
struct SMTPClientConnectionTests {
    static func connect(
        _ server: ScriptedMailServer, _ configuration: SMTPClient.Configuration = .test,
        _ security: SMTPSecurity = .none, credentials: SMTPCredentials? = nil
    ) async throws -> SMTPClientConnection {
        try await SMTPClientConnection.connect(
            to: "127.0.0.1", port: server.port, security: security, credentials: credentials,
            configuration: configuration)
    }

    @Test("A message goes out by MAIL, RCPT and DATA, and is answered")
    func message() async throws {
        let server = try await ScriptedMailServer.start { try await $0.serve() }
        let connection = try await Self.connect(server)
        let outcomes = try await connection.send(
            try envelope(to: "bob@example.com", "eve@example.com"), .bytes(octets("Subject: x\r\n\r\n.hello\n")))
        #expect(outcomes.map(\.description) == ["250 2.0.0 ok queued as X", "250 2.0.0 ok queued as X"])
        await connection.quit()
        #expect(
            server.lines.value == [
                "EHLO client.example", "MAIL FROM:<alice@example.org>", "RCPT TO:<bob@example.com>",
                "RCPT TO:<eve@example.com>", "DATA", "Subject: x", "", "..hello", ".", "QUIT",
            ])
        await server.stop()
    }

    @Test("One connection sends many messages, with and without pipelining", arguments: [true, false])
    func many(pipelines: Bool) async throws {
        let server = try await ScriptedMailServer.start {
            try await $0.serve(["SIZE 1000"] + (pipelines ? ["PIPELINING"] : []))
        }
        let connection = try await Self.connect(server)
        for _ in 0..<5 {
            let outcomes = try await connection.send(try envelope(to: "bob@example.com"), .bytes(octets("a\r\n")))
            #expect(outcomes.areAccepted)
            #expect(await connection.isUsable)
        }
        await connection.quit()
        #expect(server.connections.value == 1)
        #expect(server.lines.value.count { $0 == "MAIL FROM:<alice@example.org> SIZE=3" } == 5)
        #expect(!server.lines.value.contains("RSET"))
        await server.stop()
    }

    @Test("A file is sent as octets are, whatever is in front of it")
    func file() async throws {
        let server = try await ScriptedMailServer.start { try await $0.serve() }
        let connection = try await Self.connect(server)
        var text = ""
        for number in 0..<9000 { text += ".line \(number)\r\n" }
        let bytes = octets(text)
        try await withTemporaryDirectory { directory in
            let file = try makeFile(octets("skipped") + bytes, in: directory)
            let content = SMTPContent.file(file, from: 7, count: bytes.count, after: octets("X: y\r\n"))
            #expect(content.count == bytes.count + 6)
            let outcomes = try await connection.send(try envelope(to: "bob@example.com"), content)
            #expect(outcomes.areAccepted)
        }
        await connection.quit()
        let lines = server.lines.value
        #expect(lines.contains("X: y"))
        #expect(lines.count { $0.hasPrefix("..line ") } == 9000)
        #expect(lines.contains("..line 8999"))
        await server.stop()
    }

    @Test("A file that is shorter than was said never arrives as a whole message")
    func truncatedFile() async throws {
        let server = try await ScriptedMailServer.start { try await $0.serve() }
        let connection = try await Self.connect(server)
        try await withTemporaryDirectory { directory in
            let file = try makeFile(octets("short\r\n"), in: directory)
            let outcomes = try await connection.send(
                try envelope(to: "bob@example.com"), .file(file, from: 0, count: 100_000))
            guard case .failed(let error) = outcomes[0] else { throw TestFailure("\(outcomes)") }
            #expect(error.code == .contentFailed && error.isTemporary)
        }
        #expect(await !connection.isUsable)
        await connection.close()
        #expect(!server.lines.value.contains("."))
        await server.stop()
    }

    @Test("A server that knows no EHLO is greeted by HELO")
    func helo() async throws {
        let server = try await ScriptedMailServer.start {
            try await $0.serve([], [("EHLO", ["502 what?"]), ("HELO", ["250 hello"])])
        }
        let connection = try await Self.connect(server)
        #expect(await !connection.isExtended)
        let outcomes = try await connection.send(try envelope(to: "bob@example.com"), .bytes(octets("a\r\n")))
        #expect(outcomes.areAccepted)
        await connection.quit()
        await server.stop()
    }

    @Test(
        "STARTTLS protects what follows, and capabilities are asked for anew",
        arguments: [SMTPSecurity.required, .opportunistic])
    func startTLS(security: SMTPSecurity) async throws {
        let context = try TestIdentity.server.get()
        let server = try await ScriptedMailServer.start { peer in
            try await peer.say("220 test.example ESMTP")
            _ = try await peer.line()
            try await peer.say("250-test.example\r\n250 STARTTLS")
            _ = try await peer.line()
            try await peer.say("220 go on")
            try await peer.connection.startTLS(context)
            try await peer.serve(
                ["AUTH PLAIN LOGIN"], [("AUTH PLAIN AGJvYgBzZWNyZXQ=", ["235 2.7.0 ok"])], greeting: nil)
        }
        var configuration = SMTPClient.Configuration.test
        configuration.tls = try TestIdentity.client.get()
        if security == .opportunistic {
            let credentials = SMTPCredentials(user: "bob", password: "secret")
            let error = await #expect(throws: SMTPClientError.self) {
                _ = try await Self.connect(server, configuration, security, credentials: credentials)
            }
            #expect(error?.code == .authenticationUnavailable)
            configuration.allowsPlaintextAuthentication = true
        }
        let connection = try await Self.connect(
            server, configuration, security, credentials: SMTPCredentials(user: "bob", password: "secret"))
        #expect(await connection.tls != nil)
        #expect(await connection.isVerified == (security == .required))
        #expect(await connection.user == "bob")
        #expect(await !connection.capabilities.offersStartTLS)
        let outcomes = try await connection.send(try envelope(to: "bob@example.com"), .bytes(octets("a\r\n")))
        #expect(outcomes.areAccepted)
        let transcript = try #require(await connection.takeTranscript()).description
        #expect(transcript.contains("> AUTH PLAIN ***\n") && !transcript.contains("AGJvYgBzZWNyZXQ"))
        await connection.quit()
        await server.stop()
    }

    @Test("What comes behind the reply to STARTTLS, before the handshake, ends the session")
    func injection() async throws {
        let server = try await ScriptedMailServer.start { peer in
            try await peer.say("220 test.example ESMTP")
            _ = try await peer.line()
            try await peer.say("250-test.example\r\n250 STARTTLS")
            _ = try await peer.line()
            try await peer.say("220 go on\r\n250-test.example\r\n250 AUTH PLAIN")
            _ = try await peer.line()
        }
        var configuration = SMTPClient.Configuration.test
        configuration.tls = try TestIdentity.client.get()
        let error = await #expect(throws: SMTPClientError.self) {
            try await Self.connect(server, configuration, .required)
        }
        #expect(error?.code == .tlsFailed)
        #expect(error?.underlying as? TLSError == .plaintextBeforeHandshake)
        await server.stop()
    }
}
