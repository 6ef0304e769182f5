import TestSupport
import Testing

@testable import NetiusMail

@Suite("Encoded words")
struct MailEncodedWordTests {
    @Test(
        "RFC 2047's examples are read as it says",
        arguments: [
            ("=?ISO-8859-1?Q?a?=", "a"), ("=?ISO-8859-1?Q?a?= b", "a b"),
            ("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"), ("=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", "ab"),
            ("=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=", "ab"), ("=?ISO-8859-1?Q?a_b?=", "a b"),
            ("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?_b?=", "a b"),
            ("=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>", "Keith Moore <moore@cs.utk.edu>"),
            ("=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?=", "Keld Jørn Simonsen"),
            ("=?ISO-8859-1?Q?Andr=E9?= Pirard", "André Pirard"),
            (
                "=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?= =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
                "If you can read this yo =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?="
            ),
            ("=?utf-8*en?q?caf=c3=a9?=", "café"), ("=?windows-1252?Q?=80=93?=", "€“"),
        ])
    func reading(text: String, decoded: String) {
        #expect(MailEncodedWord.decode(text) == decoded)
    }

    @Test(
        "What is malformed or unknown stays as it is",
        arguments: [
            "plain", "", "=?", "=?utf-8?Q?", "=?utf-8?Q?a", "=?utf-8?Q?a?", "=?utf-8?X?a?=", "=??Q?a?=", "=?utf-8??a?=",
            "=?utf-8?Q?a b?=", "a=?utf-8?Q?b?=", "=?utf-8?Q?a?=b", "=?nosuch?Q?a?=",
        ])
    func keeping(text: String) {
        #expect(MailEncodedWord.decode(text) == text)
    }

    @Test("A character that was split between words is whole again")
    func splitCharacters() {
        #expect(MailEncodedWord.decode("=?utf-8?Q?a=C3?= =?UTF-8?B?qQ==?=") == "aé")
    }

    @Test("What is decoded ends no line")
    func controls() {
        let text = MailEncodedWord.decode("=?utf-8?Q?a=0D=0ABcc:_x=00=C2=85=E2=80=A8?=")
        #expect(text == "a  Bcc: x   ")
        #expect(MailEncodedWord.decode("a\u{0}b") == "a b")
    }

    @Test("Whatever is encoded reads back, in words of at most 75 characters of which each is whole")
    func property() {
        var random = SeededRandom(seed: 3)
        let alphabet = Array("abc XYZ_=?\"(),.\t é中😀\u{1F468}\u{200D}ß-/".unicodeScalars)
        for _ in 0..<3000 {
            var text = ""
            for _ in 0..<Int.random(in: 1...120, using: &random) {
                text.unicodeScalars.append(alphabet.randomElement(using: &random) ?? "a")
            }
            let words = MailEncodedWord.encode(text, firstLength: Int.random(in: -5...80, using: &random))
            #expect(words.allSatisfy { $0.count <= 75 && $0.allSatisfy { 0x21...0x7E ~= $0 } })
            let line = words.map { String(decoding: $0, as: UTF8.self) }
            #expect(MailEncodedWord.decode(line.joined(separator: "\r\n ")) == text)
            #expect(line.map { MailEncodedWord.decode($0) }.joined() == text)
        }
        #expect(MailEncodedWord.encode("").isEmpty)
    }

    @Test("Noise is read without harm, and never ends a line")
    func fuzz() {
        var random = SeededRandom(seed: 4)
        let pieces = [
            "=?", "?=", "utf-8", "?Q?", "?B?", "=C3", "=A9", " ", "\r\n ", "a", "_", "?", "=", "w6k=", "*en", "é",
        ]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            #expect(!MailEncodedWord.decode(text).hasControlCharacter)
        }
    }
}
