import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("Messages that are read")
struct MailMessageReaderTests {
    /// What was read, with content in one piece.
    private func outline(
        _ pieces: [[UInt8]], limits: MailMessageReader.Limits = .init()
    ) throws(MailReadingError) -> [String] {
        var reader = MailMessageReader(limits: limits)
        var events: [MailMessageReader.Event] = []
        for piece in pieces { events += try reader.read(piece) }
        events += try reader.finish()
        var outline: [String] = []
        var content: [UInt8] = []
        for event in events {
            if case .content(let bytes) = event {
                content += bytes
                continue
            }
            if !content.isEmpty { outline.append(String(decoding: content, as: UTF8.self)) }
            content = []
            if case .partBegins(let part) = event {
                outline.append("\(part.depth) \(part.contentType.name) \(part.header.fields.count)")
            } else {
                outline.append("end")
            }
        }
        return outline
    }

    private func outline(_ text: String) throws -> [String] { try outline([octets(text)]) }

    private static let samples = [
        "Subject: x\r\n\r\nbody\r\n", "Subject: x\n\nbody\n", "\r\nbody", "no header\r\nbody\r\n", "", "\r\n", "a: b",
        "A: b\r\n c\r\n\td\r\n\r\n\r\nx\r\n\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n--b\r\n\r\none\r\n--b  \r\nContent-Type: text/html\r\n\r\n"
            + "two\r\n\r\n--b--\r\nepilogue\r\n--b\r\n",
        "Content-Type: multipart/mixed; boundary=\"a\"\r\n\r\n--a\r\nContent-Type: multipart/alternative; boundary=ab\r\n\r\n"
            + "--ab\r\n\r\nx\r\n--ab\r\nX: y\r\n--a\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\ninside\r\n--a--\r\n",
        "Content-Type: multipart/digest; boundary=d\r\n\r\n--d\r\n\r\nSubject: one\r\n\r\n1\r\n--d\r\n\r\nSubject: two\r\n\r\n2\r\n"
            + "--d--\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
            + "caf=C3=A9 =\r\nx=\r\n=3D  \r\ny=20\r\nbad =4 =XY =\r\n--b\r\nContent-Transfer-Encoding: BASE64\r\n\r\n"
            + "aGVs\r\n bG8=\r\nIQ==\r\n--b--",
        "Content-Type: text/plain\r\n\r\n" + String(repeating: "--long", count: 400) + "\r\nend\r\n",
        "Content-Type: message/rfc822\r\n\r\nnot a field\r\n", "Content-Type: message/rfc822\r\n",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n\n--b--\n", "X: \u{E9}\r\n\r\n\u{E9}\u{0}\r\r\n",
        "Content-Type: multipart/mixed\r\n\r\n--b\r\n", "Content-Type: nonsense\r\n\r\nx",
    ]

    @Test("Parts, content, and what is around them")
    func parts() throws {
        #expect(try outline(Self.samples[0]) == ["0 text/plain 1", "body\r\n", "end"])
        #expect(try outline(Self.samples[1]) == ["0 text/plain 1", "body\n", "end"])
        #expect(try outline(Self.samples[2]) == ["0 text/plain 0", "body", "end"])
        #expect(try outline(Self.samples[3]) == ["0 text/plain 0", "no header\r\nbody\r\n", "end"])
        #expect(try outline(Self.samples[4]) == ["0 text/plain 0", "end"])
        #expect(try outline(Self.samples[6]) == ["0 text/plain 1", "end"])
        #expect(
            try outline(Self.samples[8]) == [
                "0 multipart/mixed 1", "1 text/plain 0", "one", "end", "1 text/html 1", "two\r\n", "end", "end",
            ])
        #expect(
            try outline(Self.samples[9]) == [
                "0 multipart/mixed 1", "1 multipart/alternative 1", "2 text/plain 0", "x", "end", "2 text/plain 1",
                "end",
                "end", "1 message/rfc822 1", "2 text/plain 1", "inside", "end", "end", "end",
            ])
        #expect(
            try outline(Self.samples[10]) == [
                "0 multipart/digest 1", "1 message/rfc822 0", "2 text/plain 1", "1", "end", "end", "1 message/rfc822 0",
                "2 text/plain 1", "2", "end", "end", "end",
            ])
        #expect(
            try outline(Self.samples[11]) == [
                "0 multipart/mixed 1", "1 text/plain 1", "café x=\r\ny \r\nbad =4 =XY ", "end", "1 text/plain 1",
                "hello!",
                "end", "end",
            ])
        #expect(
            try outline(Self.samples[13]) == [
                "0 message/rfc822 1", "1 text/plain 0", "not a field\r\n", "end", "end",
            ])
        #expect(try outline(Self.samples[15]) == ["0 multipart/mixed 1", "1 text/plain 0", "x\n", "end", "end"])
        #expect(try outline(Self.samples[17]) == ["0 multipart/mixed 1", "--b\r\n", "end"])
        #expect(try outline(Self.samples[18]) == ["0 text/plain 1", "x", "end"])
    }

    @Test("How a message is cut makes no difference")
    func splits() throws {
        for sample in Self.samples {
            let bytes = octets(sample)
            let whole = try outline([bytes])
            for cut in bytes.indices {
                #expect(try outline([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole)
            }
            #expect(try outline(bytes.map { [$0] }) == whole)
        }
    }

    @Test("Each limit holds at its boundary")
    func limits() throws {
        func error(_ text: String, _ change: (inout MailMessageReader.Limits) -> Void) -> MailReadingError? {
            var limits = MailMessageReader.Limits()
            change(&limits)
            do throws(MailReadingError) {
                _ = try outline([octets(text)], limits: limits)
                return nil
            } catch {
                return error
            }
        }
        #expect(error("a: b\r\n\r\nx") { $0.bytes = 9 } == nil)
        #expect(error("a: b\r\n\r\nxx") { $0.bytes = 9 } == .tooLarge)
        #expect(error("a: b\r\n\r\nx") { $0.bytes = -1 } == .tooLarge)
        #expect(error("a: b\r\n c\r\n\r\n") { $0.header = 10 } == nil)
        #expect(error("a: b\r\n cd\r\n\r\n") { $0.header = 10 } == .headerTooLarge)
        #expect(error("a: " + String(repeating: "b", count: 100)) { $0.header = 10 } == .headerTooLarge)
        #expect(error("a: b\r\nc: d\r\n\r\n") { $0.fields = 2 } == nil)
        #expect(error("a: b\r\nc: d\r\ne: f\r\n\r\n") { $0.fields = 2 } == .headerTooLarge)
        let multipart = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n1\r\n--b\r\n\r\n2\r\n--b--\r\n"
        let fields = multipart.replacing("--b\r\n\r\n", with: "--b\r\na: b\r\n c\r\n\r\n")
        #expect(error(fields) { $0.allFields = 3 } == nil)
        #expect(error(fields) { $0.allFields = 2 } == .headerTooLarge)
        #expect(error(multipart) { $0.parts = 3 } == nil)
        #expect(error(multipart) { $0.parts = 2 } == .tooManyParts)
        let nested = String(repeating: "Content-Type: message/rfc822\r\n\r\n", count: 4)
        #expect(error(nested) { $0.depth = 5 } == nil)
        #expect(error(nested) { $0.depth = 4 } == .tooDeep)
        var reader = MailMessageReader(limits: .init())
        #expect(throws: Never.self) { try reader.read(octets(nested)) }
        #expect(error(String(repeating: "Content-Type: message/rfc822\r\n\r\n", count: 100_000)) { _ in } == .tooDeep)
    }

    @Test("An error is thrown again by every further call")
    func errors() {
        var limits = MailMessageReader.Limits()
        limits.bytes = 1
        var reader = MailMessageReader(limits: limits)
        #expect(throws: MailReadingError.tooLarge) { try reader.read([97, 98]) }
        #expect(throws: MailReadingError.tooLarge) { try reader.read([]) }
        #expect(throws: MailReadingError.tooLarge) { try reader.finish() }
    }

    @Test("What parts of messages at random say is read without harm, however it is cut")
    func fuzz() throws {
        var random = SeededRandom(seed: 12)
        let pieces = [
            "Content-Type: multipart/mixed; boundary=b\r\n", "Content-Type: message/rfc822\r\n", "--b\r\n", "--b--\r\n",
            "\r\n", "\n", "\r", "text", "--", "b", "Subject: x\r\n", " folded\r\n",
            "Content-Transfer-Encoding: base64\r\n",
            "Content-Transfer-Encoding: quoted-printable\r\n", "=", "=3D", "aGVs",
            "Content-Type: multipart/digest; boundary=c\r\n",
            "--c\r\n", "--c--", " ", "\u{0}", "\u{FF}",
        ].map { octets($0) }
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 1...25, using: &random)).flatMap { _ in
                pieces.randomElement(using: &random) ?? []
            }
            let whole = try outline([bytes])
            #expect(
                whole.filter { $0 == "end" }.count
                    == whole.filter { $0.contains("/") && $0.first?.isNumber == true }.count)
            var cut: [[UInt8]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = min(Int.random(in: 1...7, using: &random), rest.count)
                cut.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            #expect(try outline(cut) == whole)
            #expect(try ParsedMailMessage(parsing: bytes).root.head.depth == 0)
        }
    }

    @Test("Noise takes no longer than its size")
    func large() throws {
        var random = SeededRandom(seed: 13)
        _ = try outline([random.bytes(1 << 18)])
        let header = octets("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Transfer-Encoding: ")
        for encoding in ["7bit", "quoted-printable", "base64"] {
            for filler in ["-", "=", " ", "--b", "\r", "\n", "\t=", "=\r"] {
                let body = String(repeating: filler, count: (1 << 18) / filler.utf8.count)
                _ = try outline([header + octets(encoding + "\r\n\r\n" + body)])
            }
        }
    }

    @Test("The name of a file is never a path")
    func fileNames() throws {
        func part(_ name: String) throws -> MailPart {
            let text = "Content-Disposition: attachment; filename=\"\(name)\"\r\n\r\n"
            return try ParsedMailMessage(parsing: Array(text.utf8)).root.head
        }
        for (name, base) in [
            ("a.txt", "a.txt"), ("../../etc/passwd", "passwd"), ("C:\\\\dir\\\\x.exe", "x.exe"), (".hidden", "hidden"),
            ("a/", "a"), ("=?utf-8?Q?=2E=2E=2Fx?=", "x"), ("é", "é"),
        ] {
            #expect(try part(name).baseName == base)
        }
        for name in ["", ".", "..", "/", "///", ". .", "../.."] { #expect(try part(name).baseName == nil) }
        #expect(try part(String(repeating: "é", count: 200)).baseName?.utf8.count == 254)
    }
}
