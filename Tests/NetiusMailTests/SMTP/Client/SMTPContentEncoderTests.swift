import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("Content as DATA has it")
struct SMTPContentEncoderTests {
    private static func encode(
        _ text: String, pieces: Int = .max, _ lineEnds: SMTPLineEnds = .normalized
    ) throws -> String {
        let output = OutputBuffer()
        var encoder = SMTPContentEncoder(lineEnds: lineEnds)
        var rest = octets(text)[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(pieces))
            try encoder.append(piece.span, to: output)
            rest = rest.dropFirst(pieces)
        }
        try encoder.finish(output)
        return String(decoding: output.bytes, as: UTF8.self)
    }

    static let samples = [
        ("", ".\r\n"),
        ("a", "a\r\n.\r\n"),
        ("a\r\n", "a\r\n.\r\n"),
        (".", "..\r\n.\r\n"),
        (".\r\n", "..\r\n.\r\n"),
        ("a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n.\r\n"),
        ("..a\r\n", "...a\r\n.\r\n"),
        ("a.b\r\n", "a.b\r\n.\r\n"),
        ("\r\n\r\n", "\r\n\r\n.\r\n"),
        ("a\n.\nb", "a\r\n..\r\nb\r\n.\r\n"),
        ("a\r.\rb\r", "a\r\n..\r\nb\r\n.\r\n"),
        ("a\r\r\nb", "a\r\n\r\nb\r\n.\r\n"),
        ("a\n\r\nb", "a\r\n\r\nb\r\n.\r\n"),
        ("a\n\rb", "a\r\n\r\nb\r\n.\r\n"),
        ("a\r\n.\n.\r\n", "a\r\n..\r\n..\r\n.\r\n"),
        ("a\n.\r\nMAIL FROM:<x@y>\r\n", "a\r\n..\r\nMAIL FROM:<x@y>\r\n.\r\n"),
        ("\r\r\r\n\n\n", "\r\n\r\n\r\n\r\n\r\n.\r\n"),
    ]

    @Test("Periods are doubled and line ends are CRLF, however it is cut", arguments: samples)
    func encoding(text: String, expected: String) throws {
        for size in 1...max(text.utf8.count, 1) { #expect(try Self.encode(text, pieces: size) == expected) }
    }

    @Test("A CR or LF alone is refused where it is not to be normalised")
    func strict() throws {
        #expect(try Self.encode("a\r\n.b\r\n", .strict) == "a\r\n..b\r\n.\r\n")
        for size in 1...4 {
            #expect(throws: SMTPLineEndError.bareLineFeed) { try Self.encode("a\nb", pieces: size, .strict) }
            #expect(throws: SMTPLineEndError.bareCarriageReturn) { try Self.encode("a\rb", pieces: size, .strict) }
            #expect(throws: SMTPLineEndError.bareCarriageReturn) { try Self.encode("ab\r", pieces: size, .strict) }
        }
    }

    @Test("Nothing within content can end it, whatever it is made of, and undone it is what it was")
    func fuzz() throws {
        var random = SeededRandom(seed: 11)
        let alphabet = Array("..\r\n\r\nab")
        for _ in 0..<3000 {
            let text = String(
                (0..<Int.random(in: 0...40, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "a" })
            let encoded = try Self.encode(text, pieces: Int.random(in: 1...7, using: &random))
            var lines = encoded.utf8.split(separator: UInt8.lineFeed, omittingEmptySubsequences: false).map {
                Array($0)
            }
            #expect(lines.removeLast().isEmpty)
            #expect(lines.removeLast() == octets(".\r"))
            #expect(lines.allSatisfy { $0.last == .carriageReturn && !$0.dropLast().contains(.carriageReturn) })
            #expect(!lines.contains(octets(".\r")))
            let undone = lines.map {
                String(decoding: $0.first == UInt8(ascii: ".") ? $0.dropFirst() : $0[...], as: UTF8.self)
            }
            var plain: [UInt8] = []
            for byte in text.utf8 {
                if byte == .lineFeed, plain.last == .carriageReturn { plain.removeLast() }
                plain.append(byte)
            }
            let count = plain.count { $0 == .carriageReturn || $0 == .lineFeed }
            #expect(
                undone.count == count
                    + (plain.isEmpty || plain.last.map { $0 == .carriageReturn || $0 == .lineFeed } == true ? 0 : 1))
        }
    }
}
