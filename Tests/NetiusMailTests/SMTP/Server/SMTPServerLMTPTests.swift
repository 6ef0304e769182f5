import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("SMTP server: LMTP", .timeLimit(.minutes(5)))
struct SMTPServerLMTPTests {
    @Test("LMTP answers for each recipient, by DATA and by BDAT")
    func lmtp() async throws {
        try await withSMTPServer(deliver: { session in
            let content = try await session.content.collect(upTo: 1000)
            return session.envelope.recipients.dropLast(content == [120, 13, 10] ? 0 : 1).map { recipient in
                recipient.address.localPart == "full" ? .temporary("full") : .accepted(recipient.address.localPart)
            }
        }) { server in
            let client = try await server.connect()
            #expect(try await client.reply() == "220 mail.example LMTP netius")
            #expect(try await client.ask("EHLO a") == "500 unknown command")
            #expect(try await client.ask("LHLO a").hasPrefix("250-mail.example"))
            try await client.envelope(to: ["a@b.example", "full@b.example", "c@b.example"])
            try await client.ask("DATA")
            try await client.send("x\r\n.\r\n")
            #expect(
                try await client.replies(3) == [
                    "250 2.0.0 ok queued as a", "451 4.3.0 full", "250 2.0.0 ok queued as c",
                ])
            try await client.envelope(to: ["a@b.example", "c@b.example"])
            try await client.send("BDAT 3\r\ny\r\nBDAT 0 LAST\r\n")
            #expect(
                try await client.replies(3) == [
                    "250 2.0.0 3 octets received", "250 2.0.0 ok queued as a", "451 4.3.0 a local error",
                ])
            await client.close()
        }
    }

    @Test("In LMTP a reply for all is said for each, and so is what is wrong with the content")
    func lmtpForAll() async throws {
        let box = MessageBox()
        try await withSMTPServer(
            {
                $0.protocol = .lmtp
                $0.limits.messageSize = 10
            }, box: box
        ) { server in
            let client = try await server.greeted("LHLO a")
            for (content, reply) in [("x", "250 2.0.0 ok queued as 1"), ("0123456789", "552 5.3.4 message too large")] {
                try await client.envelope(to: ["a@b.example", "c@b.example"])
                try await client.ask("DATA")
                try await client.send("\(content)\r\n.\r\n")
                #expect(try await client.replies(2) == [reply, reply])
            }
            await client.close()
        }
        #expect(box.messages.map(\.session.protocol) == [.lmtp])
    }

    @Test("LMTP is spoken over a Unix domain socket too")
    func unixSocket() async throws {
        try await withTemporaryDirectory { directory in
            let group = try LoopGroup(count: 1)
            var configuration = SMTPServer.Configuration()
            configuration.loops = group
            configuration.shutdownSignals = []
            configuration.allowedNetworks = IPNetworkSet()
            let address = SocketAddress.unix(path: directory + "/lmtp")
            let fields = Box<[String]>([])
            let server = SMTPServer.lmtp(address: address, configuration: configuration) { session in
                fields.value.append(String(decoding: session.receivedField(by: "mail.example"), as: UTF8.self))
                return [.accepted("1")]
            }
            let isListening = Gate()
            let task = Task { try await server.run { _ in isListening.open() } }
            await isListening.wait()
            let client = RawSMTPClient(try await Connection.connect(to: address))
            #expect(try await client.reply().hasSuffix("LMTP netius"))
            try await client.ask("LHLO client.example")
            try await client.envelope()
            try await client.ask("DATA")
            #expect(try await client.ask("x\r\n.") == "250 2.0.0 ok queued as 1")
            await client.close()
            server.shutdown()
            try await task.value
            await group.shutdown()
            #expect(fields.value.first?.hasPrefix("Received: from client.example (local)\r\n") == true)
            #expect(fields.value.first?.contains(" with LMTP;") == true)
        }
    }

    @Test("A 421 for one recipient ends the session behind the replies for the others")
    func lmtpEnd() async throws {
        try await withSMTPServer(deliver: { session in
            session.envelope.recipients.map { recipient in
                recipient.address.localPart == "end" ? SMTPReply(421, "going") : .accepted
            }
        }) { server in
            let client = try await server.greeted("LHLO a")
            try await client.envelope(to: ["a@b.example", "end@b.example", "c@b.example"])
            try await client.ask("DATA")
            try await client.send("x\r\n.\r\nNOOP\r\n")
            #expect(try await client.rest() == "250 2.0.0 ok|421 going|250 2.0.0 ok")
            await client.close()
        }
    }

    @Test("Without a recipient that was accepted, content is out of order")
    func lmtpNobody() async throws {
        try await withSMTPServer({ $0.protocol = .lmtp }, recipient: { _, _ in .permanent("nobody") }) { server in
            let client = try await server.greeted("LHLO a")
            try await client.ask("MAIL FROM:<>")
            // A server before this one has let them through: they are no guesses.
            for _ in 0..<150 { #expect(try await client.ask("RCPT TO:<a@b.example>") == "550 5.0.0 nobody") }
            #expect(try await client.ask("DATA") == "503 5.5.1 no valid recipients")
            #expect(try await client.ask("BDAT 2 LAST\r\n") == "503 5.5.1 no valid recipients")
            await client.close()
        }
    }
}
