import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("Commands of an SMTP client")
struct SMTPCommandWriterTests {
    private static func text(_ write: (OutputBuffer) -> Void) -> String {
        let output = OutputBuffer()
        write(output)
        return String(decoding: output.bytes, as: UTF8.self)
    }

    private static let all = SMTPCapabilities(lines: [
        "SIZE", "8BITMIME", "SMTPUTF8", "DSN", "AUTH PLAIN", "REQUIRETLS",
    ])

    private static var sender: SMTPSender {
        var sender = SMTPSender(MailAddress("alice@example.org"))
        sender.body = .eightBitMIME
        sender.usesUTF8 = true
        sender.requiresTLS = true
        sender.returns = .headers
        sender.envelopeIdentifier = "a+b=c d"
        sender.submitter = "bob@example.org"
        return sender
    }

    @Test("MAIL says all that the server takes")
    func mailParameters() {
        let writer = SMTPCommandWriter(capabilities: Self.all, isAuthenticated: true)
        #expect(
            Self.text { writer.appendMail(Self.sender, size: 42, to: $0) }
                == "MAIL FROM:<alice@example.org> SIZE=42 BODY=8BITMIME SMTPUTF8 REQUIRETLS RET=HDRS "
                + "ENVID=a+2Bb+3Dc+20d AUTH=bob@example.org\r\n")
    }

    @Test("MAIL says nothing to a server that would not understand")
    func noParameters() {
        let writer = SMTPCommandWriter(capabilities: .none)
        var sender = SMTPSender(nil)
        sender.returns = .full
        sender.body = .sevenBit
        sender.envelopeIdentifier = "x"
        sender.submitter = "y"
        #expect(Self.text { writer.appendMail(sender, size: 42, to: $0) } == "MAIL FROM:<>\r\n")
    }

    @Test("RCPT says of what to notify, and who was addressed first")
    func recipientParameters() throws {
        var recipient = SMTPRecipient(try #require(MailAddress("\"a b\"@example.com")))
        recipient.notify = [.success, .delay]
        recipient.original = "rfc822;a+b@example.net"
        let writer = SMTPCommandWriter(capabilities: Self.all)
        #expect(
            Self.text { writer.appendRecipient(recipient, to: $0) }
                == "RCPT TO:<\"a b\"@example.com> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+2Bb@example.net\r\n")
        recipient.notify = .never
        recipient.original = nil
        #expect(
            Self.text { writer.appendRecipient(recipient, to: $0) } == "RCPT TO:<\"a b\"@example.com> NOTIFY=NEVER\r\n")
        #expect(
            Self.text { SMTPCommandWriter(capabilities: .none).appendRecipient(recipient, to: $0) }
                == "RCPT TO:<\"a b\"@example.com>\r\n")
    }

    @Test("No text ends a line early", arguments: ["x\r\nRSET", "x\nRSET", "x\0", "\r", "é\u{2028}"])
    func injection(text: String) throws {
        let writer = SMTPCommandWriter(capabilities: Self.all, isAuthenticated: true)
        var sender = Self.sender
        sender.envelopeIdentifier = text
        sender.submitter = text
        var recipient = SMTPRecipient(try #require(MailAddress("bob@example.com")))
        for original in [text, "rfc822;\(text)", "\(text);bob@example.com"] {
            recipient.original = original
            let line = Self.text {
                writer.appendMail(sender, size: 1, to: $0)
                writer.appendRecipient(recipient, to: $0)
            }
            #expect(line.utf8.count { $0 == .carriageReturn } == 2 && line.utf8.count { $0 == .lineFeed } == 2)
            #expect(line.utf8.allSatisfy { 0x20...0x7E ~= $0 || $0 == .carriageReturn || $0 == .lineFeed })
        }
        #expect(MailAddress("a\(text)@example.com") == nil || text == "é\u{2028}")
    }

    @Test("Capabilities are known by their keywords in whatever case")
    func capabilities() {
        let capabilities = SMTPCapabilities(lines: [
            "size 1000", "Pipelining", "AUTH PLAIN", "AUTH=LOGIN PLAIN", "LIMITS MAILMAX=5 RCPTMAX=20", "", " ",
            "8BITMIME ",
        ])
        #expect(capabilities.maximumSize == 1000 && capabilities.offersPipelining && capabilities.offersEightBitMIME)
        #expect(capabilities.authenticationMechanisms == ["PLAIN", "LOGIN", "PLAIN"])
        #expect(capabilities.maximumRecipients == 20 && capabilities.maximumMessages == 5)
        #expect(!capabilities.offersStartTLS)
        for size in ["SIZE", "SIZE 0", "SIZE x", "SIZE 99999999999999999999", "SIZE -1"] {
            #expect(SMTPCapabilities(lines: [size]).maximumSize == nil)
        }
    }
}
