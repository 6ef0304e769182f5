import TestSupport
import Testing

@testable import NetiusMail

@Suite("SMTP server: the reading of commands")
struct SMTPCommandReadingTests {
    private static let all: SMTPExtensions = SMTPExtensions.standard.union([.binaryMIME, .authentication])

    private func sender(_ text: String, _ offered: SMTPExtensions = all) -> Result<SMTPSender, SMTPRefusal> {
        let line = Array("MAIL\(text)".utf8)
        return Result { () throws(SMTPRefusal) in
            try SMTPSender.read(line.span, from: 4, offered: offered, hostName: "mail.example")
        }
    }

    private func recipient(
        _ text: String, _ offered: SMTPExtensions = all, usesUTF8: Bool = false
    ) -> Result<SMTPRecipient, SMTPRefusal> {
        let line = Array("RCPT\(text)".utf8)
        return Result { () throws(SMTPRefusal) in
            try SMTPRecipient.read(
                line.span, from: 4, offered: offered, usesUTF8: usesUTF8, hostName: "mail.example")
        }
    }

    @Test("Senders are read by the grammar")
    func senders() throws {
        #expect(try sender(" FROM:<>").get() == SMTPSender(nil))
        #expect(try sender(" from:<a@b.example>").get().address == MailAddress("a@b.example"))
        #expect(try sender(" FROM:<@x.example,@y.example:a@b>").get().address == MailAddress("a@b"))
        #expect(try sender(" FROM:<\"a b\"@[127.0.0.1]>").get().address?.localPart == "a b")
        #expect(try sender(" FROM:<PostMaster>").get().address == MailAddress("postmaster@mail.example"))
        for (text, code) in [
            ("", 501), (" ", 501), (" FROM", 501), (" FROM:", 501), (" FROM: <a@b>", 501), (" FROM:a@b", 501),
            (" FROM :<a@b>", 501), ("  FROM:<a@b>", 501), (" FROM:<a@b", 501), (" FROM:<a>", 501), (" FROM:<a@>", 501),
            (" FROM:<@b>", 501), (" FROM:<@b:>", 501), (" FROM:<@b,a@c>", 501), (" FROM:<a@b>x", 501),
            (" FROM:<a@b> ", 501), (" FROM:<a b@c>", 501), (" FROM:<a@b@c>", 501), (" FROM:<.a@b>", 501),
            (" FROM:<a@b.>", 501), (" FROM:<a@-b>", 501), (" FROM:<\"a@b>", 501), (" FROM:<<a@b>>", 501),
            (" TO:<a@b>", 501), (" FROM:<é@b>", 553), (" FROM:<a@é>", 553),
        ] { check(sender(text), code, text) }
    }

    private func check<Value>(_ result: Result<Value, SMTPRefusal>, _ code: Int, _ text: String) {
        guard case .failure(let refusal) = result else { return #expect(Bool(false), "\(text) was accepted") }
        #expect(refusal.reply.code == code, "\(text): \(refusal.reply)")
    }

    @Test("A path may have 256 octets, its brackets included")
    func pathLength() {
        let local = String(repeating: "l", count: 64)
        let label = String(repeating: "d", count: 61)
        for (length, isGood) in [(256, true), (257, false)] {
            let tail = String(repeating: "e", count: length - 2 - 64 - 1 - 2 * 62)
            let split = tail.count > 63 ? "\(tail.prefix(60)).\(tail.dropFirst(61))" : tail
            let path = "<\(local)@\(label).\(label).\(split)>"
            #expect(path.utf8.count == length)
            let isRead = (try? sender(" FROM:\(path)").get()) != nil
            #expect(isRead == isGood)
        }
    }

    @Test("Parameters of MAIL are read, decoded and checked")
    func mailParameters() throws {
        let text =
            " FROM:<a@b> SIZE=1000 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=QQ+2B314159 AUTH=e+3Dmc2@example.com REQUIRETLS"
        let sender = try sender(text).get()
        #expect(sender.size == 1000 && sender.body == .eightBitMIME && sender.usesUTF8 && sender.requiresTLS)
        #expect(sender.returns == .headers && sender.envelopeIdentifier == "QQ+314159")
        #expect(sender.submitter == "e=mc2@example.com")
        #expect(try self.sender(" FROM:<> auth=<> body=binarymime ret=full").get().submitter == "<>")
        #expect(try self.sender(" FROM:<é@b> SMTPUTF8").get().address?.requiresUTF8 == true)
        for (text, code) in [
            ("SIZE", 501), ("SIZE=", 501), ("SIZE=-1", 501), ("SIZE=x", 501), ("SIZE=99999999999999999999", 501),
            ("SIZE=1 SIZE=1", 501), ("SIZE=1=1", 501), ("BODY=9BIT", 501), ("BODY", 501), ("SMTPUTF8=1", 501),
            ("RET=SOME", 501), ("ENVID=", 501), ("ENVID=+4", 501), ("ENVID=+0A", 501), ("ENVID=+2b", 501),
            ("ENVID=a+", 501), ("AUTH=nobody", 501), ("REQUIRETLS=1", 501), ("X=1", 555), ("=1", 501), ("-X", 501),
            ("ENVID=" + String(repeating: "x", count: 101), 501), ("SIZE=1  BODY=7BIT", 501), ("NOTIFY=NEVER", 555),
        ] { check(self.sender(" FROM:<a@b> \(text)"), code, text) }
        #expect(try self.sender(" FROM:<a@b> ENVID=" + String(repeating: "x", count: 100)).get().address != nil)
        for text in ["SIZE=1", "BODY=7BIT", "SMTPUTF8", "RET=FULL", "ENVID=x", "AUTH=<>", "REQUIRETLS"] {
            check(self.sender(" FROM:<a@b> \(text)", []), 555, text)
        }
    }

    @Test("Parameters of RCPT are read, decoded and checked")
    func recipientParameters() throws {
        let text = " TO:<a@b> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;Bob+2Bx@Example.com"
        let recipient = try recipient(text).get()
        #expect(recipient.notify == [.success, .delay] && recipient.original == "rfc822;Bob+x@Example.com")
        #expect(try self.recipient(" TO:<a@b> NOTIFY=never").get().notify == .never)
        #expect(try self.recipient(" TO:<a@b>").get().notify == nil)
        #expect(
            try self.recipient(" TO:<é@b> ORCPT=utf-8;é@b", usesUTF8: true).get().original == "utf-8;é@b")
        for (text, code) in [
            ("NOTIFY", 501), ("NOTIFY=", 501), ("NOTIFY=NEVER,SUCCESS", 501), ("NOTIFY=SUCCESS,SUCCESS", 501),
            ("NOTIFY=SUCCESS,", 501), ("NOTIFY=,SUCCESS", 501), ("NOTIFY=OFTEN", 501), ("ORCPT=a", 501),
            ("ORCPT=;a", 501),
            ("ORCPT=a;", 501), ("ORCPT=a b;c", 501), ("ORCPT=utf-8;é@b", 501), ("SIZE=1", 555),
            ("NOTIFY=NEVER NOTIFY=NEVER", 501), ("ORCPT=rfc822;" + String(repeating: "x", count: 494), 501),
        ] { check(self.recipient(" TO:<a@b> \(text)"), code, text) }
        check(self.recipient(" TO:<a@b> NOTIFY=NEVER", []), 555, "not offered")
        for (text, code) in [(" TO:<>", 501), (" TO:<a>", 501), (" TO: <a@b>", 501), (" TO:<é@b>", 553), ("", 501)] {
            check(self.recipient(text), code, text)
        }
    }

    @Test("Verbs are read in whatever case, and nothing that only looks like one")
    func verbs() {
        for (text, verb) in [
            ("ehlo x", SMTPVerb.ehlo), ("HeLo", .helo), ("STARTTLS", .startTLS), ("rcpt to", .recipient),
            ("bdat 1", .chunk), ("BDAT\t1", .chunk), ("connect a:25 HTTP/1.1", .httpConnect),
        ] {
            let line = Array(text.utf8)
            let read = SMTPVerb.read(line.span).verb
            #expect(read == verb)
        }
        for text in ["", " EHLO", "EHL", "EHLOO", "STARTTLSS", "MAIL:FROM:<>", "M\u{C1}IL"] {
            let line = Array(text.utf8)
            let read = SMTPVerb.read(line.span).verb
            #expect(read == nil)
        }
    }

    @Test("Names of hosts are checked, and white space behind a command is no matter")
    func hello() {
        for (line, code) in [
            ("EHLO a.example", "250"), ("EHLO [127.0.0.1]", "250"), ("EHLO [IPv6:::1]", "250"), ("EHLO a \t ", "250"),
            ("EHLO", "501"), ("EHLO ", "501"), ("EHLO a b", "501"), ("EHLO a_b", "501"), ("EHLO -a", "501"),
            ("EHLO [127.0.0.256]", "501"), ("EHLO é.example", "501"), ("EHLO a\tb", "500"), ("EHLO a..b", "501"),
            ("LHLO a", "500"), ("HELO a", "250"), ("EHLO \u{1}", "500"), ("NOOP\t", "250"),
        ] {
            var session = SMTPCoreSession()
            #expect(session.ask(line).prefix(3) == code, "\(line)")
        }
    }

    @Test("Commands that come out of order are refused, and nothing is lost by it")
    func order() {
        var session = SMTPCoreSession { $0.limits.errors = 100 }
        for (line, reply) in [
            ("MAIL FROM:<a@b>", "503 5.5.1 EHLO first"), ("RCPT TO:<a@b>", "503 5.5.1 EHLO first"),
            ("DATA", "503 5.5.1 EHLO first"), ("NOOP anything", "250 2.0.0 ok"),
            ("VRFY a", "252 2.5.0 send some mail, it will be tried"),
            ("VRFY", "501 5.5.4 an argument is needed"), ("EXPN a", "502 5.5.1 not implemented"),
            ("HELP", "214 2.0.0 see RFC 5321"),
            ("HELO a", "250 mail.example"), ("MAIL FROM:<a@b> SIZE=1", "555 5.5.4 unknown parameter"),
            ("STARTTLS", "502 5.5.1 not implemented"), ("AUTH PLAIN", "502 5.5.1 not implemented"),
            ("RCPT TO:<a@b>", "503 5.5.1 MAIL first"), ("MAIL FROM:<a@b>", "250 2.1.0 ok"),
            ("MAIL FROM:<a@b>", "503 5.5.1 a message has been begun"), ("DATA", "554 5.5.1 no valid recipients"),
            ("RCPT TO:<a@b>", "250 2.1.5 ok"), ("DATA x", "501 5.5.4 no arguments allowed"),
            ("RSET x", "501 5.5.4 no arguments allowed"), ("QUIT x", "501 5.5.4 no arguments allowed"),
            ("EHLO a", session.core.rules.hello(isSecure: false, isAuthenticated: false).description),
            ("RCPT TO:<a@b>", "503 5.5.1 MAIL first"), ("FOO", "500 5.5.1 unknown command"),
            ("", "500 5.5.1 unknown command"),
            ("QUIT", "221 2.0.0 bye"),
        ] { #expect(session.ask(line) == reply, "\(line)") }
    }
}
