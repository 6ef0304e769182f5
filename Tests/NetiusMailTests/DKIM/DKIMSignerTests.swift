import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("Signing mail")
struct DKIMSignerTests {
    private static let message =
        "From: a@example.com\r\nTo: b@example.net\r\nReceived: x\r\nSubject: Hello\r\nX-Own: 1\r\n\r\nHello\r\n"

    private func field(
        _ message: String = message, _ configuration: DKIMSigner.Configuration = .init(),
        _ algorithm: DKIMAlgorithm = .ed25519SHA256
    ) throws -> String {
        let field = try DKIMTestKeys.signer(algorithm, configuration).sign(
            octets(message), at: Timestamp(seconds: 1_795_218_150))
        return String(decoding: field, as: UTF8.self)
    }

    private func signedNames(_ field: String) throws -> [String] {
        let value = try #require(DKIMTagList(Array(field.utf8.dropFirst(15))[...]))
        return try #require(value["h"]).parts
    }

    @Test("The field says what is signed, when and by whom, in short lines; it is one field and nothing more")
    func wholeField() throws {
        let field = try field(Self.message)
        let tags = try #require(DKIMTagList(Array(field.utf8.dropFirst(15))[...]))
        #expect(field.hasPrefix("DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.com;"))
        #expect(tags["t"]?.text == "1795218150" && tags["x"] == nil && tags["l"] == nil && tags["i"] == nil)
        #expect(tags["bh"]?.text == Base64.encode(SHA256Hasher.digest(of: octets("Hello\r\n")) ?? []))
        #expect(field.hasSuffix("\r\n") && MailHeaderSection(Array(field.utf8)).fields.count == 1)
        for line in field.split(separator: "\r\n") { #expect(line.utf8.count <= 76) }
        let other = try self.field(Self.message, .init(), .rsaSHA256)
        #expect(other.contains("a=rsa-sha256;"))
        for line in other.split(separator: "\r\n") { #expect(line.utf8.count <= 76) }
    }

    @Test("What matters is signed as often as it is there, and guarded fields once more; what relays change is not")
    func names() throws {
        let names = try signedNames(try field(Self.message))
        let counts = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
        #expect(counts["From"] == 2 && counts["To"] == 2 && counts["Subject"] == 2 && counts["Date"] == 1)
        #expect(counts["Message-ID"] == 1 && counts["Received"] == nil && counts["X-Own"] == nil)
        let twice = try signedNames(try field("To: x\r\nList-Id: y\r\n" + Self.message))
        #expect(twice.count { $0 == "To" } == 3 && twice.count { $0 == "List-Id" } == 1)
    }

    @Test("From is signed whatever the configuration says; names that are none are left out")
    func configuration() async throws {
        let configuration = DKIMSigner.Configuration(
            headerCanonicalization: .simple, bodyCanonicalization: .relaxed,
            signedFields: ["Subject", "X-Own", "bad:name", "evil;b=x", "", "subject", "a b"], oversignedFields: [],
            identity: "anna b;=@mail.example.com", lifetime: .seconds(60))
        let field = try field(Self.message, configuration)
        #expect(try signedNames(field) == ["From", "Subject", "X-Own"])
        #expect(field.contains("c=simple/relaxed;") && field.contains("x=1795218210;"))
        #expect(field.contains("i=anna=20b=3B=3D@mail.example.com;"))
        let result = try await DKIMTestKeys.verify(
            octets(field + Self.message), at: Timestamp(seconds: 1_795_218_200))
        #expect(result?.result == .pass, "\(result as Any)")
        #expect(result?.description.contains(#"header.i="anna b;="@mail.example.com"#) == true)
    }

    @Test(
        "A message without From, with several, or with a line that is no field is not signed",
        arguments: [
            ("Subject: x\r\n\r\nx", DKIMError.noFrom), ("", .noFrom), ("\r\nFrom: a@b\r\n", .noFrom),
            ("From: a@b\r\nSubject: x\r\nfrom : c@d\r\n\r\nx", .repeatedFrom),
            ("From: a@b\r\nno field\r\n\r\nx", .malformedHeader(line: 2)),
            ("From me Fri Nov 20\nFrom: a@b\n\nx", .malformedHeader(line: 1)),
            (
                "From: a@b\r\n" + String(repeating: "To: c@d\r\n", count: DKIMSigner.maximumSignedFields) + "\r\nx",
                .tooManyFields
            ),
        ])
    func refused(message: String, error: DKIMError) throws {
        let signer = try DKIMTestKeys.signer()
        #expect(throws: error) { try signer.sign(octets(message)) }
        #expect(!"\(error)".isEmpty)
    }

    @Test("Domains, selectors and identities are checked")
    func configurationErrors() throws {
        let key = try DKIMTestKeys.key(.ed25519SHA256)
        for domain in ["", ".", "a..b", "a b", "ex\u{E4}mple.com", "a;b", "-a.com", "x\r\ny", "example.com."] {
            #expect(throws: DKIMError.malformedDomain(domain)) {
                try DKIMSigner(domain: domain, selector: "s", key: key)
            }
        }
        for selector in ["", "a b", "a;", "a.", String(repeating: "a", count: 64)] {
            #expect(throws: DKIMError.malformedSelector(selector)) {
                try DKIMSigner(domain: "example.com", selector: selector, key: key)
            }
        }
        for identity in [
            "", "a", "a@", "@example.org", "@badexample.com", "@a..example.com", "@.example.com", "@e\u{445}ample.com",
        ] {
            #expect(throws: DKIMError.malformedIdentity(identity)) {
                try DKIMSigner(domain: "example.com", selector: "s", key: key, configuration: .init(identity: identity))
            }
        }
        _ = try DKIMSigner(
            domain: "Example.COM", selector: "a.b_c", key: key, configuration: .init(identity: "@example.com"))
    }

    @Test("Header and body signed apart, the body in pieces, are the message signed as a whole")
    func streamed() throws {
        let signer = try DKIMTestKeys.signer()
        let message = octets(Self.message)
        let header = MailHeaderSection(message)
        var hasher = signer.makeBodyHasher()
        for index in header.bodyStart..<message.count { hasher.update(message.span.extracting(index..<index + 1)) }
        let time = Timestamp(seconds: 1)
        #expect(
            try signer.signature(for: header, bodyHash: hasher.finalize(), at: time) == signer.sign(message, at: time))
        #expect(throws: DKIMError.signingFailed) { try signer.signature(for: header, bodyHash: [], at: time) }
        let hash = [UInt8](repeating: 0, count: 32)
        for (text, line) in [("From: a@b\r\nno field\r\nFrom: c@d\r\n\r\n", 2), ("From: a@b\n c\n\u{E9}: x", 3)] {
            #expect(throws: DKIMError.malformedHeader(line: line)) {
                try signer.signature(for: MailHeaderSection(octets(text)), bodyHash: hash, at: time)
            }
        }
        for text in ["From: a@b\r\n\r\n", "From: a@b\r\n", "From: a@b", "From: a@b\n\nno field"] {
            _ = try signer.signature(for: MailHeaderSection(octets(text)), bodyHash: hash, at: time)
        }
    }
}
