import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("SMTP server: who may send what to whom", .timeLimit(.minutes(5)))
struct SMTPServerPolicyTests {
    private static let plain = Base64.encode(Array("\0frank\0secret".utf8))
    private static let wrong = Base64.encode(Array("\0frank\0guess".utf8))
    private static let authenticator = SMTPAuthenticator { user, password, _ in
        user == "frank" && password == "secret" || user == "fr\u{E9}d" && password == "\u{E9}"
    }

    @Test("Nothing is relayed, but for those who have authenticated or are trusted")
    func relaying() async throws {
        let box = MessageBox()
        let asked = Box<[String]>([])
        for isTrusted in [false, true] {
            try await withSMTPServer(
                { configuration in
                    configuration.localDomains = ["Local.example"]
                    configuration.authenticator = Self.authenticator
                    configuration.allowsPlaintextAuthentication = true
                    if isTrusted { configuration.trustedNetworks = try IPNetworkSet(parsing: ["127.0.0.0/8"]) }
                }, box: box,
                recipient: { session, recipient in
                    #expect(session.isTrusted == isTrusted)
                    asked.value.append(recipient.address.description)
                    return .accepted
                }
            ) { server in
                let client = try await server.greeted()
                try await client.ask("MAIL FROM:<a@local.example>")
                for (address, isLocal) in [
                    ("b@local.example", true), ("b@LOCAL.EXAMPLE", true), ("Postmaster", true),
                    ("b@mail.example", true),
                    ("b@other.example", false), ("b@sub.local.example", false),
                    ("@local.example:b@other.example", false),
                    ("b%other.example@local.example", true), ("\"b@other.example\"@local.example", true),
                    ("b@[127.0.0.1]", false),
                ] {
                    let reply = try await client.ask("RCPT TO:<\(address)>")
                    #expect(reply.hasPrefix(isLocal || isTrusted ? "250" : "550 5.7.1 relaying denied"), "\(address)")
                }
                try await client.ask("RSET")
                #expect(try await client.ask("AUTH PLAIN \(Self.plain)") == "235 2.7.0 authentication successful")
                try await client.ask("MAIL FROM:<a@local.example>")
                #expect(try await client.ask("RCPT TO:<b@other.example>") == "250 2.0.0 ok")
                await client.close()
            }
        }
        #expect(asked.value.count == 18)
    }

    @Test("Addresses that are denied, or not allowed, are told so and closed", arguments: [true, false])
    func networks(isDenied: Bool) async throws {
        try await withSMTPServer({ configuration in
            let networks = try IPNetworkSet(parsing: [isDenied ? "127.0.0.0/8" : "192.0.2.0/24"])
            if isDenied { configuration.deniedNetworks = networks } else { configuration.allowedNetworks = networks }
        }) { server in
            let client = try await server.connect()
            #expect(try await client.rest() == "554 not allowed from this address")
            await client.close()
        }
    }

    @Test("A connection's handler may refuse it, for now or for good")
    func connections() async throws {
        for (reply, greeting) in [
            (SMTPReply.temporary("busy"), "421 busy"), (.permanent("blocked"), "554 blocked"),
            (.accepted, "220 mail.example ESMTP netius"),
        ] {
            try await withSMTPServer(connection: { session in
                #expect(session.heloName == nil && session.envelope.recipients.isEmpty)
                await #expect(throws: SMTPContentError.ended) { _ = try await session.content.collect(upTo: 1) }
                return reply
            }) { server in
                let client = try await server.connect()
                #expect(try await client.reply() == greeting)
                if reply.isPermanent {
                    #expect(try await client.ask("EHLO a") == "503 there is nothing but QUIT")
                }
                if !reply.isTemporary { #expect(try await client.ask("QUIT") == "221 2.0.0 bye") }
                #expect(try await client.rest().isEmpty)
                await client.close()
            }
        }
    }

    @Test("AUTH by PLAIN and LOGIN, with and without an initial response")
    func authentication() async throws {
        let box = MessageBox()
        try await withSMTPServer(
            {
                $0.authenticator = Self.authenticator
                $0.tls = try TestIdentity.server.get()
                $0.requiresAuthentication = true
            }, box: box
        ) { server in
            let user = Base64.encode(Array("frank".utf8))
            let password = Base64.encode(Array("secret".utf8))
            let clear = try await server.greeted()
            #expect(
                try await clear.ask("AUTH PLAIN \(Self.plain)") == "538 5.7.11 encryption required for authentication")
            await clear.close()
            for exchange in [
                [("AUTH PLAIN \(Self.plain)", "235")], [("auth plain", "334 "), (Self.plain, "235")],
                [("AUTH LOGIN", "334 VXNlcm5hbWU6"), (user, "334 UGFzc3dvcmQ6"), (password, "235")],
                [("AUTH LOGIN \(user)", "334 UGFzc3dvcmQ6"), (password, "235")],
                [("AUTH PLAIN", "334 "), ("*", "501 5.7.0"), ("AUTH PLAIN \(Self.plain)", "235")],
            ] {
                let client = try await server.greeted()
                try await client.ask("STARTTLS")
                try await client.startTLS()
                #expect(try await client.ask("EHLO a").contains("AUTH PLAIN LOGIN"))
                #expect(try await client.ask("MAIL FROM:<>") == "530 5.7.0 authentication required")
                for (line, reply) in exchange { #expect(try await client.ask(line).hasPrefix(reply), "\(line)") }
                #expect(try await client.ask("AUTH PLAIN \(Self.plain)") == "503 5.5.1 bad sequence of commands")
                #expect(try await !client.ask("EHLO a").contains("AUTH"))
                try await client.envelope()
                try await client.ask("DATA")
                #expect(try await client.ask("x\r\n.").hasPrefix("250"))
                await client.close()
            }
        }
        #expect(box.messages.allSatisfy { $0.session.user == "frank" } && box.messages.count == 5)
    }

    @Test("Credentials that are malformed, and mechanisms that there are not")
    func malformed() async throws {
        try await withSMTPServer({ configuration in
            configuration.authenticator = Self.authenticator
            configuration.allowsPlaintextAuthentication = true
            configuration.limits.errors = 100
        }) { server in
            let client = try await server.greeted()
            func encoded(_ text: String) -> String { Base64.encode(Array(text.utf8)) }
            for (line, reply) in [
                ("AUTH", "501 5.5.4"), ("AUTH CRAM-MD5", "504 5.5.4"), ("AUTH PLAIN !", "501 5.5.2"),
                ("AUTH PLAIN =", "501 5.5.2"), ("AUTH PLAIN \(encoded("frank\0secret"))", "501 5.5.2"),
                ("AUTH PLAIN \(encoded("root\0frank\0secret"))", "501 5.5.2"),
                ("AUTH PLAIN \(encoded("\0\0secret"))", "501 5.5.2"),
                ("AUTH PLAIN \(encoded("\0frank\0"))", "501 5.5.2"),
                ("AUTH PLAIN \(encoded("\0fr\nank\0secret"))", "501 5.5.2"),
                ("AUTH PLAIN \(encoded("\0a\0b\0c"))", "501 5.5.2"), ("AUTH LOGIN \(encoded("\n"))", "501 5.5.2"),
                ("AUTH PLAIN \(Base64.encode([0, 0xFF, 0, 0x61]))", "501 5.5.2"),
                ("AUTH PLAIN \(encoded("frank\0frank\0secret".replacing("frank", with: "fr\u{E9}d")))", "535 5.7.8"),
                ("AUTH PLAIN \(encoded("fr\u{E9}d\0fr\u{E9}d\0\u{E9}"))", "235 2.7.0"),
            ] { #expect(try await client.ask(line).hasPrefix(reply), "\(line)") }
            await client.close()
        }
    }

    @Test("Failures are answered late, then end the session, and are told without a password")
    func failures() async throws {
        try await withSMTPServer({ configuration in
            configuration.authenticator = Self.authenticator
            configuration.allowsPlaintextAuthentication = true
            configuration.authenticationDelay = .milliseconds(50)
        }) { server in
            let client = try await server.greeted()
            let start = MonotonicTime.now
            for _ in 0..<2 {
                #expect(try await client.ask("AUTH PLAIN \(Self.wrong)") == "535 5.7.8 wrong user or password")
            }
            #expect(try await client.ask("AUTH PLAIN \(Self.wrong)") == "421 4.7.0 too many failed authentications")
            #expect(MonotonicTime.now.since(start) >= .milliseconds(300))
            #expect(try await client.rest().isEmpty)
            await client.close()
            let records = server.log.records(.notice)
            #expect(records.map { $0.metadata["failures"] } == ["1", "2", "3"])
            #expect(!server.log.records.contains { "\($0)".contains("guess") || "\($0)".contains(Self.wrong) })
        }
    }

    @Test("An authenticator that fails is no failure of the client's, who still has to wait before it asks again")
    func brokenAuthenticator() async throws {
        try await withSMTPServer({ configuration in
            configuration.authenticator = SMTPAuthenticator { _, _, _ in throw BlockingPoolError.queueFull }
            configuration.allowsPlaintextAuthentication = true
            configuration.authenticationDelay = .milliseconds(50)
        }) { server in
            let client = try await server.greeted()
            let start = MonotonicTime.now
            for _ in 0..<4 {
                #expect(
                    try await client.ask("AUTH PLAIN \(Self.plain)")
                        == "454 4.7.0 authentication is not available now")
            }
            #expect(MonotonicTime.now.since(start) >= .milliseconds(200))
            await client.close()
            #expect(server.log.records(.notice).isEmpty)
        }
    }

    @Test("A password file says who the users are")
    func passwordFile() async throws {
        try await withTemporaryDirectory { directory in
            // openssl passwd -6 -salt saltsalt secret
            let hash =
                "$6$saltsalt$TVLlQcbpFVof5W3Yz4DTP6gRstiNuHwwTt6GLc1E5n0U0aDehy0S5knV8wiOQSpT0Y77vwPZN.Pq.H91p5hVO1"
            let path = directory + "/users"
            _ = try makeFile(Array("frank:\(hash)\n".utf8), in: directory, named: "users")
            let file = try PasswordFile(path: path)
            try await withSMTPServer({ configuration in
                configuration.authenticator = SMTPAuthenticator(file)
                configuration.allowsPlaintextAuthentication = true
            }) { server in
                let client = try await server.greeted()
                #expect(try await client.ask("AUTH PLAIN \(Self.wrong)").hasPrefix("535"))
                #expect(try await client.ask("AUTH PLAIN \(Self.plain)").hasPrefix("235"))
                await client.close()
            }
        }
    }

    @Test("Where TLS is required there is no mail without it, and who submits is believed only if known")
    func requiredTLS() async throws {
        let box = MessageBox()
        try await withSMTPServer(
            {
                $0.tls = try TestIdentity.server.get()
                $0.requiresTLS = true
                $0.authenticator = Self.authenticator
            }, box: box
        ) { server in
            let client = try await server.greeted()
            for line in ["MAIL FROM:<a@b.example>", "VRFY a", "AUTH PLAIN", "RCPT TO:<a@b.example>"] {
                #expect(try await client.ask(line) == "530 5.7.0 STARTTLS first")
            }
            try await client.ask("STARTTLS")
            try await client.startTLS()
            try await client.ask("EHLO a")
            try await client.ask("MAIL FROM:<a@b.example> AUTH=c@d.example")
            try await client.ask("RCPT TO:<a@b.example>")
            try await client.ask("DATA")
            #expect(try await client.ask("x\r\n.").hasPrefix("250"))
            try await client.ask("AUTH PLAIN \(Self.plain)")
            try await client.ask("MAIL FROM:<a@b.example> AUTH=c@d.example")
            try await client.ask("RCPT TO:<a@b.example>")
            try await client.ask("DATA")
            #expect(try await client.ask("x\r\n.").hasPrefix("250"))
            await client.close()
        }
        #expect(box.messages.map(\.session.envelope.sender.submitter) == ["<>", "c@d.example"])
    }

    @Test("TLS from the beginning, and who does not speak it")
    func implicitTLS() async throws {
        let box = MessageBox()
        try await withSMTPServer(
            {
                $0.tls = try TestIdentity.server.get()
                $0.isTLSImplicit = true
            }, box: box
        ) { server in
            let client = try await server.connect()
            try await client.startTLS()
            #expect(try await client.reply() == "220 mail.example ESMTP netius")
            #expect(try await !client.ask("EHLO a").contains("STARTTLS"))
            try await client.envelope()
            try await client.ask("DATA")
            #expect(try await client.ask("x\r\n.").hasPrefix("250"))
            #expect(try await client.ask("QUIT") == "221 2.0.0 bye")
            #expect(try await client.rest().isEmpty)
            await client.close()
            let clear = try await server.connect()
            try await clear.send("EHLO a\r\n")
            #expect(try await !clear.rest().contains("250"))
            await clear.close()
        }
        #expect(box.messages.first?.session.tls != nil)
    }

    @Test("Settings that do not fit each other are an error before anything listens")
    func configuration() async {
        for configure in [
            { $0.requiresTLS = true }, { $0.isTLSImplicit = true }, { $0.requiresAuthentication = true },
            { $0.hostName = "no name" }, { $0.hostName = "a\r\n220 b" }, { $0.limits.messageSize = 0 },
        ] as [(inout SMTPServer.Configuration) -> Void] {
            await #expect(throws: SMTPServerError.self) { try await withSMTPServer(configure) { _ in } }
        }
    }
}
