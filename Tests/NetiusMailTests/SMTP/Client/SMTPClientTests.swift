import Foundation
import Netius
import NetiusDNS
import TestSupport
import Testing

@testable import NetiusMail

@Suite("An SMTP client")
struct SMTPClientTests {
    static let message = octets("Subject: x\r\n\r\nhello\r\n")

    /// Scripted servers on one port of several loopback addresses, so that they can be mail exchangers.
    static func exchangers(
        _ scripts: [ScriptedMailServer.Script]
    ) async throws -> (
        servers: [ScriptedMailServer], port: UInt16
    ) {
        let first = try await ScriptedMailServer.start(scripts[0])
        var servers = [first]
        for (index, script) in scripts.enumerated().dropFirst() {
            servers.append(
                try await ScriptedMailServer.start(at: "127.0.0.\(index + 1)", port: first.port, script))
        }
        return (servers, first.port)
    }

    /// Sends to `bob@example.test`, or others, whose domain has the servers as mail exchangers in that order.
    static func deliver(
        _ scripts: [ScriptedMailServer.Script], to recipients: [String] = ["bob@example.test"],
        _ configure: (inout SMTPClient.Configuration) -> Void = { _ in }
    ) async throws -> (result: SMTPResult, servers: [ScriptedMailServer]) {
        let (servers, port) = try await exchangers(scripts)
        var records: [DNSRecord] = []
        for index in scripts.indices {
            records.append(.mx("example.test", UInt16(10 * index), "mx\(index).example.test"))
            records.append(.a("mx\(index).example.test", "127.0.0.\(index + 1)"))
        }
        records += [.a("implicit.test", "127.0.0.1"), .mx("null.test", 0, ".")]
        let dns = try await DNSTestServer.start(records)
        var configuration = SMTPClient.Configuration.test
        configuration.mailExchangerPort = port
        configure(&configuration)
        let result = try await SMTPClient.send(
            message, from: try mail("alice@example.org"), to: try recipients.map(mail),
            via: .mailExchangers(DNSClient(.init(servers: [dns.address]))), configuration: configuration)
        await dns.stop()
        for server in servers { await server.stop() }
        return (result, servers)
    }

    @Test("Mail goes to the preferred mail exchanger")
    func preferred() async throws {
        let (result, servers) = try await Self.deliver([{ try await $0.serve() }, { try await $0.serve() }])
        #expect(result.isComplete)
        #expect(result.recipients.map(\.description) == ["250 2.0.0 ok queued as X <bob@example.test>"])
        #expect(result.recipients[0].host == "mx0.example.test")
        #expect(servers.map(\.connections.value) == [1, 0])
    }

    @Test(
        "It goes to the next where one refuses to talk, closes, or says that it is going",
        arguments: ["554 5.3.2 no mail here", "421 4.3.2 busy", "close", "MAIL", "RCPT"])
    func next(problem: String) async throws {
        let (result, servers) = try await Self.deliver([
            { peer in
                switch problem {
                case "MAIL", "RCPT": try await peer.serve(["PIPELINING"], [(problem, ["421 4.3.2 going"])])
                case "close": await peer.connection.close()
                default: try await peer.say(problem)
                }
            }, { try await $0.serve() },
        ])
        #expect(result.isComplete)
        #expect(result.recipients[0].host == "mx1.example.test")
        #expect(servers[1].connections.value == 1)
        #expect(result.sessions.map(\.host) == ["mx0.example.test", "mx1.example.test"])
        #expect(result.sessions[0].error != nil && result.sessions[1].error == nil)
    }

    @Test("It does not where one refuses the recipient or the message")
    func refused() async throws {
        for verb in ["RCPT", "MAIL", "DATA"] {
            let (result, servers) = try await Self.deliver([
                { try await $0.serve(["PIPELINING"], [(verb, ["550 5.1.1 no"])]) }, { try await $0.serve() },
            ])
            #expect(result.recipients.map { $0.outcome.reply?.code } == [550])
            #expect(servers[1].connections.value == 0)
        }
    }

    @Test("It does not where the message may have been taken already")
    func taken() async throws {
        let (result, servers) = try await Self.deliver([
            { try await $0.serve(end: ["close"]) }, { try await $0.serve() },
        ])
        #expect(!result.isComplete && result.recipients[0].outcome.isTemporary)
        #expect(servers[1].connections.value == 0)
    }

    @Test("What a host says of the recipient counts before the failures of others")
    func definite() async throws {
        let (result, _) = try await Self.deliver([
            { try await $0.say("421 4.3.2 busy") }, { try await $0.serve([], [("RCPT", ["550 5.1.1 no"])]) },
        ])
        #expect(result.recipients.map { $0.outcome.reply?.code } == [550])
    }

    @Test("An address with UTF-8 is said to be one, to a server that knows what that is, and others are not kept back")
    func utf8() async throws {
        for (capability, isKnown) in [("SMTPUTF8", true), ("SIZE", false)] {
            let (result, servers) = try await Self.deliver(
                [{ try await $0.serve([capability, "8BITMIME"]) }], to: ["jürgen@example.test", "bob@example.test"])
            #expect(result.recipients.map(\.outcome.isAccepted) == [isKnown, true])
            #expect(servers[0].lines.value.contains { $0.hasPrefix("MAIL") && $0.hasSuffix(" SMTPUTF8") } == isKnown)
        }
    }

    @Test("Where all refuse, a failure that may pass counts before one that will not")
    func allFail() async throws {
        for greetings in [["554 5.7.1 no", "421 4.3.2 busy"], ["421 4.3.2 busy", "554 5.7.1 no"]] {
            let (result, _) = try await Self.deliver(
                greetings.map { text in { try await $0.say(text) } })
            #expect(result.recipients[0].outcome.isTemporary)
        }
    }

    @Test("Each recipient has an outcome, whatever its domain, and those of one domain share a transaction")
    func domains() async throws {
        let recipients = [
            "a@example.test", "b@implicit.test", "c@null.test", "d@gone.test", "e@EXAMPLE.test", "f@[127.0.0.1]",
        ]
        let (result, servers) = try await Self.deliver([{ try await $0.serve() }], to: recipients)
        #expect(result.recipients.map(\.address.localPart) == ["a", "b", "c", "d", "e", "f"])
        #expect(
            result.recipients.map(\.outcome.status.description)
                == ["2.0.0", "2.0.0", "5.1.10", "5.1.2", "2.0.0", "2.0.0"])
        #expect(servers[0].lines.value.count { $0.hasPrefix("MAIL") } == 3)
    }

    @Test("A policy that requires TLS keeps mail from a server without, and one that forbids it from asking")
    func policies() async throws {
        let serve: ScriptedMailServer.Script = { try await $0.serve(["STARTTLS"], [("STARTTLS", ["454 4.7.0 no"])]) }
        let (required, servers) = try await Self.deliver([serve]) { $0.tlsPolicy = { _ in SMTPTLSPolicy(.required) } }
        #expect(required.recipients[0].outcome.isTemporary)
        #expect(!servers[0].lines.value.contains { $0.hasPrefix("MAIL") })
        let (none, others) = try await Self.deliver([serve]) { $0.tlsPolicy = { _ in SMTPTLSPolicy(.none) } }
        #expect(none.isComplete)
        #expect(!others[0].lines.value.contains("STARTTLS"))
        let (unknown, _) = try await Self.deliver([serve]) { $0.tlsPolicy = { _ in throw TestFailure("no policy") } }
        #expect(unknown.recipients[0].outcome.isTemporary)
    }

    @Test("Connections are used again, and one that has ended meanwhile is replaced")
    func reuse() async throws {
        let server = try await ScriptedMailServer.start { peer in
            if peer.number == 1 {
                try await peer.serve(["PIPELINING"], [("MAIL", ["250 ok", "250 ok", "421 4.4.2 enough"])])
            } else {
                try await peer.serve()
            }
        }
        var configuration = SMTPClient.Configuration.test
        configuration.maximumConnectionsPerServer = 1
        let client = SMTPClient(configuration: configuration)
        let route = SMTPRoute.host("127.0.0.1", port: server.port, security: .none)
        for _ in 0..<4 {
            let result = try await client.send(
                Self.message, from: try mail("alice@example.org"), to: [try mail("bob@example.com")], via: route)
            #expect(result.isComplete)
        }
        #expect(server.connections.value == 2)
        await client.shutdown()
        let result = try await client.send(
            Self.message, from: nil, to: [try mail("bob@example.com")], via: route)
        guard case .failed(let error) = result.recipients[0].outcome else { throw TestFailure("\(result)") }
        #expect(error.code == .shutDown)
        await server.stop()
    }

    @Test("Many messages at a time share the connections there may be, and none is lost")
    func concurrency() async throws {
        let box = MessageBox()
        try await withSMTPServer(box: box) { server in
            var configuration = SMTPClient.Configuration.test
            configuration.maximumConnectionsPerServer = 3
            configuration.maximumMessagesPerConnection = 7
            let client = SMTPClient(configuration: configuration)
            let route = SMTPRoute.host("127.0.0.1", port: server.port, security: .none)
            let (alice, bob) = (try mail("alice@example.org"), try mail("bob@example.com"))
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<60 {
                    group.addTask {
                        let message = octets("Subject: \(number)\r\n\r\n.\r\n")
                        return try await client.send(message, from: alice, to: [bob], via: route).isComplete
                    }
                }
                for try await isComplete in group { #expect(isComplete) }
            }
            await client.shutdown()
        }
        #expect(Set(box.texts) == Set((0..<60).map { "Subject: \($0)\r\n\r\n.\r\n" }))
        #expect(box.texts.count == 60)
    }

    @Test("Who waits for a connection is not kept from being cancelled, and leaves nothing behind")
    func cancelledWaiter() async throws {
        let asked = Gate()
        let go = Gate()
        let server = try await ScriptedMailServer.start { peer in
            try await peer.say("220 x")
            _ = try await peer.line()
            asked.open()
            await go.wait()
            try await peer.say("250 x")
            try await peer.serve(greeting: nil)
        }
        var configuration = SMTPClient.Configuration.test
        configuration.maximumConnectionsPerServer = 1
        let client = SMTPClient(configuration: configuration)
        let port = server.port
        let bob = try mail("bob@example.com")
        let send: @Sendable () async throws -> SMTPResult = {
            try await client.send(
                Self.message, from: nil, to: [bob], via: .host("127.0.0.1", port: port, security: .none))
        }
        let first = Task { try await send() }
        await asked.wait()
        let second = Task { try await send() }
        second.cancel()
        await #expect(throws: CancellationError.self) { _ = try await second.value }
        go.open()
        let result = try await first.value
        #expect(result.isComplete)
        let third = try await send()
        #expect(third.isComplete && server.connections.value == 1)
        await client.shutdown()
        await server.stop()
    }

    @Test("What happened is told as JSON with names that stay, and without secrets")
    func information() async throws {
        let server = try await ScriptedMailServer.start {
            try await $0.serve(["AUTH PLAIN", "PIPELINING"], [("AUTH", ["235 2.7.0 ok"])])
        }
        var configuration = SMTPClient.Configuration.test
        configuration.allowsPlaintextAuthentication = true
        let result = try await SMTPClient.send(
            Self.message, from: try mail("alice@example.org"), to: [try mail("bob@example.com")],
            via: .host(
                "127.0.0.1", port: server.port, security: .none,
                credentials: SMTPCredentials(user: "bob", password: "secret")), configuration: configuration)
        await server.stop()
        let session = try #require(result.sessions.first)
        let object = try JSONSerialization.jsonObject(with: Data(session.json.utf8))
        let members = try #require(object as? [String: Any])
        #expect(
            Set(members.keys) == [
                "domain", "host", "port", "mx_host", "greeting", "queue_response", "capabilities", "starttls",
                "tls_version", "tls_cipher", "start_time", "end_time", "duration", "recipients", "error", "transcript",
            ])
        #expect(members["host"] as? String == "127.0.0.1" && members["port"] as? Int == Int(server.port))
        #expect(members["queue_response"] as? String == "250 2.0.0 ok queued as X")
        #expect(members["greeting"] as? String == "220 test.example ESMTP")
        #expect(members["recipients"] as? [String] == ["bob@example.com"])
        #expect(members["capabilities"] as? [String] == ["AUTH PLAIN", "PIPELINING"])
        #expect(members["domain"] is NSNull && members["error"] is NSNull && members["starttls"] as? Bool == false)
        let transcript = try #require(members["transcript"] as? [[String: Any]])
        #expect(transcript.first?["direction"] as? String == "recv")
        #expect(transcript.contains { $0["message"] as? String == "AUTH PLAIN ***" })
        #expect(!session.json.contains("AGJvYgBzZWNyZXQ"))
    }

    @Test("A transcript has no more entries than it may")
    func transcriptLimit() async throws {
        let server = try await ScriptedMailServer.start { try await $0.serve() }
        var configuration = SMTPClient.Configuration.test
        configuration.maximumTranscriptEntries = 5
        let result = try await SMTPClient.send(
            Self.message, from: nil, to: try (0..<20).map { try mail("u\($0)@example.com") },
            via: .host("127.0.0.1", port: server.port, security: .none), configuration: configuration)
        #expect(result.isComplete && result.sessions.first?.transcript?.entries.count == 5)
        await server.stop()
    }

    @Test("A message that was built here goes to whom it says, over TLS, with credentials, to our own server")
    func ownServer() async throws {
        let box = MessageBox()
        let context = try TestIdentity.server.get()
        let authenticator = SMTPAuthenticator { user, password, _ in user == "alice" && password == "sécret" }
        for isImplicit in [false, true] {
            let configure: (inout SMTPServer.Configuration) -> Void = {
                $0.tls = context
                $0.isTLSImplicit = isImplicit
                $0.authenticator = authenticator
                $0.requiresAuthentication = true
            }
            try await withSMTPServer(configure, box: box) { server in
                var configuration = SMTPClient.Configuration.test
                configuration.tls = try TestIdentity.client.get()
                configuration.capturesTranscript = false
                var message = try MailMessage(
                    from: Mailbox(try mail("alice@example.org")), to: [Mailbox(try mail("bob@example.com"))],
                    subject: "Grüße", text: ".a\n.\nb")
                message.bcc = [Mailbox(try mail("eve@example.com"))]
                let result = try await SMTPClient.send(
                    message,
                    via: .host(
                        "localhost", port: server.port, security: isImplicit ? .implicit : .required,
                        credentials: SMTPCredentials(user: "alice", password: "sécret")), configuration: configuration)
                #expect(result.isComplete && result.recipients.count == 2)
                #expect(result.sessions.first?.tls != nil && result.sessions.first?.usesStartTLS == !isImplicit)
            }
        }
        #expect(box.messages.count == 2)
        for message in box.messages {
            #expect(message.session.user == "alice")
            #expect(message.text.contains("\r\n.a\r\n.\r\nb") && !message.text.contains("eve"))
        }
    }

    @Test("A file of many pieces arrives as it is at our own server, over TLS too")
    func largeFile() async throws {
        var random = SeededRandom(seed: 5)
        var bytes: [UInt8] = octets("Subject: x\r\n\r\n")
        while bytes.count < 3_000_000 {
            if random.next() % 4 == 0 { bytes.append(UInt8(ascii: ".")) }
            bytes += (0..<Int(random.next() % 90)).map { _ in UInt8(33 + random.next() % 90) }
            bytes += [13, 10]
        }
        let context = try TestIdentity.server.get()
        let content = bytes
        for security in [SMTPSecurity.none, .required] {
            let box = MessageBox()
            try await withSMTPServer({ $0.tls = context }, box: box) { server in
                try await withTemporaryDirectory { directory in
                    let file = try makeFile(Array(content[20...]), in: directory)
                    var configuration = SMTPClient.Configuration.test
                    configuration.tls = try TestIdentity.client.get()
                    let connection = try await SMTPClientConnection.connect(
                        to: "localhost", port: server.port, at: [.v4(.loopback)], security: security,
                        configuration: configuration)
                    let outcomes = try await connection.send(
                        try envelope(to: "bob@example.com"),
                        .file(file, from: 0, count: content.count - 20, after: Array(content[..<20])))
                    #expect(outcomes.areAccepted)
                    await connection.quit()
                }
            }
            #expect(box.messages.first?.content == content)
        }
    }

    @Test("What an envelope asks for arrives as it is, REQUIRETLS over TLS that is verified alone")
    func parameters() async throws {
        let box = MessageBox()
        let context = try TestIdentity.server.get()
        var sent = try envelope(to: "bob@example.com", "jürgen@example.com")
        sent.sender.requiresTLS = true
        sent.sender.returns = .headers
        sent.sender.envelopeIdentifier = "a+b = c"
        sent.sender.body = .eightBitMIME
        sent.recipients[0].notify = [.success, .failure]
        sent.recipients[0].original = "rfc822;Bob+x@example.com"
        sent.recipients[1].notify = .never
        try await withSMTPServer({ $0.tls = context }, box: box) { server in
            var configuration = SMTPClient.Configuration.test
            configuration.tls = try TestIdentity.client.get()
            for security in [SMTPSecurity.opportunistic, .required] {
                let connection = try await SMTPClientConnection.connect(
                    to: "localhost", port: server.port, at: [.v4(.loopback)], security: security,
                    configuration: configuration)
                let outcomes = try await connection.send(sent, .bytes(Self.message))
                #expect(outcomes.areAccepted == (security == .required))
                await connection.quit()
            }
        }
        sent.sender.usesUTF8 = true
        sent.sender.size = Self.message.count
        #expect(box.messages.map(\.session.envelope) == [sent])
    }

    @Test("In LMTP each recipient has the answer of its own")
    func lmtp() async throws {
        try await withSMTPServer(deliver: { session in
            _ = try await session.content.collect(upTo: 1000)
            return session.envelope.recipients.map {
                $0.address.localPart == "bob" ? .accepted("1") : .temporary("full", code: 452)
            }
        }) { server in
            var configuration = SMTPClient.Configuration.test
            configuration.speaksLMTP = true
            let connection = try await SMTPClientConnection.connect(
                to: server.address, serverName: "localhost", security: .none, configuration: configuration)
            for _ in 0..<2 {
                let outcomes = try await connection.send(
                    try envelope(to: "bob@example.com", "eve@example.com"), .bytes(Self.message))
                #expect(outcomes.map(\.isAccepted) == [true, false] && outcomes[1].isTemporary)
            }
            await connection.quit()
        }
    }

    @Test("Binary content goes in a chunk, octet for octet")
    func chunks() async throws {
        let box = MessageBox()
        let content = octets("Subject: x\r\n\r\n") + [0, 10, 13, 46, 13, 10, 255, 46, 10]
        try await withSMTPServer({ $0.extensions.insert(.binaryMIME) }, box: box) { server in
            let connection = try await SMTPClientConnection.connect(
                to: server.address, serverName: "localhost", security: .none, configuration: .test)
            var message = try envelope(to: "bob@example.com")
            message.sender.body = .binaryMIME
            let outcomes = try await connection.send(message, .bytes(content))
            #expect(outcomes.areAccepted)
            await connection.quit()
        }
        #expect(box.messages.first?.content == content)
    }
}
