import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("Messages that are made")
struct MailMessageTests {
    func mailbox(_ text: String) throws -> Mailbox { try #require(Mailbox(text)) }

    func message(subject: String = "Hi", text: String? = nil, html: String? = nil) throws -> MailMessage {
        var message = try MailMessage(
            from: mailbox("Frank <frank@example.com>"), to: [mailbox("ann@example.org")], subject: subject, text: text,
            html: html)
        message.date = MailDate(Timestamp(seconds: 880_127_706), offsetMinutes: -360)
        message.identifier = try #require(MailMessageIdentifier("<1@example.com>"))
        return message
    }

    func lines(_ octets: [UInt8]) -> [String] {
        String(decoding: octets, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
            .map(String.init)
    }

    @Test("A short message is as one would write it")
    func simple() throws {
        let octets = try message(text: "Hello\nWorld\n").encoded()
        #expect(
            String(decoding: octets, as: UTF8.self)
                == "Date: Fri, 21 Nov 1997 09:55:06 -0600\r\nFrom: Frank <frank@example.com>\r\nTo: ann@example.org\r\n"
                + "Message-ID: <1@example.com>\r\nSubject: Hi\r\nMIME-Version: 1.0\r\n"
                + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\nHello\r\nWorld\r\n"
        )
    }

    @Test("It is random what a message is called, at its author's domain; it was written when it was made")
    func defaults() throws {
        let first = try MailMessage(from: mailbox("a@b.example"))
        let second = try MailMessage(from: mailbox("a@[IPv6:::1]"))
        #expect(first.identifier.description.hasSuffix("@b.example>"))
        #expect(second.identifier.description.hasSuffix("@[IPv6:::1]>"))
        #expect(try MailMessage(from: mailbox("a@ü.example")).identifier.description.hasSuffix("@localhost>"))
        #expect(first.identifier != second.identifier)
        #expect(abs(first.date.timestamp.seconds - Timestamp.now.seconds) < 60)
    }

    @Test("Everybody who is to get it is told once, those in Bcc too, who are not written")
    func recipients() throws {
        var message = try message(text: "x")
        message.cc = [try mailbox("Cy <cy@example.org>"), try mailbox("ann@EXAMPLE.org")]
        message.bcc = [try mailbox("hidden@example.org")]
        #expect(message.recipients.map(\.description) == ["ann@example.org", "cy@example.org", "hidden@example.org"])
        #expect(!String(decoding: try message.encoded(), as: UTF8.self).contains("hidden"))
    }

    @Test(
        "Nothing that would end a line gets in",
        arguments: ["a\r\nBcc: x@y", "a\nb", "a\rb", "a\u{0}b", "\u{7F}", "a\u{85}b", "a\u{2028}b", "\u{B}", "\u{C}"])
    func injection(text: String) throws {
        let address = try #require(MailAddress("a@b"))
        #expect(throws: MailMessageError.controlCharacter(in: "Subject")) {
            try MailMessage(from: Mailbox(address), subject: text)
        }
        var message = try message()
        #expect(throws: MailMessageError.controlCharacter(in: "Subject")) { try message.setSubject(text) }
        #expect(throws: MailMessageError.controlCharacter(in: "X-A")) { try message.addField("X-A", text) }
        #expect(throws: MailMessageError.invalidFieldName(text)) { try message.addField(text, "x") }
        #expect(throws: MailMessageError.controlCharacter(in: "the name of a file")) {
            try MailAttachment([], fileName: text)
        }
        #expect(throws: MailMessageError.invalidMediaType("text/\(text)")) {
            try MailAttachment([], contentType: "text/\(text)")
        }
        #expect(throws: MailMessageError.self) { try Mailbox(name: text, address: address) }
        #expect(MailAddress("\"\(text)\"@b") == nil || !text.contains { $0 == "\r\n" || $0 == "\n" || $0 == "\r" })
        #expect(MailMessageIdentifier("<\(text)@b>") == nil)
        #expect(!MailMessageIdentifier(domain: text).description.contains(text))
        #expect(!message.subject.contains(text) && message.fields.isEmpty)
    }

    @Test("An identifier at a long domain is one that can be read, or at another")
    func longDomains() {
        var isShort: [Bool] = []
        for length in 200...250 {
            let domain = String(repeating: "a.", count: length / 2) + String(repeating: "b", count: length % 2 + 1)
            let identifier = MailMessageIdentifier(domain: domain)
            #expect(MailMessageIdentifier(identifier.description) == identifier)
            isShort.append(identifier.description.contains(domain))
        }
        #expect(isShort.first == true && isShort.last == false)
    }

    @Test("Only a message that is attached may need eight bits, and that is told")
    func eightBit() throws {
        var message = try message(subject: "Grüße", text: "Grüße")
        message.attachments = [try MailAttachment([0xE9], contentType: "text/plain")]
        #expect(!message.needsEightBit)
        #expect(try message.encoded().allSatisfy { $0 < 0x80 })
        message.attachments.append(try MailAttachment(octets("Subject: \u{E9}\r\n\r\n"), contentType: "message/rfc822"))
        #expect(message.needsEightBit)
        #expect(try !message.encoded().allSatisfy { $0 < 0x80 })
    }

    @Test("Names of fields are those of fields, and not those that the message writes itself")
    func fieldNames() throws {
        var message = try message()
        for name in ["", "a b", "a:", "ä", " a", "a\t", String(repeating: "a", count: 77)] {
            #expect(throws: MailMessageError.invalidFieldName(name)) { try message.addField(name, "x") }
        }
        for name in ["From", "BCC", "subject", "Content-Type", "content-x", "MIME-Version", "Message-Id"] {
            #expect(throws: MailMessageError.managedField(name)) { try message.addField(name, "x") }
        }
        try message.addField(String(repeating: "a", count: 76), "x")
        try message.addField("List-Id", "Käse <kaese.example.com>")
        try message.addField("X-Empty", "")
        let parsed = try ParsedMailMessage(parsing: message.encoded())
        #expect(parsed.root.head.text("List-Id") == "Käse <kaese.example.com>")
        #expect(parsed.root.head.text("X-Empty") == "")
        for type in ["", "text", "text/plain; charset=x", "multipart/mixed", "a b/c", "text/plain "] {
            #expect(throws: MailMessageError.invalidMediaType(type)) { try MailAttachment([], contentType: type) }
        }
    }

    @Test("Without an author, or with many and no sender, it is none")
    func authors() throws {
        var message = try message(text: "x")
        message.from = []
        #expect(throws: MailMessageError.noAuthor) { try message.encoded() }
        message.from = [try mailbox("a@b"), try mailbox("c@d")]
        #expect(throws: MailMessageError.noSender) { try message.encoded() }
        message.sender = try mailbox("a@b")
        let parsed = try ParsedMailMessage(parsing: message.encoded())
        #expect(parsed.from == message.from)
        #expect(parsed.root.head.text("Sender") == "a@b")
    }

    @Test("An address in UTF-8 needs SMTPUTF8; names and text do not")
    func utf8() throws {
        var message = try message(subject: "Grüße", text: "schöne Grüße")
        message.to = [try mailbox("Zoë <zoë@example.org>")]
        let address = try #require(MailAddress("zoë@example.org"))
        #expect(throws: MailMessageError.requiresUTF8(address)) { try message.encoded() }
        let octets = try message.encoded(allowingUTF8: true)
        let text = String(decoding: octets, as: UTF8.self)
        #expect(text.contains("Subject: Grüße\r\n") && text.contains("To: Zoë <zoë@example.org>\r\n"))
        #expect(text.contains("Content-Transfer-Encoding: 8bit\r\n\r\nschöne Grüße\r\n"))
        message.to = [try mailbox("Zoë <z@example.org>")]
        #expect(try message.encoded().allSatisfy { $0 < 0x80 })
    }

    @Test("A long subject is folded, in ASCII and encoded, and one without spaces stays a line that mail may have")
    func folding() throws {
        for subject in [
            String(repeating: "word ", count: 60) + "end", String(repeating: "Grüße ", count: 60) + "x",
            String(repeating: "é", count: 1000), String(repeating: "a", count: 5000),
            "a" + String(repeating: " ", count: 3000) + "b", String(repeating: " ", count: 500), " lead", "trail ",
            "\tx",
            "a =?utf-8?Q?b?= c", "=?=?=?", "two  spaces", "tab\tbed", "", "é  é",
            String(repeating: "=?", count: 1000),
        ] {
            let octets = try message(subject: subject, text: "x").encoded()
            #expect(lines(octets).allSatisfy { $0.utf8.count <= 78 })
            // None of nothing but white space: some end the header section there.
            #expect(!lines(octets).contains { !$0.isEmpty && $0.allSatisfy { $0 == " " || $0 == "\t" } })
            #expect(try ParsedMailMessage(parsing: octets).subject == subject)
        }
    }

    @Test("Text is written in the encoding that suits it, and read back")
    func texts() throws {
        for (text, encoding) in [
            ("plain\n", "7bit"), (String(repeating: "a", count: 998), "7bit"),
            (String(repeating: "a", count: 999), "quoted-printable"), ("a few words, and é", "quoted-printable"),
            ("中文中文中文", "base64"), ("nul\u{0} in a text that is otherwise ASCII", "quoted-printable"), ("", "7bit"),
            ("ends with space \nand tab\t\né in some longer text", "quoted-printable"),
            ("From me\nFrom you, é and some more text here", "quoted-printable"),
            (String(repeating: "From é =3D and so on, for longer ", count: 50), "quoted-printable"),
            ("\r\n\r\n", "7bit"),
            (".\n..\n", "7bit"),
        ] {
            let octets = try message(text: text).encoded()
            let parsed = try ParsedMailMessage(parsing: octets)
            #expect(parsed.root.head.transferEncoding?.rawValue == encoding, "\(text.prefix(20))")
            let expected = text.replacing("\r\n", with: "\n").replacing("\n", with: "\r\n")
            #expect(parsed.text == expected || parsed.text == expected + "\r\n")
            #expect(lines(octets).allSatisfy { $0.utf8.count <= 998 })
            #expect(octets.allSatisfy { 0 < $0 && $0 < 0x80 })
            if encoding == "quoted-printable" {
                #expect(lines(octets).allSatisfy { $0.utf8.count <= 76 && $0.last != " " && !$0.hasPrefix("From ") })
            }
        }
    }

    @Test("Identifiers are read one by one, and what is none is passed over")
    func identifiers() {
        #expect(
            MailMessageIdentifier.identifiers(in: "<a@b> junk <c> <d@e>\r\n <f@g").map(\.description)
                == ["<a@b>", "<d@e>"])
        for text in ["", "<>", "<@b>", "<a@>", "a@b", "<a b@c>", "<a@b", "<a@b>>", "<é@b>"] {
            #expect(MailMessageIdentifier(text) == nil)
        }
        #expect(MailMessageIdentifier("<\(String(repeating: "a", count: 246))@b>") != nil)
        #expect(MailMessageIdentifier("<\(String(repeating: "a", count: 247))@b>") == nil)
    }

    @Test("Whatever is made is lines of mail, and reads back")
    func property() throws {
        var random = SeededRandom(seed: 11)
        let alphabet = Array("abc de,.;:\"\\<>()@=?_é中😀\t".unicodeScalars)
        func text(_ most: Int) -> String {
            var text = ""
            for _ in 0..<Int.random(in: 0...most, using: &random) {
                text.unicodeScalars.append(alphabet.randomElement(using: &random) ?? "a")
            }
            return text
        }
        for _ in 0..<400 {
            var message = try message(subject: text(300))
            let address = try #require(MailAddress("someone@example.com"))
            message.to = try (0..<Int.random(in: 1...5, using: &random)).map { _ in
                try Mailbox(name: text(120), address: address)
            }
            message.text = text(400)
            try message.addField("X-Own", text(200))
            for allowingUTF8 in [false, true] {
                let octets = try message.encoded(allowingUTF8: allowingUTF8)
                #expect(MailContentEncoder.isLines(octets))
                #expect(allowingUTF8 || octets.allSatisfy { $0 < 0x80 })
                let parsed = try ParsedMailMessage(parsing: octets)
                #expect(parsed.subject == message.subject)
                #expect(parsed.root.head.text("X-Own") == message.fields[0].value)
                #expect(parsed.to == message.to)
                #expect(parsed.text == message.text || parsed.text == message.text.map { $0 + "\r\n" })
            }
        }
    }
}

extension String {
    func components(_ separator: String) -> Int { split(separator: separator).count - 1 }
}
