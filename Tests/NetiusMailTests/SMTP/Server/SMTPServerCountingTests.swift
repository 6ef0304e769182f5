import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("SMTP server: sessions that bring no message", .timeLimit(.minutes(5)))
struct SMTPServerCountingTests {
    @Test("Senders, recipients and messages that handlers refuse for now, and AUTH that cannot be done, end a session")
    func refusals() async throws {
        struct Failure: Error {}
        try await withSMTPServer(
            { configuration in
                // EHLO is the first.
                configuration.limits.idleCommands = 4
                configuration.authenticator = SMTPAuthenticator { _, _, _ in throw Failure() }
                configuration.allowsPlaintextAuthentication = true
            },
            sender: { _, sender in sender.address == nil ? .permanent("no") : .accepted },
            recipient: { _, recipient in recipient.address.localPart == "later" ? .temporary("later") : .accepted },
            message: { _ in .temporary("full") }
        ) { server in
            let farewell = "421 4.7.0 too many commands without a message"
            let login = "AUTH PLAIN \(Base64.encode(Array("\0frank\0secret".utf8)))"
            for (line, reply) in [
                ("MAIL FROM:<>", "550 5.0.0 no"), (login, "454 4.7.0 authentication is not available now"),
                ("RCPT TO:<later@b.example>", "451 4.3.0 later"), ("BDAT 0", "503 5.5.1 MAIL first"),
            ] {
                let client = try await server.greeted()
                if line.hasPrefix("RCPT") { try await client.ask("MAIL FROM:<a@b.example>") }
                for _ in 0..<2 { #expect(try await client.ask(line) == reply) }
                #expect(try await client.ask(line) == farewell, "\(line)")
                #expect(try await client.rest().isEmpty)
                await client.close()
            }
            let client = try await server.greeted()
            for _ in 0..<3 {
                try await client.envelope()
                try await client.ask("DATA")
                #expect(try await client.ask("x\r\n.") == "451 4.3.0 full")
            }
            #expect(try await client.ask("MAIL FROM:<a@b.example>") == farewell)
            await client.close()
        }
    }

    @Test("Empty chunks in the course of a message are counted")
    func emptyChunks() async throws {
        let box = MessageBox()
        try await withSMTPServer({ $0.limits.idleCommands = 4 }, box: box) { server in
            let client = try await server.greeted()
            try await client.envelope()
            for _ in 0..<2 { #expect(try await client.ask("BDAT 0") == "250 2.0.0 0 octets received") }
            #expect(try await client.ask("BDAT 0") == "421 4.7.0 too many commands without a message")
            await client.close()
        }
        #expect(box.messages.isEmpty)
    }

    /// Refuses `no` and `later`.
    private func withRefusing(
        _ configure: (inout SMTPServer.Configuration) throws -> Void, box: MessageBox,
        _ test: (SMTPTestServer) async throws -> Void
    ) async throws {
        try await withSMTPServer(
            configure, box: box,
            recipient: { _, recipient in
                switch recipient.address.localPart {
                case "no": .permanent("no")
                case "later": .temporary("later")
                default: .accepted
                }
            }, test)
    }

    @Test("Recipients that are refused do not keep a message from the others", arguments: ["no", "later", "a..b"])
    func others(refused: String) async throws {
        let box = MessageBox()
        try await withRefusing(
            { configuration in
                configuration.limits.refusedRecipients = 3
                configuration.limits.idleCommands = 4
                configuration.limits.errors = 3
            }, box: box
        ) { server in
            let client = try await server.greeted()
            let refusal =
                switch refused {
                case "no": "550 5.0.0 no"
                case "later": "451 4.3.0 later"
                default: "501 5.1.3 the recipient's address is malformed"
                }
            for round in 0..<2 {
                try await client.envelope()
                // The first time, EHLO was one.
                let count = refused == "later" && round > 0 ? 4 : 3
                for _ in 0..<count { #expect(try await client.ask("RCPT TO:<\(refused)@b.example>") == refusal) }
                for _ in 0..<5 {
                    #expect(try await client.ask("RCPT TO:<c@b.example>") == "452 4.5.3 too many recipients")
                }
                try await client.ask("DATA")
                #expect(try await client.ask("x\r\n.").hasPrefix("250"))
            }
            // What was given up counts on.
            try await client.envelope()
            for _ in 0..<3 { #expect(try await client.ask("RCPT TO:<\(refused)@b.example>") == refusal) }
            #expect(try await client.ask("RSET").hasPrefix(refused == "later" ? "421" : "250"))
            if refused != "later" {
                #expect(try await client.ask("MAIL FROM:<a@b.example>") == "421 4.7.0 too many errors")
            }
            #expect(try await client.rest().isEmpty)
            await client.close()
        }
        #expect(box.messages.map(\.session.envelope.recipients.count) == [1, 1])
    }

    @Test("Recipients without number, put off, end a session in the end")
    func deferred() async throws {
        let box = MessageBox()
        try await withRefusing(
            {
                $0.limits.recipients = 1
                $0.limits.deferredRecipients = 3
            }, box: box
        ) { server in
            let client = try await server.greeted()
            for _ in 0..<2 {
                try await client.envelope()
                for _ in 0..<2 {
                    #expect(try await client.ask("RCPT TO:<c@b.example>") == "452 4.5.3 too many recipients")
                }
                try await client.ask("DATA")
                #expect(try await client.ask("x\r\n.").hasPrefix("250"))
            }
            try await client.envelope()
            for _ in 0..<2 { try await client.ask("RCPT TO:<c@b.example>") }
            #expect(try await client.ask("RCPT TO:<c@b.example>") == "421 4.7.0 too many errors")
            await client.close()
        }
    }

    @Test("Whom the server knows does not guess at addresses")
    func known() async throws {
        try await withRefusing(
            {
                $0.trustedNetworks = try IPNetworkSet(parsing: ["127.0.0.0/8"])
                $0.limits.refusedRecipients = 2
                $0.limits.idleCommands = 3
            }, box: MessageBox()
        ) { server in
            let client = try await server.greeted()
            try await client.ask("MAIL FROM:<a@b.example>")
            for _ in 0..<5 {
                #expect(try await client.ask("RCPT TO:<no@b.example>") == "550 5.0.0 no")
                #expect(try await client.ask("RCPT TO:<later@b.example>") == "451 4.3.0 later")
            }
            #expect(try await client.ask("RCPT TO:<c@b.example>") == "250 2.0.0 ok")
            await client.close()
        }
    }

    @Test("A message that is accepted makes up for the errors before it")
    func errors() async throws {
        try await withSMTPServer({ $0.limits.errors = 3 }) { server in
            let client = try await server.greeted()
            for _ in 0..<3 {
                for _ in 0..<2 { #expect(try await client.ask("FOO") == "500 5.5.1 unknown command") }
                try await client.envelope()
                try await client.ask("DATA")
                #expect(try await client.ask("x\r\n.").hasPrefix("250"))
            }
            await client.close()
        }
    }

    @Test("Between two chunks there is the time of a command, not that of content")
    func chunkTimes() async throws {
        let box = MessageBox()
        try await withSMTPServer(
            { configuration in
                configuration.contentGracePeriod = .milliseconds(20)
                configuration.minimumContentRate = .max
            }, box: box
        ) { server in
            let client = try await server.greeted()
            try await client.envelope()
            #expect(try await client.ask("BDAT 2\r\n") == "250 2.0.0 2 octets received")
            // Longer than content may take.
            try await Task.sleep(for: .milliseconds(100))
            #expect(try await client.ask("BDAT 2 LAST\r\n") == "250 2.0.0 ok queued as 1")
            await client.close()
        }
        #expect(box.texts == ["\r\n\r\n"])
        for isPart in [false, true] {
            try await withSMTPServer({ configuration in
                if isPart {
                    configuration.commandTimeout = .milliseconds(300)
                } else {
                    configuration.idleTimeout = .milliseconds(500)
                }
            }) { server in
                let client = try await server.greeted()
                try await client.envelope()
                #expect(try await client.ask("BDAT 2\r\n") == "250 2.0.0 2 octets received")
                if isPart { try await client.send("BDA") }
                #expect(try await client.rest() == "421 4.4.2 it took too long")
                await client.close()
            }
        }
    }

    @Test("Errors, commands without a message, and messages")
    func counts() async throws {
        try await withSMTPServer({ configuration in
            configuration.limits.errors = 3
            configuration.limits.idleCommands = 5
            configuration.limits.transactions = 2
        }) { server in
            let faulty = try await server.greeted()
            for _ in 0..<2 { #expect(try await faulty.ask("FOO") == "500 5.5.1 unknown command") }
            #expect(try await faulty.ask("FOO") == "421 4.7.0 too many errors")
            let idle = try await server.greeted()
            for _ in 0..<3 { #expect(try await idle.ask("NOOP") == "250 2.0.0 ok") }
            #expect(try await idle.ask("RSET") == "421 4.7.0 too many commands without a message")
            let busy = try await server.greeted()
            for _ in 0..<2 {
                try await busy.envelope()
                try await busy.ask("DATA")
                #expect(try await busy.ask(".").hasPrefix("250"))
                for _ in 0..<2 { #expect(try await busy.ask("NOOP") == "250 2.0.0 ok") }
            }
            #expect(try await busy.ask("MAIL FROM:<>") == "421 4.7.0 too many messages, connect again")
            for client in [faulty, idle, busy] {
                #expect(try await client.rest().isEmpty)
                await client.close()
            }
        }
    }
}
