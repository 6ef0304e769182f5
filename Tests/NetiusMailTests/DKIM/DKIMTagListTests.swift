import Netius
import NetiusDNS
import TestSupport
import Testing

@testable import NetiusMail

@Suite("Lists of tags")
struct DKIMTagListTests {
    private func list(_ text: String) -> DKIMTagList? { DKIMTagList(octets(text)[...]) }

    @Test("Tags have names and values, with white space and folds around them that do not count")
    func tags() throws {
        let tags = try #require(self.list(" v = 1 ;\r\n\ta=rsa-sha256;d=;\th=a : b:\r\n c ; b=a b\r\n c;x=007;\r\n "))
        #expect(tags.firstName == "v" && tags["v"]?.text == "1" && tags["a"]?.text == "rsa-sha256")
        #expect(tags["d"]?.text == "" && tags["h"]?.parts == ["a", "b", "c"])
        #expect(tags["b"].map { $0.compact } == octets("abc") && tags["x"]?.number == 7)
        #expect(tags["V"] == nil && tags["n"] == nil && tags["d"]?.number == nil)
    }

    @Test(
        "What is no list is refused",
        arguments: [
            "", ";", " ", "v", "v=1;;a=2", "=1", "1a=2", "v=1;v=1", "v=1; v=2", "a b=1", "v=1\r\nx", "v=\r1",
            "v=1\u{0}",
            "v=1\u{7F}", "v=1\n\na=2", "v-1=2", ";v=1",
        ])
    func refused(text: String) {
        #expect(list(text) == nil)
    }

    @Test("A number has digits only; one that is too large is the largest")
    func numbers() throws {
        #expect(try #require(list("l=99999999999999999999"))["l"]?.number == .max)
        for text in ["l=-1", "l=+1", "l=1 2", "l=0x1", "l=" + String(repeating: "1", count: 77)] {
            #expect(try #require(list(text))["l"]?.number == nil)
        }
    }

    @Test("Octets in Base64 may be without padding, and nothing else may be missing")
    func octetsInBase64() throws {
        let rows: [(String, [UInt8]?)] = [
            ("YQ==", [0x61]), ("YQ=", [0x61]), ("YQ", [0x61]), ("Y Q", [0x61]), ("YWI=", [0x61, 0x62]),
            ("YWI", [0x61, 0x62]), ("YWJj", [0x61, 0x62, 0x63]), ("", []), ("Y", nil), ("YWJjZ", nil), ("YR", nil),
            ("YQ===", nil), ("Y=Q", nil), ("Y-", nil), ("=", []),
        ]
        for (text, expected) in rows { #expect(try #require(list("b=\(text)"))["b"]?.octets == expected, "\(text)") }
    }

    @Test("A list that is too long is refused, one of very many tags is read at once")
    func long() {
        let most = DKIMTagList.maximumLength
        #expect(list("a=" + String(repeating: "x", count: most - 2)) != nil)
        #expect(list("a=" + String(repeating: "x", count: most - 1)) == nil)
        #expect(list((0..<4000).map { "a\($0)=;" }.joined())?["a3999"] != nil)
    }

    @Test("Random lists, signatures and keys are read or refused, and do no harm")
    func random() async throws {
        var random = SeededRandom(seed: 3)
        let key = try DKIMTestKeys.key(.ed25519SHA256)
        let message = try DKIMTestKeys.signed("From: a@example.com\r\n\r\nx\r\n")
        let record = octets(key.record)
        for _ in 0..<20_000 {
            var (changed, changedRecord) = (message, record)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0..<changed.count - 25, using: &random)
                changed[index] = UInt8.random(in: .min ... .max, using: &random)
                let place = Int.random(in: 0..<changedRecord.count, using: &random)
                changedRecord[place] = UInt8.random(in: .min ... .max, using: &random)
            }
            _ = DKIMTagList(changed[...])
            _ = try? DKIMKeyRecord([changedRecord], for: .ed25519SHA256)
            _ = try? DKIMKeyRecord([changedRecord], for: .rsaSHA256)
            var verification = DKIMVerification(result: .pass)
            let header = MailHeaderSection(changed)
            if let field = header.fields.first { _ = try? DKIMSignature(field, &verification) }
            // What it says of it is one line of ASCII, whatever was in the field.
            #expect("\(verification)".utf8.allSatisfy { 0x20...0x7E ~= $0 })
        }
    }

    @Test("Everything cut off at every octet is refused or fails")
    func truncated() async throws {
        let message = try DKIMTestKeys.signed("From: a@example.com\r\n\r\nx\r\n")
        let record = try DKIMTestKeys.key(.ed25519SHA256).record
        for end in message.indices.dropLast(4) {
            let result = try await DKIMTestKeys.verify(Array(message[..<end]), records: [record])
            #expect(result?.result != .pass)
        }
        // Without the padding at its end it is the same key.
        for end in record.utf8.indices.dropLast() {
            let result = try await DKIMTestKeys.verify(message, records: [String(record[..<end])])
            #expect(result?.result == .permanentError)
        }
    }
}
