import NetiusMail
import TestSupport
import Testing

@Suite("Header sections")
struct MailHeaderSectionTests {
    @Test("Fields keep their octets, and tell their names and values")
    func fields() {
        let text = "Subject: a\r\n  b\r\n\tc \r\nX-Empty:\r\nTO : d\n e\n\r\nbody: x\r\n"
        let section = MailHeaderSection(octets(text))
        #expect(section.fields.map(\.name) == ["Subject", "X-Empty", "TO"])
        #expect(section.fields.map(\.value) == ["a  b\tc", "", "d e"])
        #expect(section.fields.flatMap(\.bytes) == Array(octets(text).dropLast("\r\nbody: x\r\n".utf8.count)))
        #expect(section.fields(named: "to").map(\.value) == ["d e"])
        #expect(section.bodyStart == text.utf8.count - "body: x\r\n".utf8.count)
    }

    @Test(
        "What is no field ends the section",
        arguments: [
            ("", 0, 0), ("\r\nx", 0, 2), (" folded: x\r\n", 0, 0), ("no field\r\n", 0, 0), (": x\r\n", 0, 0),
            ("a: b\r\nno field\r\n\r\n", 1, 6), ("a b: c\r\n", 0, 0), ("a: b", 1, 4), ("a: b\r\n", 1, 6),
            ("\u{E9}: b\r\n", 0, 0), ("a: b\r\n\r\n\r\n", 1, 8),
        ])
    func ends(text: String, count: Int, bodyStart: Int) {
        let section = MailHeaderSection(octets(text))
        #expect(section.fields.count == count)
        #expect(section.bodyStart == bodyStart)
    }

    @Test("Fields and body are all of the octets, whatever they are")
    func fuzz() {
        var random = SeededRandom(seed: 31)
        let pieces = ["a", ":", " ", "\r\n", "\n", "\r", "\t", "Subject: x\r\n", "\u{0}", "\u{E9}"].map { octets($0) }
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...12, using: &random)).flatMap { _ in
                pieces.randomElement(using: &random) ?? []
            }
            let section = MailHeaderSection(bytes)
            let fields = section.fields.flatMap(\.bytes)
            #expect(bytes.starts(with: fields))
            #expect(section.bodyStart - fields.count <= 2 && section.bodyStart <= bytes.count)
            #expect(section.fields.allSatisfy { !$0.name.isEmpty && $0.bytes[$0.valueStart - 1] == UInt8(ascii: ":") })
        }
    }
}
