import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("SMTP server: random sessions", .timeLimit(.minutes(5)))
struct SMTPServerFuzzTests {
    /// Lines of text, some of which begin with dots, as a message has them.
    private static func content(_ random: inout SeededRandom) -> [UInt8] {
        let runs = [
            "", ".", "..", "MAIL FROM:<>", "text", "\t", "é", "BDAT 5 LAST", String(repeating: "long ", count: 80),
        ]
        var text = ""
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            for _ in 0..<Int.random(in: 0...2, using: &random) { text += runs.randomElement(using: &random) ?? "" }
            text += "\r\n"
        }
        return Array(text.utf8)
    }

    /// As DATA sends it.
    private static func stuffed(_ content: [UInt8]) -> [UInt8] {
        var stuffed: [UInt8] = []
        for (index, octet) in content.enumerated() {
            if octet == 46, index == 0 || content[index - 1] == 10 { stuffed.append(46) }
            stuffed.append(octet)
        }
        return stuffed
    }

    /// Puts in an octet that no message may have there, wherever that is.
    private static func spoil(_ octets: inout [UInt8], _ random: inout SeededRandom) {
        octets.insert(
            [0, 10, 13].randomElement(using: &random) ?? 0, at: Int.random(in: 0...octets.count, using: &random))
    }

    /// Says what brings no message.
    private func noise(_ client: RawSMTPClient, _ random: inout SeededRandom) async throws {
        let words = [
            "NOOP", "RSET", "VRFY x", "EXPN x", "HELP", "FOO", "MAIL FROM:<>", "RCPT TO:<a@b.example>", "EHLO b",
            "MAIL FROM:<a@b.example> SIZE=1 BODY=8BITMIME", "MAIL", "RCPT TO:<>", "BDAT 0", "AUTH PLAIN AGEAYg==",
            "AUTH LOGIN", "AUTH PLAIN", "AUTH PLAIN !", "*", "",
        ]
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            var reply = try await client.ask(words.randomElement(using: &random) ?? "")
            while reply.hasPrefix("334") {
                let answers = ["*", "AAAA", "=", "dGVzdA==", "AGZyYW5rAHNlY3JldA=="]
                reply = try await client.ask(answers.randomElement(using: &random) ?? "")
            }
            #expect(!reply.hasPrefix("354") && !reply.contains("queued"))
        }
        // BDAT 0 may have begun a message.
        try await client.ask("EHLO a")
    }

    /// Sends a message in some way; whether the session goes on.
    private func message(
        _ client: RawSMTPClient, _ random: inout SeededRandom, _ expected: inout [[UInt8]]
    ) async throws -> Bool {
        let content = Self.content(&random)
        let isSpoilt = Int.random(in: 0..<6, using: &random) == 0
        let step = Int.random(in: 1...200, using: &random)
        let envelope = Array("RSET\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n".utf8)
        if Bool.random(using: &random) {
            var octets = Self.stuffed(content)
            if isSpoilt { Self.spoil(&octets, &random) }
            try await client.send(envelope + Array("DATA\r\n".utf8), by: step)
            #expect(try await client.replies(4).map { $0.prefix(3) } == ["250", "250", "250", "354"])
            try await client.send(octets + [46, 13, 10], by: step)
        } else {
            var octets = content
            if isSpoilt { Self.spoil(&octets, &random) }
            var (commands, start, count) = (envelope, 0, 3)
            var ends = (0..<3).map { _ in Int.random(in: 0...octets.count, using: &random) }.sorted() + [octets.count]
            if isSpoilt { ends = [octets.count] }
            for (index, end) in ends.enumerated() {
                commands += Array("BDAT \(end - start)\(index == ends.count - 1 ? " last" : "")\r\n".utf8)
                commands += octets[start..<end]
                start = end
                count += 1
            }
            try await client.send(commands, by: step)
            #expect(try await client.replies(count - 1).allSatisfy { $0.hasPrefix("250") })
        }
        guard !isSpoilt else {
            #expect(try await client.rest() == "550 5.6.0 the message has a bare CR, a bare LF or a NUL")
            return false
        }
        expected.append(content)
        #expect(try await client.reply().hasPrefix("250 2.0.0 ok queued as"))
        return true
    }

    @Test("What is stored is what was sent, and each message is answered for once")
    func sessions() async throws {
        let box = MessageBox()
        var expected: [[UInt8]] = []
        try await withSMTPServer(
            { configuration in
                configuration.authenticator = SMTPAuthenticator { user, _, _ in user == "frank" }
                configuration.allowsPlaintextAuthentication = true
                configuration.tls = try TestIdentity.server.get()
                configuration.limits.errors = 1000
                configuration.limits.idleCommands = 1000
                configuration.limits.authenticationFailures = 1000
            }, box: box
        ) { server in
            var random = SeededRandom(seed: 2505)
            for round in 0..<80 {
                let client = try await server.greeted()
                if round.isMultiple(of: 5) {
                    try await client.ask("STARTTLS")
                    try await client.startTLS()
                    try await client.ask("EHLO a")
                }
                var goesOn = true
                for _ in 0..<Int.random(in: 1...5, using: &random) where goesOn {
                    try await noise(client, &random)
                    goesOn = try await message(client, &random, &expected)
                    #expect(box.messages.count == expected.count)
                }
                await client.close()
            }
        }
        #expect(box.messages.map(\.content) == expected)
        #expect(expected.count > 100)
    }

    @Test("Random octets and pieces of sessions neither end the server nor bring it to accept more than it says")
    func noise() async throws {
        let box = MessageBox()
        try await withSMTPServer({ $0.tls = try TestIdentity.server.get() }, box: box) { server in
            var random = SeededRandom(seed: 2506)
            let words = [
                "MAIL FROM:<a@b.example>\r\n", "MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n",
                "RCPT TO:<c@d.example>\r\n", "DATA\r\n", ".\r\n", "RSET\r\n", "BDAT 9\r\n", "BDAT 1 LAST\r\n", "x",
                "xxxxx",
                "STARTTLS\r\n", "\r\n", "AUTH PLAIN\r\n", "NOOP\r\n", "BDAT 4 LAST\r\n\r\n\r\n",
                "RSET\r\nMAIL FROM:<>\r\nRCPT TO:<c@d.example>\r\nBDAT 1 LAST\r\nx", "BDAT 0\r\n", "\0", "\n",
            ]
            var queued = 0
            for round in 0..<120 {
                let client = try await server.greeted()
                var bytes: [UInt8] = []
                for _ in 0..<Int.random(in: 1...40, using: &random) {
                    bytes +=
                        round.isMultiple(of: 4)
                        ? random.bytes(20) : Array((words.randomElement(using: &random) ?? "").utf8)
                }
                // The server may close before all of it is sent.
                _ = try? await client.send(bytes)
                await client.finishWriting()
                queued += try await client.rest().split(separator: "|").count { $0.contains("queued as") }
                await client.close()
            }
            try await eventually("all connections have ended") { try await server.connectionCount() == 0 }
            #expect(queued == box.messages.count && queued > 10)
            let client = try await server.greeted()
            #expect(try await client.ask("NOOP") == "250 2.0.0 ok")
            await client.close()
        }
    }
}
