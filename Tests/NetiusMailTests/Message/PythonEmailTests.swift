import Foundation
import NetiusMail
import TestSupport
import Testing

/// Messages exchanged with Python's `email` package: what one makes, the other reads.
@Suite("Python's email package", .timeLimit(.minutes(5)))
struct PythonEmailTests {
    private struct Described: Decodable, Equatable {
        struct File: Decodable, Equatable {
            var name: String?
            var content: String
        }

        var subject: String
        var to: [[String]]
        var text: String?
        var html: String?
        var files: [File]
    }

    private static let alphabet = Array("abc de XYZ,.;:\"\\<>()@=?_-é中😀ß".unicodeScalars)

    private static func text(_ most: Int, _ random: inout SeededRandom) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 1...most, using: &random) {
            text.unicodeScalars.append(alphabet.randomElement(using: &random) ?? "a")
        }
        // White space at the ends of a header field is none for Python.
        return "x\(text)x"
    }

    @Test("Python reads what is made here, and finds no defect")
    func made() async throws {
        guard let python = ChildProcess("python3") else { return }
        try await withTemporaryDirectory { directory in
            var random = SeededRandom(seed: 21)
            var expected: [Described] = []
            for number in 0..<60 {
                let address = try #require(MailAddress("someone@example.com"))
                var message = try MailMessage(from: Mailbox(address), subject: Self.text(200, &random))
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    message.to.append(try Mailbox(name: Self.text(90, &random), address: address))
                }
                message.text = Self.text(500, &random)
                if Bool.random(using: &random) { message.html = "<p>\(Self.text(300, &random))</p>" }
                for _ in 0..<Int.random(in: 0...2, using: &random) {
                    let content = random.bytes(Int.random(in: 0...300, using: &random))
                    message.attachments.append(try MailAttachment(content, fileName: Self.text(70, &random)))
                }
                let octets = try message.encoded()
                try Data(octets).write(to: URL(fileURLWithPath: "\(directory)/\(number)"))
                expected.append(
                    Described(
                        subject: message.subject, to: message.to.map { [$0.name ?? "", $0.address.description] },
                        text: message.text, html: message.html,
                        files: message.attachments.map {
                            .init(name: $0.fileName, content: Data($0.content).base64EncodedString())
                        }))
            }
            let result = try await python.run(["-c", Self.reading, directory, "\(expected.count)"])
            #expect(result.status == 0, "\(result.errors)")
            let described = try JSONDecoder().decode([Described].self, from: Data(result.output.utf8))
            #expect(described.count == expected.count)
            for (found, made) in zip(described, expected) {
                #expect(found.subject == made.subject)
                #expect(found.to == made.to)
                #expect(found.text == made.text)
                #expect(found.html == made.html)
                #expect(found.files == made.files)
            }
        }
    }

    @Test("What Python makes is read here")
    func read() async throws {
        guard let python = ChildProcess("python3") else { return }
        try await withTemporaryDirectory { directory in
            let result = try await python.run(["-c", Self.making, directory])
            #expect(result.status == 0, "\(result.errors)")
            let made = try JSONDecoder().decode([Described].self, from: Data(result.output.utf8))
            #expect(made.count == 60)
            for (number, expected) in made.enumerated() {
                let octets = Array(try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(number)")))
                let message = try ParsedMailMessage(parsing: octets)
                let found = Described(
                    subject: message.subject ?? "", to: message.to.map { [$0.name ?? "", $0.address.description] },
                    text: message.text.map(Self.normalised), html: message.html.map(Self.normalised),
                    files: message.attachments.map {
                        .init(name: $0.head.fileName, content: Data($0.content).base64EncodedString())
                    })
                #expect(found == expected, "\(directory)/\(number)")
            }
        }
    }

    /// With LF at the end of lines, and none at the end.
    private static func normalised(_ text: String) -> String {
        var text = text.replacing("\r\n", with: "\n")
        while text.hasSuffix("\n") { text.removeLast() }
        return text
    }

    private static let reading = """
        import base64, email, email.policy, json, sys
        from email.header import decode_header, make_header
        from email.utils import getaddresses
        def clean(part):
            return None if part is None else part.get_content().replace("\\r\\n", "\\n").rstrip("\\n")
        found = []
        for number in range(int(sys.argv[2])):
            with open(f"{sys.argv[1]}/{number}", "rb") as file:
                message = email.message_from_binary_file(file, policy=email.policy.SMTP)
                file.seek(0)
                # Only the older interface leaves out the space between encoded words of a name.
                raw = email.message_from_binary_file(file)
            for part in message.walk():
                assert not part.defects, part.defects
                for name, value in part.items():
                    assert not getattr(value, "defects", ()), (number, name, str(value), value.defects)
            found.append({
                "subject": str(message["Subject"]),
                "to": [[str(make_header(decode_header(name))), address] for name, address in getaddresses([raw["To"]])],
                "text": clean(message.get_body(("plain",))), "html": clean(message.get_body(("html",))),
                "files": [{"name": part.get_filename(), "content": base64.b64encode(part.get_content()).decode()}
                          for part in message.iter_attachments()] if message.is_multipart() else [],
            })
        json.dump(found, sys.stdout)
        """

    private static let making = """
        import base64, email.message, email.policy, email.headerregistry, json, random, sys
        source = random.Random(7)
        def text(most, letters="abc de XYZ,.;:()@=?_-éß中😀"):
            return "x" + "".join(source.choice(letters) for _ in range(source.randint(1, most))) + "x"
        made = []
        for number in range(60):
            message = email.message.EmailMessage(policy=email.policy.SMTP)
            subject = " ".join(text(30).split())
            message["Subject"] = subject
            names = [" ".join(text(20).split()) for _ in range(source.randint(1, 3))]
            message["To"] = [email.headerregistry.Address(name, "a", "example.com") for name in names]
            plain, html, files = text(300, "abc é中\\n=. "), None, []
            message.set_content(plain, cte=source.choice(["quoted-printable", "base64", None]))
            if source.random() < 0.5:
                html = "<p>" + text(200, "abc é中\\n=. ") + "</p>"
                message.add_alternative(html, subtype="html")
            for _ in range(source.randint(0, 2)):
                content, name = source.randbytes(source.randint(0, 200)), text(40, "abc é中.-")
                message.add_attachment(content, maintype="application", subtype="x", filename=name)
                files.append({"name": name, "content": base64.b64encode(content).decode()})
            with open(f"{sys.argv[1]}/{number}", "wb") as file:
                file.write(bytes(message))
            made.append({"subject": subject, "to": [[name, "a@example.com"] for name in names],
                         "text": plain.rstrip("\\n"), "html": html and html.rstrip("\\n"), "files": files})
        json.dump(made, sys.stdout)
        """
}
