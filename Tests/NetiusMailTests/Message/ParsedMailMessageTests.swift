import Netius
import NetiusMail
import TestSupport
import Testing

@Suite("RFC 5322's messages")
struct ParsedMailMessageTests {
    private func parse(_ lines: String...) throws -> ParsedMailMessage {
        try ParsedMailMessage(parsing: octets(lines.joined(separator: "\r\n") + "\r\n"))
    }

    @Test("A.1.1: a message from one person to another, with a sender")
    func simple() throws {
        let message = try parse(
            "From: John Doe <jdoe@machine.example>", "Sender: Michael Jones <mjones@machine.example>",
            "To: Mary Smith <mary@example.net>", "Subject: Saying Hello", "Date: Fri, 21 Nov 1997 09:55:06 -0600",
            "Message-ID: <1234@local.machine.example>", "",
            "This is a message just to say hello.", "So, \"Hello\".")
        #expect(message.from.map(\.description) == ["John Doe <jdoe@machine.example>"])
        #expect(message.to.map(\.description) == ["Mary Smith <mary@example.net>"])
        #expect(message.subject == "Saying Hello")
        #expect(message.date?.timestamp.seconds == 880_127_706)
        #expect(message.identifier?.description == "<1234@local.machine.example>")
        #expect(message.text == "This is a message just to say hello.\r\nSo, \"Hello\".\r\n")
    }

    @Test("A.1.3: groups of addresses")
    func groups() throws {
        let message = try parse(
            "From: Pete <pete@silly.example>",
            "To: A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;", "Cc: Undisclosed recipients:;",
            "Date: Thu, 13 Feb 1969 23:32:54 -0330", "Message-ID: <testabcd.1234@silly.example>", "", "Testing.")
        #expect(message.to.count == 3)
        #expect(message.cc.isEmpty)
        #expect(message.date?.description == "Thu, 13 Feb 1969 23:32:54 -0330")
    }

    @Test("A.5: white space, comments and other oddities")
    func oddities() throws {
        let message = try parse(
            "From: Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", "To:A Group(Some people)",
            "     :Chris Jones <c@(Chris's host.)public.example>,", "         joe@example.org,",
            "  John <jdoe@one.test> (my dear friend); (the end of the group)",
            "Cc:(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;", "Date: Thu,", "      13",
            "        Feb",
            "          1969", "      23:32", "               -0330 (Newfoundland Time)",
            "Message-ID:              <testabcd.1234@silly.test>", "", "Testing.")
        #expect(message.from.map(\.description) == ["Pete <pete@silly.test>"])
        #expect(message.to.map(\.address.description) == ["c@public.example", "joe@example.org", "jdoe@one.test"])
        #expect(message.date?.timestamp.seconds == -27_723_480)
        #expect(message.identifier?.description == "<testabcd.1234@silly.test>")
    }

    @Test("A.6: obsolete addressing, dates, white space")
    func obsolete() throws {
        let message = try parse(
            "From: Joe Q. Public <john.q.public@example.com>",
            "To: Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example", "Date: 21 Nov 97 09:55:06 GMT",
            "Message-ID  : <5678.21-Nov-1997@example.com>", "Subject\t: x", "", "Hi everyone.")
        #expect(message.from.map(\.name) == ["Joe Q. Public"])
        #expect(message.to.map(\.description) == ["Mary Smith <mary@example.net>", "jdoe@test.example"])
        #expect(message.date?.timestamp.seconds == 880_106_106)
        #expect(message.identifier?.description == "<5678.21-Nov-1997@example.com>")
        #expect(message.subject == "x")
    }

    @Test("What is missing or malformed is nil or none")
    func missing() throws {
        let message = try parse("From: nobody", "Date: sometime", "Message-ID: what", "", "x")
        #expect(message.from.isEmpty && message.date == nil && message.identifier == nil && message.subject == nil)
        #expect(message.html == nil && message.attachments.isEmpty)
    }

    @Test("Text is read in the character set that it names")
    func charsets() throws {
        func text(_ charset: String, _ body: String) throws -> String? {
            try ParsedMailMessage(
                parsing: octets("Content-Type: text/plain; charset=\(charset)\r\n\r\n\(body)")
            ).text
        }
        #expect(try text("iso-8859-1", "caf\u{E9}") == "café")
        #expect(try text("\"Windows-1252\"", "\u{80}") == "€")
        #expect(try text("us-ascii", "a\u{E9}") == "a\u{FFFD}")
        #expect(try text("utf-8", "\u{C3}\u{A9}") == "é")
        #expect(try text("unknown", "\u{C3}\u{A9}") == "é")
    }

    @Test("What is named as an attachment is no text")
    func attachments() throws {
        let message = try parse(
            "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: text/plain",
            "Content-Disposition: attachment; filename=a.txt", "", "file", "--b", "Content-Type: text/plain", "",
            "body",
            "--b--")
        #expect(message.text == "body")
        #expect(message.attachments.map(\.head.fileName) == ["a.txt"])
    }

    @Test("What equals the text is attached all the same")
    func equalParts() throws {
        let message = try parse(
            "Content-Type: multipart/mixed; boundary=b", "", "--b", "", "same", "--b", "", "same", "--b",
            "Content-Type: text/html", "", "same", "--b", "Content-Type: text/html", "", "same", "--b--")
        #expect(message.text == "same" && message.html == "same")
        #expect(message.attachments.map(\.text) == ["same", "same"])
        #expect(message.attachments.map(\.head.contentType.name) == ["text/plain", "text/html"])
    }

    @Test("A file's name has nothing invisible that makes it look like another")
    func invisible() throws {
        func name(_ name: String) throws -> String? {
            let message = try parse("Content-Disposition: attachment; filename*=utf-8''\(name)", "", "x")
            return message.root.head.baseName
        }
        #expect(try name("a%E2%80%AEgpj.exe") == "agpj.exe")
        #expect(try name("%E2%80%8B.profile") == "profile")
        #expect(try name("%E2%80%8B") == nil)
    }
}
