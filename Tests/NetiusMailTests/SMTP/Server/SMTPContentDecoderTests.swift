import TestSupport
import Testing

@testable import NetiusMail

@Suite("SMTP server: the decoder of content")
struct SMTPContentDecoderTests {
    enum Outcome: Equatable {
        case content([UInt8], rest: Int)
        case malformed
        case unfinished
    }

    /// What RFC 5321 section 4.5.2 says of all the octets at once, a line at a time.
    private func expected(_ input: [UInt8]) -> Outcome {
        var content: [UInt8] = []
        var start = 0
        while true {
            guard let end = input[start...].indices.first(where: { [0, 10, 13].contains(input[$0]) }) else {
                return .unfinished
            }
            guard input[end] == 13 else { return .malformed }
            guard end + 1 < input.count else { return .unfinished }
            guard input[end + 1] == 10 else { return .malformed }
            let line = input[start..<end]
            if line == [46] { return .content(content, rest: input.count - end - 2) }
            content += line.first == 46 ? line.dropFirst() : line
            content += [13, 10]
            start = end + 2
        }
    }

    private func decoded(_ input: [UInt8], pieces: [Int]) -> Outcome {
        var decoder = SMTPContentDecoder()
        decoder.beginLines(SMTPLimits())
        var (unread, content): ([UInt8], [UInt8]) = ([], [])
        var start = 0
        for end in pieces + [input.count] {
            unread += input[start..<end]
            start = end
            do {
                let (progress, consumed) = try decoder.decode(unread.span, into: &content, isDiscarded: false)
                unread.removeFirst(consumed)
                #expect(unread.count <= 2 || progress == .ended)
                if progress == .ended { return .content(content, rest: unread.count + input.count - start) }
            } catch {
                return .malformed
            }
        }
        return .unfinished
    }

    @Test("Content is what the RFC says it is, however it is cut")
    func cuts() {
        for text in [
            ".\r\n", "\r\n.\r\n", "a\r\n.\r\n", "..\r\n.\r\nQUIT\r\n", ".a\r\n...\r\n..b.\r\n.\r\n", "\r\n\r\n.\r\n",
            "a\n.\r\n", "a\r.\r\n", "a\r\n.\n", "a\r\n.\r", "a\0\r\n.\r\n", ".\n\r\n", "a\r\r\n.\r\n", "\n", "\r\r",
        ] {
            let input = Array(text.utf8)
            let expected = expected(input)
            #expect(decoded(input, pieces: []) == expected, "\(text.debugDescription)")
            #expect(decoded(input, pieces: Array(0..<input.count)) == expected, "\(text.debugDescription)")
            for first in 0...input.count {
                for second in first...input.count {
                    #expect(decoded(input, pieces: [first, second]) == expected, "\(text.debugDescription)")
                }
            }
        }
    }

    @Test("Random octets come to the same as a decoder that looks at all of them at once")
    func fuzz() {
        var random = SeededRandom(seed: 1870)
        let runs: [[UInt8]] = [
            [13, 10], [13, 10], [13, 10], [46], [46], [97], Array("a longer run of text, of many words".utf8), [9],
            [195, 169],
            [13], [10], [0], [13, 10, 46, 13, 10],
        ]
        for _ in 0..<3000 {
            var input: [UInt8] = []
            // Without the bad ones more often than not.
            let kinds = Bool.random(using: &random) ? 9 : runs.count
            for _ in 0..<Int.random(in: 1...24, using: &random) {
                input += runs[Int.random(in: 0..<kinds, using: &random)]
            }
            if Bool.random(using: &random) { input += [13, 10, 46, 13, 10] }
            let expected = expected(input)
            let pieces = (0..<3).map { _ in Int.random(in: 0...input.count, using: &random) }.sorted()
            #expect(decoded(input, pieces: []) == expected)
            #expect(decoded(input, pieces: pieces) == expected)
        }
    }

    @Test("The size counts what is meant, not what DATA adds, and its limit is exact", arguments: [0, 1])
    func size(excess: Int) throws {
        var limits = SMTPLimits()
        limits.messageSize = 9 - excess
        var decoder = SMTPContentDecoder()
        decoder.beginLines(limits)
        var content: [UInt8] = []
        let input = Array("..234\r\n.8\r\n.\r\n".utf8)
        let (progress, consumed) = try decoder.decode(input.span, into: &content, isDiscarded: false)
        #expect(progress == .ended && consumed == input.count)
        #expect(decoder.failure == (excess == 0 ? nil : .tooLarge))
        if excess == 0 { #expect(content == Array(".234\r\n8\r\n".utf8) && decoder.size == 9) }
    }

    @Test("The limit of lines is exact, by DATA and by BDAT, wherever they are cut", arguments: [0, 1], [false, true])
    func lines(excess: Int, isChunked: Bool) throws {
        var limits = SMTPLimits()
        limits.textLine = 10
        let line = [UInt8](repeating: 97, count: 8 + excess) + [13, 10]
        // The dot before it does not count.
        let input = isChunked ? line + line : [46] + line + line + [46, 13, 10]
        for cut in 0..<input.count {
            var decoder = SMTPContentDecoder()
            if isChunked {
                decoder.beginChunks(limits, isBinary: false)
                decoder.beginChunk(input.count, isLast: true)
            } else {
                decoder.beginLines(limits)
            }
            var content: [UInt8] = []
            let first = Array(input[..<cut])
            let consumed = try decoder.decode(first.span, into: &content, isDiscarded: false).consumed
            let second = Array(input[consumed...])
            let end = try decoder.decode(second.span, into: &content, isDiscarded: false)
            #expect(end.0 == .ended)
            #expect(decoder.failure == (excess == 0 ? nil : .lineTooLong))
            if excess == 0 { #expect(content == line + line) }
        }
    }

    @Test("Binary chunks hold anything, and others only lines, across their ends too")
    func chunks() {
        for (first, second, isBinary, isGood) in [
            ("a\r", "\nb", false, true), ("a\r", "b", false, false), ("a\n", "b", false, false),
            ("a\0", "b", false, false), ("a\r", "\0\n", true, true), ("a", "b\r", false, false), ("", "", false, true),
            ("", "\n", false, false), ("\r\n.\r\n", ".\r\n", false, true),
        ] {
            var decoder = SMTPContentDecoder()
            decoder.beginChunks(SMTPLimits(), isBinary: isBinary)
            var content: [UInt8] = []
            do {
                decoder.beginChunk(first.utf8.count, isLast: false)
                let (head, tail) = (Array(first.utf8), Array(second.utf8))
                let one = try decoder.decode(head.span, into: &content, isDiscarded: false)
                #expect(one.0 == .chunkEnded && decoder.isBetweenChunks)
                decoder.beginChunk(second.utf8.count, isLast: true)
                let other = try decoder.decode(tail.span, into: &content, isDiscarded: false)
                #expect(other.0 == .ended && isGood)
                #expect(content == Array((first + second).utf8))
            } catch {
                #expect(!isGood && error == .malformed)
            }
        }
    }
}
