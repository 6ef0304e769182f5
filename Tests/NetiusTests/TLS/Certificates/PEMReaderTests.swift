import TestSupport
import Testing

@testable import Netius

@Suite("PEM")
struct PEMReaderTests {
    private let block = PEMBlock(label: "CERTIFICATE", content: Array(0...200))

    private func labels(_ text: String) throws -> [String] {
        try PEMReader.blocks(of: Array(text.utf8)).map(\.label)
    }

    private func refusal(_ text: String) -> String? {
        do throws(TLSConfigurationError) {
            _ = try PEMReader.blocks(of: Array(text.utf8))
            return nil
        } catch {
            return error.description
        }
    }

    @Test("What is written is read again, whatever its length", arguments: 1...130)
    func roundTrip(count: Int) throws {
        let block = PEMBlock(label: "X", content: (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) })
        #expect(try PEMReader.blocks(of: Array(block.text.utf8)) == [block])
        #expect(block.text.split(separator: "\n").allSatisfy { $0.count <= 64 })
    }

    @Test("Line ends may be LF, CR LF or CR, and lines as long as they like, indented, after a byte order mark")
    func lines() throws {
        let texts = [
            block.text, block.text.replacing("\n", with: "\r\n"), block.text.replacing("\n", with: "\r"),
            "\u{FEFF}" + block.text, block.text.replacing("\n", with: "\n    "),
            block.text.replacing("\n", with: " \t\n"),
            block.text.replacing("\n", with: "\n\n"), String(block.text.dropLast()),
            "-----BEGIN CERTIFICATE-----\n"
                + block.text.split(separator: "\n").dropFirst().dropLast().joined()
                + "\n-----END CERTIFICATE-----",
        ]
        for text in texts { #expect(try PEMReader.blocks(of: Array(text.utf8)) == [block], "\(text.debugDescription)") }
    }

    @Test("Several blocks are read in order, whatever text is around them")
    func several() throws {
        let key = PEMBlock(label: "PRIVATE KEY", content: [1])
        let text =
            "Bag Attributes\n    friendlyName: x\n\(block.text)subject=CN = x\n\n\(key.text)-----\n\(block.text)é"
        #expect(try labels(text) == ["CERTIFICATE", "PRIVATE KEY", "CERTIFICATE"])
        #expect(try labels("").isEmpty)
        #expect(try labels("nothing\n-----END X-----\n").isEmpty)
    }

    @Test("The header lines of an encrypted key are kept, continued ones too")
    func header() throws {
        let text = """
            -----BEGIN RSA PRIVATE KEY-----
            Proc-Type: 4,ENCRYPTED
            DEK-Info: AES-128-CBC,
             D6D1

            AQID
            -----END RSA PRIVATE KEY-----
            """
        let blocks = try PEMReader.blocks(of: Array(text.utf8))
        #expect(blocks.map(\.header) == ["Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,\n D6D1\n"])
        #expect(blocks.map(\.content) == [[1, 2, 3]])
    }

    @Test(
        "What is broken is told in one line, with where it is",
        arguments: [
            ("x\n-----BEGIN A-----\nAQID\n", #"the "A" that begins in line 2 has no end"#),
            ("-----BEGIN A-----\n-----BEGIN B-----\n", #"the "A" of line 1 has no end"#),
            ("-----BEGIN A-----\nAQID\n-----END B-----\n", #"line 3 ends a "B", line 1 began a "A""#),
            ("-----BEGIN A-----\nAQI\n-----END A-----\n", #"the "A" that begins in line 1 is not Base64"#),
            ("-----BEGIN A-----\nAQ*D\n-----END A-----\n", #"the "A" that begins in line 1 is not Base64"#),
            ("-----BEGIN A-----\nA===\n-----END A-----\n", #"the "A" that begins in line 1 is not Base64"#),
            ("-----BEGIN A-----\nAQ==AQ==\n-----END A-----\n", #"the "A" that begins in line 1 is not Base64"#),
            ("-----BEGIN A-----\n-----END A-----\n", #"the "A" that begins in line 1 is not Base64"#),
        ])
    func broken(_ text: String, _ reason: String) {
        #expect(refusal(text) == reason)
    }

    @Test("A text cut at any byte is read or refused, and what was whole before the cut is there")
    func cut() throws {
        let text = Array((block.text + CertificateFixtures.encryptedSEC1).utf8)
        for length in 0...text.count {
            guard let blocks = try? PEMReader.blocks(of: Array(text[..<length])) else { continue }
            #expect(blocks.count <= 2 && blocks.first.map { $0 == block } ?? true)
        }
    }

    @Test("Arbitrary bytes between the marks, and instead of them, are read or refused")
    func garbage() {
        var random = SeededRandom(seed: 7468)
        let text = Array((block.text + CertificateFixtures.sec1).utf8)
        for _ in 0..<3000 {
            var damaged = text
            for _ in 0...Int.random(in: 0...4, using: &random) {
                let index = Int.random(in: 0..<damaged.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: damaged[index] = UInt8.random(in: 0...255, using: &random)
                case 1: damaged.remove(at: index)
                default: damaged.insert([10, 13, 45, 58, 61].randomElement(using: &random) ?? 0, at: index)
                }
            }
            guard let blocks = try? PEMReader.blocks(of: damaged) else { continue }
            for block in blocks { #expect(!block.content.isEmpty) }
        }
    }
}
