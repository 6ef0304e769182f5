import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("SMTP server: messages", .timeLimit(.minutes(5)))
struct SMTPServerTests {
    @Test("A message is taken, its dots undone, and the session goes on with the next")
    func message() async throws {
        let box = MessageBox()
        try await withSMTPServer(box: box) { server in
            let client = try await server.connect()
            #expect(try await client.reply() == "220 mail.example ESMTP netius")
            let hello = try await client.ask("EHLO client.example")
            #expect(
                hello
                    == "250-mail.example|250-PIPELINING|250-SIZE 67108864|250-ENHANCEDSTATUSCODES|250-8BITMIME|250-DSN"
                    + "|250-SMTPUTF8|250-CHUNKING|250 HELP")
            for content in ["Subject: 1\r\n\r\n..\r\n..a\r\n.b\r\n", "", "no header\r\n"] {
                #expect(try await client.ask("MAIL FROM:<a@client.example>") == "250 2.1.0 ok")
                #expect(try await client.ask("RCPT TO:<b@mail.example>") == "250 2.1.5 ok")
                #expect(try await client.ask("DATA") == "354 go ahead")
                let reply = try await client.ask(content + ".")
                #expect(reply == "250 2.0.0 ok queued as \(box.messages.count)")
            }
            #expect(try await client.ask("QUIT") == "221 2.0.0 bye")
            #expect(try await client.rest().isEmpty)
        }
        #expect(box.texts == ["Subject: 1\r\n\r\n.\r\n.a\r\nb\r\n", "", "no header\r\n"])
        #expect(box.messages[0].chunks == 1)
        let session = box.messages[0].session
        #expect(session.envelope.sender.address == MailAddress("a@client.example"))
        #expect(session.envelope.recipients.map(\.address) == [MailAddress("b@mail.example")])
        #expect(session.heloName == "client.example" && session.isExtended && session.user == nil)
        #expect(session.peerAddress.ipAddress == IPAddress("127.0.0.1") && session.localAddress?.port != nil)
    }

    @Test("All of a session may come at once, but for what follows DATA")
    func pipelined() async throws {
        let box = MessageBox()
        try await withSMTPServer(box: box) { server in
            let client = try await server.greeted()
            for number in 1...3 {
                try await client.send(
                    "MAIL FROM:<>\r\nRCPT TO:<b@mail.example>\r\nRCPT TO:<Postmaster>\r\nDATA\r\n")
                #expect(
                    try await client.replies(4) == ["250 2.1.0 ok", "250 2.1.5 ok", "250 2.1.5 ok", "354 go ahead"])
                try await client.send("x\r\n.\r\nNOOP\r\nRSET\r\n")
                #expect(
                    try await client.replies(3) == [
                        "250 2.0.0 ok queued as \(number)", "250 2.0.0 ok", "250 2.0.0 ok",
                    ])
            }
            await client.close()
        }
        #expect(box.texts == ["x\r\n", "x\r\n", "x\r\n"])
        #expect(box.messages[0].session.envelope.sender.address == nil)
        #expect(box.messages[0].session.envelope.recipients[1].address == MailAddress("postmaster@mail.example"))
    }

    @Test("A message is the same wherever its octets are cut")
    func pieces() async throws {
        let content = "Subject: x\r\n\r\n..\r\n...\r\n.\ta\r\n" + String(repeating: "word ", count: 100) + "\r\n"
        let expected = "Subject: x\r\n\r\n.\r\n..\r\n\ta\r\n" + String(repeating: "word ", count: 100) + "\r\n"
        let box = MessageBox()
        try await withSMTPServer(box: box) { server in
            for size in [1, 2, 3, 5, 64] {
                let client = try await server.greeted()
                try await client.envelope()
                try await client.ask("DATA")
                try await client.send(Array((content + ".\r\n").utf8), by: size)
                #expect(try await client.reply().hasPrefix("250 2.0.0 ok queued as"))
                await client.close()
            }
        }
        #expect(box.texts == Array(repeating: expected, count: 5))
    }

    @Test("A large message streams, and a handler that answers early still gets its answer said")
    func large() async throws {
        let line = String(repeating: "x", count: 76) + "\r\n"
        let content = Array(String(repeating: line, count: 40_000).utf8)
        let size = Box(0)
        try await withSMTPServer(message: { session in
            guard session.envelope.recipients.count == 1 else { return .permanent("too many") }
            for try await bytes in session.content { size.value += bytes.count }
            return .accepted("\(size.value)")
        }) { server in
            let client = try await server.greeted()
            for (recipients, answer) in [
                (["a@b.example"], "250 2.0.0 ok queued as \(content.count)"),
                (["a@b.example", "c@b.example"], "550 5.0.0 too many"),
            ] {
                try await client.envelope(to: recipients)
                try await client.ask("DATA")
                try await client.send(content)
                #expect(try await client.ask(".") == answer)
            }
            #expect(try await client.ask("NOOP") == "250 2.0.0 ok")
            await client.close()
        }
    }

    @Test("What handlers refuse is said, and what they throw is 451")
    func refusals() async throws {
        struct Failure: Error {}
        let box = MessageBox()
        try await withSMTPServer(
            box: box,
            sender: { _, sender in
                if sender.address?.localPart == "throw" { throw Failure() }
                return sender.address == nil ? .temporary("not now") : .accepted
            },
            recipient: { session, recipient in
                #expect(session.envelope.sender.address != nil)
                return recipient.address.localPart == "nobody"
                    ? .permanent("no such user", status: SMTPEnhancedStatus(5, 1, 1)) : .accepted
            }
        ) { server in
            let client = try await server.greeted()
            #expect(try await client.ask("MAIL FROM:<>") == "451 4.3.0 not now")
            #expect(try await client.ask("MAIL FROM:<throw@a.example>") == "451 4.3.0 a local error")
            #expect(try await client.ask("RCPT TO:<b@a.example>") == "503 5.5.1 MAIL first")
            #expect(try await client.ask("MAIL FROM:<a@a.example>") == "250 2.0.0 ok")
            #expect(try await client.ask("RCPT TO:<nobody@a.example>") == "550 5.1.1 no such user")
            #expect(try await client.ask("DATA") == "554 5.5.1 no valid recipients")
            #expect(try await client.ask("RCPT TO:<b@a.example>") == "250 2.0.0 ok")
            #expect(try await client.ask("DATA") == "354 go ahead")
            #expect(try await client.ask("x\r\n.").hasPrefix("250 "))
            await client.close()
        }
        #expect(box.messages.map(\.session.envelope.recipients.count) == [1])
    }
}
