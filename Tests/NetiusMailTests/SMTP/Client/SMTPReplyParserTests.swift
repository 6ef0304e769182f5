import NetiusMail
import TestSupport
import Testing

@testable import NetiusMail

@Suite("Reading replies of SMTP")
struct SMTPReplyParserTests {
    private static func parser() -> SMTPReplyParser { SMTPReplyParser(maximumLineLength: 64, maximumLines: 4) }

    /// The replies that come of the text in pieces of that size, or the error.
    private static func read(_ text: String, pieces: Int = .max) throws -> [SMTPReply] {
        var parser = parser()
        var replies: [SMTPReply] = []
        var unread: [UInt8] = []
        var rest = octets(text)[...]
        while !rest.isEmpty {
            unread += rest.prefix(pieces)
            rest = rest.dropFirst(pieces)
            while !unread.isEmpty {
                let (reply, consumed) = try parser.read(unread.span)
                unread.removeFirst(consumed)
                guard let reply else { break }
                replies.append(reply)
            }
        }
        return replies
    }

    @Test("A reply of one line has a code, a status and a text")
    func single() throws {
        let reply = try #require(try Self.read("250 2.1.5 Recipient ok\r\n").first)
        #expect(reply.code == 250)
        #expect(reply.enhancedStatus == SMTPEnhancedStatus(2, 1, 5))
        #expect(reply.lines == ["Recipient ok"])
    }

    @Test("A code alone is a reply")
    func codeAlone() throws {
        #expect(try Self.read("250\r\n").first == SMTPReply(250, ""))
        #expect(try Self.read("250 \r\n").first == SMTPReply(250, ""))
        #expect(try Self.read("250-\r\n250\r\n").first == SMTPReply(250, lines: ["", ""]))
    }

    @Test("The status of each line is not part of the text")
    func severalLines() throws {
        let replies = try Self.read("550-5.1.1 nobody\r\n550-5.1.1 of that name\r\n550 5.1.1 here\r\n221 bye\r\n")
        #expect(replies.map(\.lines) == [["nobody", "of that name", "here"], ["bye"]])
        #expect(replies.map(\.enhancedStatus) == [SMTPEnhancedStatus(5, 1, 1), nil])
    }

    @Test(
        "What only looks like a status is text",
        arguments: [
            "250 5.1.1 other class", "250 2.1 short", "250 2.1.1x", "250 2.1234.1 long", "250 2..1 none", "250 2.1.",
        ])
    func noStatus(line: String) throws {
        let reply = try #require(try Self.read(line + "\r\n").first)
        #expect(reply.enhancedStatus == nil)
        #expect(reply.text == String(line.dropFirst(4)))
    }

    @Test(
        "What is no reply is an error",
        arguments: [
            ("hello\r\n", SMTPReplyError.noCode), ("25 ok\r\n", .noCode), ("2500 ok\r\n", .noCode), ("\r\n", .noCode),
            ("150 ok\r\n", .noCode), ("650 ok\r\n", .noCode), ("25x ok\r\n", .noCode),
            ("250-a\r\n251 b\r\n", .differentCodes), ("250 ok\n", .bareLineFeed), ("\n", .bareLineFeed),
            ("250-a\r\n250-b\r\n250-c\r\n250-d\r\n250 e\r\n", .tooManyLines),
        ])
    func malformed(text: String, error: SMTPReplyError) {
        #expect(throws: error) { try Self.read(text) }
    }

    @Test("A line may be as long as the limit, and not longer")
    func longLine() throws {
        let fits = "250 " + String(repeating: "x", count: 58)
        #expect(try Self.read(fits + "\r\n").count == 1)
        #expect(throws: SMTPReplyError.lineTooLong) { try Self.read(fits + "x\r\n") }
        #expect(throws: SMTPReplyError.lineTooLong) { try Self.read(String(repeating: "2", count: 64)) }
    }

    @Test("The lines of a reply may have as many octets as the limit, and those of the next as many again")
    func largeReply() throws {
        var parser = SMTPReplyParser(maximumLineLength: 64, maximumLines: 100, maximumLength: 41)
        let fits = octets("250-0123456789abc\r\n250 0123456789abcdef\r\n")
        for _ in 0..<3 { #expect(try parser.read(fits.span).reply?.lines.count == 2) }
        let large = octets("250-0123456789abc\r\n250 0123456789abcdefg\r\n")
        #expect(throws: SMTPReplyError.tooLong) { try parser.read(large.span) }
    }

    @Test("However it is cut, it is the same")
    func split() throws {
        let text = "220-a\r\n220 b\r\n250 2.0.0 ok\r\n354\r\n550-5.7.1 no\r\n550 5.7.1 never\r\n"
        let whole = try Self.read(text)
        #expect(whole.count == 4)
        for size in 1..<text.utf8.count { #expect(try Self.read(text, pieces: size) == whole) }
    }

    @Test("Whatever comes, it is a reply or an error, and texts have no control characters")
    func fuzz() {
        var random = SeededRandom(seed: 6)
        let alphabet = octets("2345015.- \r\n\r\nax\0\u{80}")
        for _ in 0..<4000 {
            let text = (0..<Int.random(in: 1...80, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            var parser = Self.parser()
            var rest = text[...]
            while !rest.isEmpty {
                let piece = Array(rest)
                guard let (reply, consumed) = try? parser.read(piece.span) else { break }
                #expect(consumed <= piece.count)
                guard let reply else { break }
                #expect(consumed > 0 && 200...599 ~= reply.code)
                #expect(reply.text.unicodeScalars.allSatisfy { $0.value >= 0x20 })
                rest = rest.dropFirst(consumed)
            }
        }
    }
}
