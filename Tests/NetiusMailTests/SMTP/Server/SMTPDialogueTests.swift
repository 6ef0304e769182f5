import TestSupport
import Testing

@testable import NetiusMail

@Suite("SMTP server: the core, on the dialogues of the RFCs")
struct SMTPDialogueTests {
    /// What a client says at a time, and the codes that answer it.
    private typealias Dialogue = [(said: String, codes: String)]

    /// RFC 5321 appendix D.1.
    private static let typical: Dialogue = [
        ("EHLO bar.com\r\n", "250"), ("MAIL FROM:<Smith@bar.com>\r\n", "250"), ("RCPT TO:<Jones@foo.com>\r\n", "250"),
        ("RCPT TO:<Green@foo.com>\r\n", "250"), ("RCPT TO:<Brown@foo.com>\r\n", "250"), ("DATA\r\n", "354"),
        ("Blah blah blah...\r\n...etc. etc. etc.\r\n.\r\n", "250"), ("QUIT\r\n", "221"),
    ]
    /// Appendix D.2.
    private static let aborted: Dialogue = [
        ("EHLO bar.com\r\n", "250"), ("MAIL FROM:<Smith@bar.com>\r\n", "250"), ("RCPT TO:<Jones@foo.com>\r\n", "250"),
        ("RSET\r\n", "250"), ("QUIT\r\n", "221"),
    ]
    /// Appendix D.3, the second step: with a source route, which is ignored.
    private static let relayed: Dialogue = [
        ("EHLO foo.com\r\n", "250"), ("MAIL FROM:<JQP@bar.com>\r\n", "250"),
        ("RCPT TO:<@foo.com,@baz.net:Jones@XYZ.COM>\r\n", "250"), ("DATA\r\n", "354"),
        ("Received: from bar.com by foo.com ; Thu, 21 May 1998\r\n    05:33:29 -0700\r\n\r\nText\r\n.\r\n", "250"),
        ("QUIT\r\n", "221"),
    ]
    /// RFC 3030 section 4.1, with PIPELINING as in section 4.3.
    private static let chunks: Dialogue = [
        ("EHLO cnri.reston.va.us\r\n", "250"),
        ("MAIL FROM:<ned@ymir.claremont.edu>\r\nRCPT TO:<gvaudre@cnri.reston.va.us>\r\n", "250 250"),
        ("BDAT 10\r\nTo: me\r\n\r\nBDAT 6\r\nSome\r\nBDAT 5 LAST\r\nmore\n", "250 250 550"),
    ]
    private static let goodChunks: Dialogue = [
        ("EHLO a\r\n", "250"),
        (
            "MAIL FROM:<a@a.example> BODY=8BITMIME\r\nRCPT TO:<b@a.example>\r\nBDAT 10\r\nTo: me\r\n\r\nBDAT 5\r\nSome\r"
                + "BDAT 7 LAST\r\n\n.\r\n\r\n.RSET\r\n", "250 250 250 250 250 250"
        ), ("QUIT\r\n", "221"),
    ]
    /// RFC 4954 section 4.3, and LOGIN.
    private static let logins: Dialogue = [
        ("EHLO client.example.com\r\n", "250"), ("STARTTLS\r\n", "220"), ("EHLO client.example.com\r\n", "250"),
        ("AUTH PLAIN AHRlc3QAd3Jvbmc=\r\n", "535"), ("AUTH PLAIN\r\n", "334"), ("*\r\n", "501"),
        ("AUTH LOGIN\r\n", "334"), ("dGVzdA==\r\n", "334"), ("cmlnaHQ=\r\n", "235"),
        ("AUTH PLAIN AHRlc3QAcmlnaHQ=\r\n", "503"), ("QUIT\r\n", "221"),
    ]

    private func check(_ dialogue: Dialogue, _ cut: (Int) -> [Int]) throws -> SMTPCoreSession {
        var session = SMTPCoreSession { configuration in
            configuration.authenticator = SMTPAuthenticator { _, _, _ in true }
            configuration.tls = try? TestIdentity.server.get()
        }
        for (said, codes) in dialogue {
            let bytes = Array(said.utf8)
            let before = session.replies.count
            var start = 0
            for end in cut(bytes.count) + [bytes.count] {
                session.feed(bytes[start..<end])
                start = end
            }
            let answered = session.replies[before...].map { String($0.prefix(3)) }.joined(separator: " ")
            #expect(answered == codes, "\(said): \(session.replies[before...])")
        }
        return session
    }

    private static let all = [typical, aborted, relayed, chunks, goodChunks, logins]

    @Test("Each dialogue is answered as the RFC has it, however the octets are cut", arguments: all.indices)
    func dialogues(index: Int) throws {
        let dialogue = Self.all[index]
        let whole = try check(dialogue) { _ in [] }
        let single = try check(dialogue) { Array(0..<$0) }
        #expect(single.messages == whole.messages && single.replies == whole.replies)
        let longest = dialogue.map(\.said.utf8.count).max() ?? 0
        for position in 1..<longest {
            let cut = try check(dialogue) { position < $0 ? [position] : [] }
            #expect(cut.messages == whole.messages && cut.replies == whole.replies)
        }
    }

    @Test("What the dialogues carry comes out as it was meant")
    func contents() throws {
        let typical = try check(Self.typical) { _ in [] }
        #expect(
            typical.messages.map { String(decoding: $0.content, as: UTF8.self) }
                == ["Blah blah blah...\r\n..etc. etc. etc.\r\n"])
        #expect(typical.messages.first?.envelope.recipients.count == 3)
        let relayed = try check(Self.relayed) { _ in [] }
        #expect(relayed.messages.first?.envelope.recipients.map(\.address.description) == ["Jones@xyz.com"])
        let chunks = try check(Self.goodChunks) { _ in [] }
        #expect(
            chunks.messages.map { String(decoding: $0.content, as: UTF8.self) }
                == ["To: me\r\n\r\nSome\r\n.\r\n\r\n."])
        #expect(chunks.messages.first?.envelope.sender.body == .eightBitMIME)
    }

    @Test("Random commands, well formed and not, are answered the same however they are cut, and end in bounds")
    func fuzz() {
        var random = SeededRandom(seed: 5321)
        let words = [
            "EHLO a", "EHLO a", "HELO a", "MAIL FROM:<a@b.example>", "MAIL FROM:<>", "RCPT TO:<c@d.example>", "DATA",
            "MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>", "DATA\r\n..\r\n.", "BDAT 3 LAST\r\nabc", "RSET", "NOOP",
            "VRFY x", "EXPN x", "HELP", "AUTH PLAIN", "AUTH LOGIN", "AUTH LOGIN\r\ndGVzdA==",
            "AUTH PLAIN AHRlc3QAcmlnaHQ=", "AUTH PLAIN AHRlc3QAd3Jvbmc=", "AUTH LOGIN\r\n*", "STARTTLS", "BDAT 5",
            "BDAT 3 LAST", "BDAT 0", "*", "=", ".", "..x", " SIZE=100", " BODY=8BITMIME", "é", "<", "@",
            "MAIL FROM:<a@b.example> SMTPUTF8", "RCPT TO:<é@d.example>", "AAAA", "dGVzdA==", "cmlnaHQ=",
            // What ends the session.
            "QUIT", "a\r\nb", "\0", "\n", "\r", "\t",
        ]
        var answers = Set<String>()
        for round in 0..<600 {
            var text = "EHLO a\r\n"
            for _ in 0..<Int.random(in: 1...40, using: &random) {
                let count = words.count - (round.isMultiple(of: 3) ? 0 : 6)
                text += words[Int.random(in: 0..<count, using: &random)]
                if Int.random(in: 0..<20, using: &random) > 0 { text += "\r\n" }
            }
            var whole = SMTPCoreSession { configuration in
                configuration.authenticator = SMTPAuthenticator { _, _, _ in true }
                configuration.allowsPlaintextAuthentication = true
                configuration.tls = try? TestIdentity.server.get()
                configuration.limits.errors = 1000
                configuration.limits.authenticationFailures = 1000
            }
            var pieces = whole
            // Line by line, as what follows some commands is another matter when it has come already.
            for line in text.utf8.split(separator: 10, omittingEmptySubsequences: false) {
                whole.feed(Array(line) + [10])
            }
            for byte in (text + "\n").utf8 { pieces.feed([byte]) }
            #expect(whole.replies == pieces.replies && whole.messages == pieces.messages)
            #expect(whole.replies.allSatisfy { !$0.contains("\r") && !$0.contains("\n") })
            answers.formUnion(whole.replies)
        }
        // It has been everywhere.
        for answer in ["220 2.0.0", "235", "334 UGFz", "354", "501 5.7.0", "535", "550 5.6.0", "queued as 2"] {
            let isThere = answers.contains { $0.contains(answer) }
            #expect(isThere, "\(answer)")
        }
    }

    @Test("Domains are ours in whatever case of ASCII, as those of addresses are")
    func localDomains() {
        var session = SMTPCoreSession {
            $0.hostName = "[IPv6:2001:DB8::1]"
            $0.localDomains = ["B\u{DC}CHER.Example"]
        }
        _ = session.ask("EHLO a")
        _ = session.ask("MAIL FROM:<> SMTPUTF8")
        for (domain, isOurs) in [
            ("B\u{DC}CHER.example", true), ("b\u{DC}cher.EXAMPLE", true), ("[ipv6:2001:db8:0::1]", true),
            ("xn--bcher-kva.example", false),
        ] {
            #expect(session.ask("RCPT TO:<a@\(domain)>").hasPrefix(isOurs ? "250" : "550 5.7.1"), "\(domain)")
        }
    }
}
