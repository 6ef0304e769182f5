import TestSupport
import Testing

@testable import Netius
@testable import NetiusMail

@Suite("Canonical forms of DKIM")
struct DKIMCanonicalizationTests {
    private func field(_ text: String, _ canonicalization: DKIMCanonicalization) -> [UInt8] {
        var output: [UInt8] = []
        canonicalization.appendField(octets(text), to: &output)
        return output
    }

    private func hash(_ text: [UInt8], _ canonicalization: DKIMCanonicalization, step: Int = .max) -> [UInt8] {
        var hasher = DKIMBodyHasher(canonicalization)
        for start in stride(from: 0, to: text.count, by: min(step, max(text.count, 1))) {
            hasher.update(text.span.extracting(start..<min(text.count, start + min(step, text.count))))
        }
        return hasher.finalize()
    }

    private func digest(_ text: String) -> [UInt8] { SHA256Hasher.digest(of: octets(text)) ?? [] }

    @Test(
        "A field in both forms",
        arguments: [
            // RFC 6376 section 3.4.5
            ("A: X\r\n", "a:X\r\n", "A: X\r\n"), ("B : Y\t\r\n\tZ  \r\n", "b:Y Z\r\n", "B : Y\t\r\n\tZ  \r\n"),
            ("B : Y\t\n\tZ  \n", "b:Y Z\r\n", "B : Y\t\r\n\tZ  \r\n"),
            ("Subject: a: b\r\n", "subject:a: b\r\n", "Subject: a: b\r\n"), ("X:\r\n", "x:\r\n", "X:\r\n"),
            ("X:\r\n y\r\n", "x:y\r\n", "X:\r\n y\r\n"), ("X: \t \r\n", "x:\r\n", "X: \t \r\n"),
            ("X: a", "x:a\r\n", "X: a\r\n"), ("X: a \rb\r\n", "x:a \rb\r\n", "X: a \rb\r\n"),
            ("X:\u{E9}  \u{FF}\r\n", "x:\u{E9} \u{FF}\r\n", "X:\u{E9}  \u{FF}\r\n"),
        ])
    func fields(text: String, relaxed: String, simple: String) {
        #expect(field(text, .relaxed) == octets(relaxed))
        #expect(field(text, .simple) == octets(simple))
    }

    @Test(
        "A body in both forms, however it comes in pieces",
        arguments: [
            // RFC 6376 section 3.4.5
            (" C \r\nD \t E\r\n\r\n\r\n", " C\r\nD E\r\n", " C \r\nD \t E\r\n"), ("", "", "\r\n"),
            ("\r\n", "", "\r\n"), ("\r\n\r\n\n", "", "\r\n"), (" \t\r\n", "", " \t\r\n"),
            ("a", "a\r\n", "a\r\n"), ("a\n\nb\n", "a\r\n\r\nb\r\n", "a\r\n\r\nb\r\n"),
            ("a \t b  \r\n \r\n", "a b\r\n", "a \t b  \r\n \r\n"), ("a\r\r\n", "a\r\r\n", "a\r\r\n"),
            ("a\rb\r", "a\rb\r\r\n", "a\rb\r\r\n"), ("\r\n\r\na", "\r\n\r\na\r\n", "\r\n\r\na\r\n"),
            (" a", " a\r\n", " a\r\n"), ("a ", "a\r\n", "a \r\n"), ("a \r b", "a \r b\r\n", "a \r b\r\n"),
        ])
    func bodies(text: String, relaxed: String, simple: String) {
        for step in [Int.max, 1, 2, 3] {
            #expect(hash(octets(text), .relaxed, step: step) == digest(relaxed))
            #expect(hash(octets(text), .simple, step: step) == digest(simple))
        }
    }

    @Test("The digests of no body are those that RFC 6376 section 3.4 says")
    func empty() {
        #expect(Base64.encode(hash([], .simple)) == "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=")
        #expect(Base64.encode(hash([], .relaxed)) == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    }

    /// Section 3.4 line by line, for bodies without a CR of its own.
    private func canonical(_ body: String, _ canonicalization: DKIMCanonicalization) -> String {
        var lines = body.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        if canonicalization == .relaxed {
            lines = lines.map { line in
                let isIndented = line.first == " " || line.first == "\t"
                let words = line.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
                return words.isEmpty ? "" : (isIndented ? " " : "") + words
            }
        }
        while lines.last == "" { lines.removeLast() }
        if lines.isEmpty { return canonicalization == .relaxed ? "" : "\r\n" }
        return lines.map { "\($0)\r\n" }.joined()
    }

    @Test("Random bodies in random pieces have the digest of their canonical form")
    func random() {
        var random = SeededRandom(seed: 6376)
        let pieces = ["a", "bc", " ", "  ", "\t", "\r\n", "\n", "\r\n\r\n", ".", "\u{E9}"]
        for round in 0..<3000 {
            let count = Int.random(in: 0...24, using: &random)
            let body = (0..<count).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }.joined()
            for canonicalization in DKIMCanonicalization.allCases {
                let step = Int.random(in: 1...7, using: &random)
                let expected = digest(canonical(body, canonicalization))
                #expect(
                    hash(octets(body), canonicalization, step: step) == expected, "\(round) \(body.debugDescription)")
            }
        }
    }

    @Test("A long body, and many empty lines before its end, are hashed in little memory")
    func long() {
        let lines = [UInt8](repeating: .lineFeed, count: 100_000)
        let text = [UInt8](repeating: UInt8(ascii: "x"), count: 100_000)
        let body = text + lines + text + lines
        let expected = SHA256Hasher.digest(
            of: text + (0..<100_000).flatMap { _ in [UInt8.carriageReturn, .lineFeed] } + text
                + [.carriageReturn, .lineFeed])
        for canonicalization in DKIMCanonicalization.allCases {
            #expect(hash(body, canonicalization, step: 4096) == expected)
        }
    }

    @Test("The digest of a part is found on the way, wherever it ends")
    func marks() {
        var random = SeededRandom(seed: 1)
        let body = random.bytes(40_000).map { $0 & 0x3F | 0x40 }
        let marks = [0, 1, 8191, 8192, 8193, 20_000, 40_000, 40_002, 40_003, .max]
        for canonicalization in DKIMCanonicalization.allCases {
            var hasher = DKIMBodyHasher(canonicalization, marks: marks)
            for start in stride(from: 0, to: body.count, by: 1000) {
                hasher.update(body.span.extracting(start..<start + 1000))
            }
            let whole = hasher.finalize()
            let canonical = body + [.carriageReturn, .lineFeed]
            #expect(hasher.canonicalCount == canonical.count)
            for mark in marks where mark <= canonical.count {
                #expect(hasher.digests[mark] == SHA256Hasher.digest(of: Array(canonical[..<mark])))
            }
            #expect(hasher.digests[40_002] == whole && hasher.digests[40_003] == nil)
        }
    }

    @Test("A copy of a hasher goes its own way")
    func copies() {
        var one = DKIMBodyHasher(.simple)
        one.update(octets("a").span)
        var other = one
        one.update(octets("b").span)
        other.update(octets("c").span)
        #expect(one.finalize() == digest("ab\r\n") && other.finalize() == digest("ac\r\n"))
    }
}
