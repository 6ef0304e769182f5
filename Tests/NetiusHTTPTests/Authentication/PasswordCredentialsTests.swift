import Foundation
import TestSupport
import Testing

@testable import Netius
@testable import NetiusHTTP

@Suite("Basic credentials")
struct PasswordCredentialsTests {
    /// `user|password`, or why there are none.
    private func read(_ values: String...) -> String {
        var fields = HTTPFields()
        for value in values { fields.append(.authorization, value) }
        return switch PasswordCredentials.read(fields) {
        case .none: "none"
        case .malformed: "malformed"
        case .credentials(let credentials): "\(credentials.user)|\(credentials.password)"
        }
    }

    private func encoded(_ text: String) -> String { Data(octets(text)).base64EncodedString() }

    @Test("The examples of RFC 7617 section 2")
    func examples() {
        #expect(read("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==") == "Aladdin|open sesame")
        #expect(read("Basic dGVzdDoxMjPCow==") == "test|123\u{A3}")
    }

    @Test("The scheme is in either case, more than one space may follow, and other schemes are not ours")
    func schemes() {
        #expect(read("bAsIc   YTpi") == "a|b")
        #expect(read("Bearer YTpi") == "none")
        #expect(read("Basically YTpi") == "none")
        #expect(read("Digest username=\"a\"") == "none")
        #expect(read() == "none")
    }

    @Test("Only the first colon counts; either side may be empty")
    func colons() {
        #expect(read("Basic \(encoded("a:b:c"))") == "a|b:c")
        #expect(read("Basic \(encoded(":b"))") == "|b")
        #expect(read("Basic \(encoded("a:"))") == "a|")
        #expect(read("Basic \(encoded(":"))") == "|")
    }

    @Test("Up to 255 octets of a name and 511 of a password")
    func limits() {
        func read(_ user: Int, _ password: Int) -> String {
            let text = String(repeating: "u", count: user) + ":" + String(repeating: "p", count: password)
            return self.read("Basic \(encoded(text))")
        }
        #expect(read(255, 511).utf8.count == 255 + 1 + 511)
        #expect(read(256, 511) == "malformed")
        #expect(read(255, 512) == "malformed")
        #expect(read(1, 512) == "malformed")
        #expect(read(256, 1) == "malformed")
        #expect(read(5, 100_000) == "malformed")
    }

    private static let hostile: [String] = [
        "Basic", "Basic\u{9}YTpi", "Basic YTpi,Basic YTpi", "Basic YTpi YTpi", "Basic YTp", "Basic YTpi=", "Basic =",
        "Basic ====", "Basic YQ==", "Basic YTpi\u{80}", "Basic YT-p_w==", "Basic YTpiY===", "Basic YTpiYR==",
        "Basic YTpiYWF=", "Basic =TpiYTpi", "Basic YT=i", "Basic YTpi realm=x", "Basic\u{A0}YTpi",
    ]

    @Test("What is malformed", arguments: hostile)
    func malformed(value: String) {
        #expect(read(value) == "malformed")
    }

    @Test(
        "Control characters, and what is not UTF-8, are malformed",
        arguments: [
            "a\u{0}:b", "a:b\u{0}", "a:b\u{1F}", "a:b\r\n", "a\u{7F}:b", "a:\u{1B}[0m", "\u{FF}:b", "a:\u{C3}",
            "a:\u{ED}\u{A0}\u{80}", "a:\u{C0}\u{80}", "\t:b",
        ])
    func octetsOfCredentials(text: String) {
        #expect(read("Basic \(encoded(text))") == "malformed")
    }

    @Test("Two fields are malformed, even if they agree")
    func twoFields() {
        #expect(read("Basic YTpi", "Basic YTpi") == "malformed")
        #expect(read("Basic YTpi", "Bearer x") == "malformed")
    }

    @Test("Random credentials are read back; random text does no harm")
    func random() {
        var random = SeededGenerator(seed: 3)
        let alphabet = octets("ABCxyz019+/=: ,-_\u{80}")
        for _ in 0..<5000 {
            let length = Int.random(in: 0...80, using: &random)
            let text = (0..<length).map { _ in UInt8.random(in: 0x20...0x7E, using: &random) }
            let parts = text.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
            let expected = parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "|")
            #expect(read("Basic \(Data(text).base64EncodedString())") == (parts.count == 2 ? expected : "malformed"))
            let noise = (0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }
            #expect(!read("Basic \(String(decoding: noise, as: UTF8.self))").isEmpty)
        }
    }

    @Test("Base64 is read as Foundation writes it, and what Foundation refuses is refused")
    func base64() {
        var random = SeededGenerator(seed: 4)
        for length in 0..<200 {
            let octets = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            var text = Array(Data(octets).base64EncodedString().utf8)
            let decoded = Base64.decode(text.span)
            #expect(decoded == octets)
            guard let last = text.indices.last else { continue }
            text[Int.random(in: 0...last, using: &random)] = UInt8.random(in: 0...255, using: &random)
            guard let mine = Base64.decode(text.span) else { continue }
            // By the letter: what is read is written in the same way.
            #expect(Array(Data(mine).base64EncodedString().utf8) == text)
        }
    }

    private func isEqual(_ secret: [UInt8], _ guess: [UInt8]) -> Bool {
        PaddedSecret(secret).isEqual(to: guess.span)
    }

    @Test("A secret equals itself alone, however long either is")
    func secrets() {
        #expect(isEqual(octets("secret"), octets("secret")))
        for guess in ["", "secre", "secrets", "secreu", "Secret", "secret\0", "\0\0\0\0\0\0"] {
            #expect(!isEqual(octets("secret"), octets(guess)))
        }
        #expect(isEqual([], []))
        #expect(!isEqual([], [0]))
        let longest = [UInt8](repeating: 7, count: 512)
        #expect(isEqual(longest, longest))
        // Beyond the length that is compared nothing can be guessed.
        #expect(!isEqual(longest + [7], longest + [7]))
        #expect(!isEqual(longest + [7], longest))
    }
}
