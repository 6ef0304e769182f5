import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("SMTP server: smuggling and injection", .timeLimit(.minutes(5)))
struct SMTPServerHostileTests {
    private static let sequences = [
        "\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r\n.\r", "\r.\r\n", "\r.\n", "\n.\r", "\0\r\n.\r\n", "\r\n\0.\r\n",
        "\r\r\n.\r\n", "\r\n.\r\r\n", "\r\n.\0\r\n", "\n", "\r", "\0", "\r\n.\n\r\n",
    ]

    @Test(
        "Nothing but CR LF . CR LF ends a message: whatever only looks like it is refused, and the session ends",
        arguments: sequences.indices)
    func smuggling(index: Int) async throws {
        let sequence = Self.sequences[index]
        let box = MessageBox()
        try await withSMTPServer(box: box) { server in
            let client = try await server.greeted()
            try await client.envelope()
            try await client.ask("DATA")
            try await client.send(
                "Subject: a\r\n\r\nfirst\(sequence)MAIL FROM:<evil@b.example>\r\nRCPT TO:<c@mail.example>\r\nDATA\r\n"
                    + "Subject: smuggled\r\n\r\nsecond\r\n.\r\nQUIT\r\n")
            #expect(try await client.rest() == "550 5.6.0 the message has a bare CR, a bare LF or a NUL")
            await client.close()
        }
        #expect(box.messages.isEmpty)
    }

    @Test("The same in a chunk, unless the message is binary", arguments: [false, true])
    func chunks(isBinary: Bool) async throws {
        let box = MessageBox()
        try await withSMTPServer({ $0.extensions.insert(.binaryMIME) }, box: box) { server in
            let client = try await server.greeted()
            let body = isBinary ? " BODY=BINARYMIME" : ""
            try await client.ask("MAIL FROM:<a@b.example>\(body)")
            try await client.ask("RCPT TO:<c@d.example>")
            try await client.send("BDAT 6 LAST\r\na\n.\r\nb")
            let reply = try await client.reply()
            #expect(reply.hasPrefix(isBinary ? "250 2.0.0" : "550 5.6.0"))
            await client.close()
        }
        #expect(box.texts == (isBinary ? ["a\n.\r\nb"] : []))
    }

    @Test("A handler is told that the content is bad, and cannot accept it")
    func acceptedAnyway() async throws {
        let failures = Box<[SMTPContentError]>([])
        try await withSMTPServer(message: { session in
            do {
                for try await _ in session.content {}
            } catch let error as SMTPContentError {
                failures.value.append(error)
            }
            return .accepted("whatever")
        }) { server in
            for content in ["x\n.\r\n", "y\r\n.\r\n"] {
                let client = try await server.greeted()
                try await client.envelope()
                try await client.ask("DATA")
                try await client.send(content)
                let isBad = content.first == "x"
                #expect(try await client.reply().hasPrefix(isBad ? "550 5.6.0" : "250 2.0.0 ok queued as whatever"))
                await client.close()
            }
        }
        #expect(failures.value == [.malformed])
    }

    @Test("What comes behind STARTTLS in clear is never taken for a command")
    func injection() async throws {
        let box = MessageBox()
        try await withSMTPServer({ $0.tls = try TestIdentity.server.get() }, box: box) { server in
            let client = try await server.greeted()
            try await client.send("STARTTLS\r\nMAIL FROM:<evil@b.example>\r\n")
            #expect(try await client.rest() == "554 5.5.0 commands behind one that must be the last")
            await client.close()
            // Later than the answer, it is taken for a handshake.
            let other = try await server.greeted()
            #expect(try await other.ask("STARTTLS") == "220 2.0.0 go ahead")
            try await other.send("NOOP\r\n")
            #expect(try await !other.rest().contains("250"))
            await other.close()
        }
    }

    @Test("What was said before the handshake does not count after it")
    func reset() async throws {
        let box = MessageBox()
        try await withSMTPServer({ $0.tls = try TestIdentity.server.get() }, box: box) { server in
            let client = try await server.connect()
            _ = try await client.reply()
            #expect(try await client.ask("EHLO before.example").contains("STARTTLS"))
            #expect(try await client.ask("MAIL FROM:<a@b.example>").hasPrefix("250"))
            #expect(try await client.ask("STARTTLS") == "503 5.5.1 bad sequence of commands")
            #expect(try await client.ask("RSET").hasPrefix("250"))
            #expect(try await client.ask("STARTTLS x") == "501 5.5.4 no arguments allowed")
            #expect(try await client.ask("STARTTLS") == "220 2.0.0 go ahead")
            try await client.startTLS()
            #expect(try await client.ask("MAIL FROM:<a@b.example>") == "503 5.5.1 EHLO first")
            let hello = try await client.ask("EHLO after.example")
            #expect(!hello.contains("STARTTLS") && hello.contains("REQUIRETLS"))
            #expect(try await client.ask("STARTTLS") == "503 5.5.1 TLS is active")
            try await client.ask("MAIL FROM:<a@b.example> REQUIRETLS")
            try await client.ask("RCPT TO:<a@b.example>")
            try await client.ask("DATA")
            #expect(try await client.ask("x\r\n.").hasPrefix("250"))
            await client.close()
        }
        let session = try #require(box.messages.first?.session)
        #expect(session.tls?.version == .tls13 && session.heloName == "after.example")
        #expect(session.envelope.sender.requiresTLS)
    }

    @Test("Who speaks before the greeting is refused, whatever it says, until it quits")
    func earlyTalker() async throws {
        try await withSMTPServer({ $0.greetingDelay = .milliseconds(300) }) { server in
            let client = try await server.connect()
            try await client.send("EHLO a\r\n")
            #expect(try await client.reply() == "554 commands before the greeting")
            #expect(try await client.reply() == "503 there is nothing but QUIT")
            #expect(try await client.ask("MAIL FROM:<a@b.example>") == "503 5.5.1 there is nothing but QUIT")
            #expect(try await client.ask("QUIT") == "221 2.0.0 bye")
            await client.close()
            let patient = try await server.connect()
            #expect(try await patient.reply() == "220 mail.example ESMTP netius")
            await patient.close()
        }
    }

    @Test("Browsers, and content sent before it was asked for, end the session")
    func notMail() async throws {
        let box = MessageBox()
        try await withSMTPServer(box: box) { server in
            for (text, reply) in [
                ("POST / HTTP/1.1\r\nHost: a\r\n\r\nMAIL FROM:<a@b>\r\n", "554 5.5.1 this is a mail server"),
                (
                    "EHLO a\r\nMAIL FROM:<a@b.example>\r\n",
                    "554 commands behind one that must be the last"
                ),
                (
                    "MAIL FROM:<a@b.example>\r\nDATA\r\nx\r\n.\r\n",
                    "503 5.5.1 EHLO first|554 5.5.0 commands behind one that must be the last"
                ),
            ] {
                let client = try await server.connect()
                _ = try await client.reply()
                try await client.send(text)
                #expect(try await client.rest() == reply)
                await client.close()
            }
        }
        #expect(box.messages.isEmpty)
    }

    @Test("The octets of a chunk that is refused are never taken for commands")
    func refusedChunk() async throws {
        try await withSMTPServer { server in
            let client = try await server.greeted()
            let evil = "MAIL FROM:<evil@b.example>\r\n"
            try await client.send("BDAT \(evil.utf8.count) LAST\r\n\(evil)NOOP\r\n")
            #expect(try await client.replies(2) == ["503 5.5.1 MAIL first", "250 2.0.0 ok"])
            for (line, reply) in [
                ("BDAT x LAST", "501 5.5.4 expected BDAT size [LAST]"),
                ("BDAT", "501 5.5.4 expected BDAT size [LAST]"),
                ("BDAT 99999999999999999999 LAST", "501 5.5.4 expected BDAT size [LAST]"),
                ("BDAT 5 MORE", "501 5.5.4 expected BDAT size [LAST]"),
                ("BDAT " + String(repeating: "0", count: 600), "500 5.5.2 line too long"),
            ] {
                let client = try await server.greeted()
                try await client.send("\(line)\r\nNOOP\r\n")
                #expect(try await client.rest() == reply)
                await client.close()
            }
            let plain = try await server.greeted("HELO a")
            try await plain.send("BDAT 5\r\nNOOP\r\n")
            #expect(try await plain.rest() == "503 5.5.1 EHLO first")
            await plain.close()
            await client.close()
        }
    }

    private static let ambiguous = [
        "BDAT 99 LAST\n", "bdat 99\n", "BDAT\t99 LAST\r\n", "BDAT 99\tLAST\r\n", " BDAT 99 LAST\r\n",
        "\tBDAT 99 LAST\r\n", "BDAT-99\r\n", "BDAT\0 99\r\n", "BDAT 99 LAST\r\r\n",
        "BDAT\t99" + String(repeating: " ", count: 600) + "LAST\r\n",
    ]

    @Test(
        "What others may take for a BDAT ends the session, as its octets could be commands",
        arguments: ambiguous.indices,
        [false, true])
    func ambiguousChunk(index: Int, isBetweenChunks: Bool) async throws {
        let box = MessageBox()
        try await withSMTPServer(box: box) { server in
            let client = try await server.greeted()
            if isBetweenChunks {
                try await client.envelope()
                #expect(try await client.ask("BDAT 2\r\n") == "250 2.0.0 2 octets received")
            }
            try await client.send(
                Self.ambiguous[index]
                    + "RSET\r\nMAIL FROM:<evil@b.example>\r\nRCPT TO:<c@d.example>\r\nBDAT 6 LAST\r\nspam\r\n")
            let rest = try await client.rest()
            #expect(rest.hasPrefix("500 5.5.") && !rest.contains("|"), "\(rest)")
            await client.close()
        }
        #expect(box.messages.isEmpty)
    }

    @Test("A text of a handler cannot add a line, nor be longer than a line may be")
    func replies() async throws {
        try await withSMTPServer(sender: { _, sender in
            sender.address == nil
                ? .permanent("no\r\n250 2.0.0 forged \u{E9}") : .temporary(String(repeating: "long ", count: 400))
        }) { server in
            let client = try await server.greeted()
            #expect(try await client.ask("MAIL FROM:<>") == "550 5.0.0 no  250 2.0.0 forged ?")
            #expect(try await client.ask("MAIL FROM:<a@b.example>").utf8.count == 490)
            #expect(try await client.ask("NOOP") == "250 2.0.0 ok")
            await client.close()
        }
    }
}
