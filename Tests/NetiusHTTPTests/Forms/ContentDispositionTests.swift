import Testing

@testable import NetiusHTTP

@Suite("What a part says about itself")
struct ContentDispositionTests {
    private func parse(_ value: String) throws -> HTTPContentDisposition {
        try HTTPContentDisposition([.contentDisposition: value])
    }

    @Test(
        "Names are read as browsers and other programs write them",
        arguments: [
            ("form-data; name=\"a\"", "a", nil), ("Form-Data;NAME=a", "a", nil), ("form-data; name=\"\"", "", nil),
            ("form-data; name=a; filename=b.txt", "a", "b.txt"), ("form-data; filename=\"\"; name=\"a\"", "a", ""),
            // Chromium, Firefox and Safari.
            ("form-data; name=\"a%22b%0D%0Ac\"", "a\"b\r\nc", nil), ("form-data; name=\"50%\"", "50%", nil),
            ("form-data; name=\"a\"; filename=\"%41%2F%22.txt\"", "a", "%41%2F\".txt"),
            ("form-data; name=\"ü\"; filename=\"日本.txt\"", "ü", "日本.txt"),
            ("form-data; name=\"a\"; filename=\"b\\c.txt\"", "a", "b\\c.txt"),
            // curl before 7.81.
            ("form-data; name=\"a\"; filename=\"b\\\"c\\\\d.txt\"", "a", "b\"c\\d.txt"),
            ("form-data; name=\"a\"; filename=\"C:\\dir\\b.txt\"", "a", "C:\\dir\\b.txt"),
            ("form-data; name=\"a\"; filename=\"x;y=z, \"", "a", "x;y=z, "),
            ("form-data; name=\"a\"; filename*=UTF-8''b.txt", "a", nil),
            ("form-data; name=\"a\"; filename=b; filename*=UTF-8''c", "a", "b"),
            ("form-data ; ;name=\"a\" ; ", "a", nil),
        ] as [(String, String, String?)])
    func names(value: String, name: String, fileName: String?) throws {
        let disposition = try parse(value)
        #expect(disposition.name == name)
        #expect(disposition.fileName == fileName)
    }

    @Test(
        "What is malformed, or said twice, is refused",
        arguments: [
            ("", .missingName), ("form-data", .missingName), ("form-data; filename=a", .missingName),
            ("attachment; name=a", .missingName), ("name=a", .missingName), ("form-data2; name=a", .missingName),
            ("form-data; name", .invalidPartHeader), ("form-data; name=", .invalidPartHeader),
            ("form-data; name=\"a", .invalidPartHeader), ("form-data; name=\"a\"b", .invalidPartHeader),
            ("form-data; name=\"a\\\"", .invalidPartHeader), ("form-data; name=a; name=b", .invalidPartHeader),
            ("form-data; name=\"a\" filename=b", .invalidPartHeader), ("form-data; name = a", .invalidPartHeader),
            ("form-data; name=a; filename=b; FileName=c", .invalidPartHeader), ("form-data name=a", .invalidPartHeader),
            ("form-data; name=\"a\"; \"filename\"=b", .invalidPartHeader), ("form-data; name=ü", .invalidPartHeader),
        ] as [(String, HTTPFormError)])
    func malformed(value: String, error: HTTPFormError) {
        #expect(throws: error) { try parse(value) }
    }

    @Test("There is one of it")
    func count() {
        #expect(throws: HTTPFormError.missingName) { try HTTPContentDisposition(HTTPFields()) }
        #expect(throws: HTTPFormError.invalidPartHeader) {
            try HTTPContentDisposition([
                .contentDisposition: "form-data; name=a", .contentDisposition: "form-data; name=a",
            ])
        }
    }

    private func part(_ fields: HTTPFields) throws -> HTTPMultipart.Part {
        let request = HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/")
        let reader = HTTPMultipartReader(request, limits: HTTPMultipart.Limits())
        return try HTTPMultipart.Part(fields: fields, body: HTTPMultipart.Body(reader: reader, number: 1))
    }

    @Test(
        "The base name of a file is one that can be put behind a folder",
        arguments: [
            ("b.txt", "b.txt"), ("/etc/passwd", "passwd"), ("..\\..\\b.txt", "b.txt"), ("C:\\dir/b c.txt", "b c.txt"),
            ("", nil), ("/", nil), ("dir/", nil), (".", nil), ("..", nil), ("a/..", nil), (".hidden", nil),
            ("a/.ssh", nil), ("...", nil), ("a%0Ab", nil), ("%0D", nil), ("%2e%2e", "%2e%2e"),
            ("日本.txt", "日本.txt"), ("a:b", "a:b"),
            (String(repeating: "a", count: 255), String(repeating: "a", count: 255)),
            (String(repeating: "a", count: 256), nil), (String(repeating: "ü", count: 128), nil),
        ] as [(String, String?)])
    func baseNames(fileName: String, baseName: String?) throws {
        let value = "form-data; name=\"a\"; filename=\"\(fileName.replacing("\\", with: "\\\\"))\""
        let fields = HTTPFields([HTTPField(name: .contentDisposition, value: value)])
        #expect(try part(fields).baseName == baseName)
    }

    @Test("What is no file has no base name; a part has its own type")
    func others() throws {
        let plain = try part([.contentDisposition: "form-data; name=a"])
        #expect(plain.baseName == nil && plain.contentType == nil)
        let image = try part([.contentDisposition: "form-data; name=a", .contentType: "image/PNG"])
        #expect(image.contentType?.essence == "image/png")
    }

    @Test(
        "A part that is encoded as mail is refused",
        arguments: [("binary", true), ("8BIT", true), ("7bit", true), ("base64", false), ("quoted-printable", false)])
    func encodings(encoding: String, isAccepted: Bool) {
        let fields: HTTPFields = [
            .contentDisposition: "form-data; name=a", .contentTransferEncoding: encoding,
        ]
        if isAccepted {
            #expect(throws: Never.self) { try part(fields) }
        } else {
            #expect(throws: HTTPFormError.encodedPart) { try part(fields) }
        }
    }
}
