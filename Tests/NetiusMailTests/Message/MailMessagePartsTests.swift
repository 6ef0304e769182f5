import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("Parts of messages that are made")
struct MailMessagePartsTests {
    @Test("Text, HTML, its images and files are parts within parts")
    func structure() throws {
        var message = try MailMessageTests().message(text: "plain", html: "<img src=\"cid:i@x\">")
        message.inlineParts = [
            try MailAttachment(
                [1, 2, 3], contentType: "image/png", contentIdentifier: MailMessageIdentifier("<i@x>"))
        ]
        message.attachments = [try MailAttachment([4, 5], fileName: "a.bin")]
        let parsed = try ParsedMailMessage(parsing: message.encoded())
        #expect(parsed.root.head.contentType.name == "multipart/mixed")
        #expect(
            parsed.root.parts.map { $0.head.contentType.name } == ["multipart/related", "application/octet-stream"])
        let related = parsed.root.parts[0]
        #expect(related.head.contentType.parameters["type"] == "multipart/alternative")
        #expect(related.parts.map { $0.head.contentType.name } == ["multipart/alternative", "image/png"])
        #expect(parsed.text == "plain")
        #expect(parsed.html == "<img src=\"cid:i@x\">")
        #expect(parsed.attachments.map(\.content) == [[1, 2, 3], [4, 5]])
        #expect(parsed.attachments[0].head.text("Content-ID") == "<i@x>")
        #expect(parsed.attachments[1].head.fileName == "a.bin")
        message.text = nil
        message.html = nil
        message.inlineParts = []
        #expect(try ParsedMailMessage(parsing: message.encoded()).attachments.map(\.content) == [[4, 5]])
    }

    @Test("A message may be attached as it is, if mail can carry it so")
    func attachedMessage() throws {
        let inner = try MailMessageTests().message(subject: "inner", text: "inside").encoded()
        var outer = try MailMessageTests().message(subject: "outer", text: "outside")
        outer.attachments = [try MailAttachment(inner, contentType: "message/rfc822")]
        let parsed = try ParsedMailMessage(parsing: outer.encoded())
        let nested = try #require(parsed.root.parts.last?.parts.first)
        #expect(nested.head.text("Subject") == "inner")
        // The line end before a boundary is the boundary's.
        #expect(nested.text == "inside\r\n")
        outer.attachments = [try MailAttachment(octets("Subject: \u{E9}\r\n\r\n"), contentType: "message/rfc822")]
        let text = String(decoding: try outer.encoded(), as: UTF8.self)
        #expect(text.components("Content-Transfer-Encoding: 8bit") == 2)
        for content in ["a\nb", "a\rb", "a\u{0}", String(repeating: "a", count: 999), "\r"] {
            outer.attachments = [try MailAttachment(octets(content), contentType: "message/rfc822")]
            #expect(throws: MailMessageError.unencodableMessage) { try outer.encoded() }
        }
    }

    @Test("A boundary is one that does not occur")
    func boundary() throws {
        var message = try MailMessageTests().message()
        message.text = "--=_taken\r\n"
        message.html = "x"
        var identifiers = ["taken", "taken", "free", "more"]
        let octets = try message.encoded(allowingUTF8: false) { identifiers.removeFirst() }
        #expect(identifiers == ["more"])
        let parsed = try ParsedMailMessage(parsing: octets)
        #expect(parsed.text == message.text && parsed.html == "x")
    }

    @Test("File names of any language and length are read back, in lines that mail may have")
    func fileNames() throws {
        var random = SeededRandom(seed: 10)
        var names = [
            "a.txt", "a b.txt", "q\"u\\o.txt", "Grüße.pdf", "中文.pdf", "../x", "a;b=c", "=?utf-8?Q?a?=", "%41", "'",
        ]
        names.append(String(repeating: "long name ", count: 100))
        names.append(String(repeating: "é", count: 500))
        let alphabet = Array("ab .\"\\;=%'*é中😀(),/".unicodeScalars)
        for _ in 0..<200 {
            var name = ""
            for _ in 0..<Int.random(in: 1...90, using: &random) {
                name.unicodeScalars.append(alphabet.randomElement(using: &random) ?? "a")
            }
            names.append(name)
        }
        for name in names {
            var message = try MailMessageTests().message(text: "x")
            message.attachments = [try MailAttachment([1], fileName: name)]
            let octets = try message.encoded()
            #expect(MailMessageTests().lines(octets).allSatisfy { $0.utf8.count <= 78 })
            #expect(try ParsedMailMessage(parsing: octets).attachments.first?.head.fileName == name)
        }
    }
}
