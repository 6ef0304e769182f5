import NetiusMail
import TestSupport
import Testing

@Suite("Parameters of Content-Type and Content-Disposition")
struct MailParametersTests {
    @Test(
        "Parameters are read as RFC 2045 and RFC 2231 have them",
        arguments: [
            ("text/plain; charset=us-ascii (Plain text)", "charset", "us-ascii"),
            ("text/plain; charset=\"us-ascii\"", "CHARSET", "us-ascii"),
            ("text/plain ; a = b ; c=\"d;e\\\"f\"", "c", "d;e\"f"), ("text/plain;;charset=x;", "charset", "x"),
            ("text/plain; junk; charset=x", "charset", "x"), ("text/plain; (charset=y) charset=x", "charset", "x"),
            ("application/x; name=my file.txt; b=c", "name", "my file.txt"),
            (
                "message/external-body; access-type=URL; URL*0=\"ftp://\"; URL*1=\"cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar\"",
                "url", "ftp://cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar"
            ),
            (
                "application/x-stuff; title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A", "title",
                "This is ***fun***"
            ),
            (
                "application/x-stuff; title*0*=us-ascii'en'This%20is%20even%20more%20; title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2=\"isn't it!\"",
                "title", "This is even more ***fun*** isn't it!"
            ),
            ("a/b; t*1=b; t*0=a; t*3=d", "t", "ab"), ("a/b; t=plain; t*=utf-8''%C3%A9", "t", "é"),
            ("a/b; t*0*=utf-8''%C3; t*1*=%A9", "t", "é"), ("a/b; t*=nosuch''%E9", "t", "%E9"),
            ("a/b; t*=iso-8859-1''%E9", "t", "é"), ("a/b; t=x; t=y", "t", "x"), ("a/b; t*=%41", "t", "A"),
            ("a/b; t=\"open", "t", "open"), ("a/b; t*=utf-8''a%0D%0Ab", "t", "a  b"),
        ])
    func reading(text: String, name: String, value: String) throws {
        let type = try #require(MailContentType(text))
        #expect(type.parameters[name] == value)
    }

    @Test("The plain boundary counts, as it does to those who do not know RFC 2231")
    func boundary() {
        for text in [
            "multipart/mixed; boundary=a; boundary*0=b", "multipart/mixed; boundary*0=b; boundary=a",
            "multipart/mixed; boundary*=utf-8''b; boundary=a",
        ] { #expect(MailContentType(text)?.parameters["boundary"] == "a") }
        #expect(MailContentType("multipart/mixed; boundary*0=a; boundary*1=b")?.parameters["boundary"] == "ab")
    }

    @Test("Types and kinds are read in lower case; what has none is none")
    func types() {
        #expect(MailContentType("Text/HTML; x=y")?.name == "text/html")
        #expect(MailContentType(" multipart/mixed")?.isMultipart == true)
        for text in ["", "text", "text/", "/plain", "text /plain", ";a=b"] { #expect(MailContentType(text) == nil) }
        #expect(MailContentDisposition("ATTACHMENT; filename=x")?.kind == "attachment")
        #expect(MailContentDisposition("; filename=x") == nil)
    }

    @Test("Noise is read without harm")
    func fuzz() {
        var random = SeededRandom(seed: 6)
        let pieces = [
            "a/b", ";", "=", "\"", "\\", "t", "*", "0", "1", "utf-8''", "%C3", "%", " ", "(", ")", "é", "'",
            "99999999999",
        ]
        var count = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...16, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            count += MailContentType("a/b;" + text)?.parameters.all.count ?? 0
        }
        #expect(count > 100)
        #expect(MailContentType("a/b" + String(repeating: ";t=", count: 100_000)) != nil)
        #expect(MailContentType("a/b" + String(repeating: ";t*1=x", count: 100_000)) != nil)
    }
}
