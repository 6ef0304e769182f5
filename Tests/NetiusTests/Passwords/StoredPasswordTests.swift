import TestSupport
import Testing

@testable import Netius

@Suite("Passwords as they are kept")
struct StoredPasswordTests {
    /// Of "your_password", as netius printed them.
    private static let digests = [
        "sha256:6e6574697573:8425d0f30bd166a33551b979fda2f66143c9169bcf84ccd2a725a71cfbd72ccc",
        "sha1:6e6574697573:7014c021e0fe1c407597d7da70da820bf59fc519",
        "md5:6e6574697573:6008d3c5726b21fda1ba899a776da2a7",
        "sha256:4da3376323046a3bb6759f0a3f4ae7100a0567950c53ee42d2e19201baaa6dfc",
        "sha512:706570706572:5257c22a994e9033377e55ddda2d9cfad7e0ba1032cd2d8ab29910096526de15c297a31c84a0da623ce8c12e79608a70d"
            + "8c60369f06650c711d47ba4f82c189f",
        "sha256:796f75723a73616c74:2b5a8fae54e4e11f94e7885f2aa8ba29ee1ef1f2342b4ffbea1e49d08a989633",
    ]
    private func matches(_ stored: StoredPassword?, _ password: String) -> Bool? {
        stored?.matches(octets(password).span)
    }

    @Test("What netius printed of old is verified", arguments: digests)
    func older(text: String) throws {
        let stored = try StoredPassword(text, accepting: .digests)
        #expect(matches(stored, "your_password") == true && "\(stored)" == text)
        for guess in ["", "your_passwor", "Your_password", text] { #expect(matches(stored, guess) == false) }
        let upper = try StoredPassword(text.uppercased(), accepting: .digests)
        #expect(matches(upper, "your_password") == true)
        #expect {
            try StoredPassword(text, accepting: .strong)
        } throws: {
            "\($0)".contains("which is too weak") && !"\($0)".contains("8425")
        }
    }

    @Test("What netius printed is made again, to the letter")
    func made() {
        let password = octets("your_password")
        let rows = [("sha256", "netius", 0), ("sha1", "netius", 1), ("md5", "netius", 2), ("sha256", "", 3)]
        for (type, salt, index) in rows + [("sha512", "pepper", 4), ("sha256", "your:salt", 5)] {
            let stored = StoredPassword.digest(password, type: type, salt: octets(salt))
            #expect(stored?.description == Self.digests[index])
        }
        #expect(StoredPassword.digest(password, type: "sha0", salt: []) == nil)
        for type in StoredPassword.digestTypes {
            let stored = StoredPassword.digest(password, type: type, salt: [1])
            #expect(matches(stored, "your_password") == true && matches(stored, "x") == false)
        }
    }

    @Test("A new password has a salt of its own, and is read again")
    func new() throws {
        let (one, other) = (StoredPassword.new(octets("s\u{E9}cret")), StoredPassword.new(octets("s\u{E9}cret")))
        let text = try #require(one?.description)
        #expect(text.hasPrefix("pbkdf2-sha256:600000:") && text != other?.description)
        #expect(text.split(separator: ":").map(\.count) == [13, 6, 32, 64])
        let read = try StoredPassword(text, accepting: .strong)
        #expect(read == one && matches(read, "s\u{E9}cret") == true && matches(read, "secret") == false)
        let scrypt = try #require(StoredPassword.scrypt([]))
        #expect("\(scrypt)".hasPrefix("scrypt:32768:8:3:"))
        #expect(matches(try StoredPassword("\(scrypt)", accepting: .strong), "") == true)
    }

    @Test("PBKDF2 and scrypt are those of their RFCs")
    func vectors() throws {
        // RFC 7914 section 12, the third vector, of which half is enough.
        let scrypt = try StoredPassword(
            "scrypt:16384:8:1:536f6469756d43686c6f72696465:"
                + "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2", accepting: .strong)
        #expect(matches(scrypt, "pleaseletmein") == true && matches(scrypt, "pleaseletmei") == false)
        // Python: hashlib.pbkdf2_hmac("sha256", b"Password", b"NaClNaCl", 100000)
        let pbkdf2 = try StoredPassword(
            "pbkdf2-sha256:100000:4e61436c4e61436c:270f33a733bc0f2f5342667ec27f1dc9d6261eeb3def78e962f475cdde1bfd2f",
            accepting: .strong)
        #expect(matches(pbkdf2, "Password") == true && matches(pbkdf2, "password") == false)
    }

    @Test(
        "What is weak, too slow or not whole is refused",
        arguments: [
            ("pbkdf2-sha256:99999:0011223344556677:00112233445566778899aabbccddeeff", "99999 iterations of PBKDF2"),
            ("scrypt:16:8:1:0011223344556677:00112233445566778899aabbccddeeff", "scrypt of little cost"),
            ("sha256:00", "one digest (sha256)"),
            ("pbkdf2-sha256:20000001:0011223344556677:00112233445566778899aabbccddeeff", "too long"),
            ("scrypt:4194304:8:1:0011223344556677:00112233445566778899aabbccddeeff", "too long"),
            ("scrypt:65536:8:1000:0011223344556677:00112233445566778899aabbccddeeff", "too long"),
            ("pbkdf2-sha256", "not complete"), ("pbkdf2-sha256:600000", "not complete"),
            ("scrypt:1:2:3:4", "not complete"),
            ("pbkdf2-sha256:600000:00112233445566:00112233445566778899aabbccddeeff", "not complete"),
            ("pbkdf2-sha256:600000:0011223344556677:0011223344556677", "not complete"),
            ("pbkdf2-sha256:0:0011223344556677:00112233445566778899aabbccddeeff", "not complete"),
            ("pbkdf2-sha256:-1:0011223344556677:00112233445566778899aabbccddeeff", "not complete"),
            ("pbkdf2-sha256:99999999999:0011223344556677:00112233445566778899aabbccddeeff", "not complete"),
            ("pbkdf2-sha256:600000:0011223344556677x:00112233445566778899aabbccddeeff", "not complete"),
            ("scrypt:1000:8:1:0011223344556677:00112233445566778899aabbccddeeff", "not complete"),
            ("scrypt:1024:0:1:0011223344556677:00112233445566778899aabbccddeeff", "not complete"),
            ("secret", "not hashed"), ("", "not hashed"),
        ])
    func refused(text: String, reason: String) {
        #expect {
            try StoredPassword(text, accepting: .strong)
        } throws: {
            "\($0)".contains(reason)
        }
    }

    @Test("A plain password is taken only where it may be, and never where it begins like a hash")
    func plain() throws {
        for text in ["secret", "a:b", "sha0:1", " "] {
            #expect(throws: PasswordHash.Refusal.self) { try StoredPassword(text, accepting: .digests) }
            let stored = try StoredPassword(text, accepting: .plain)
            #expect(matches(stored, text) == true && matches(stored, text + " ") == false && "\(stored)" == text)
        }
        for text in [
            "", "$2y$05$short", "{SHA}x", "sha256:1", "pbkdf2-sha256:1", "$apr1$kBxksyLf$Jm8svXmUBP7OAz363JryE0",
        ] {
            #expect(throws: PasswordHash.Refusal.self) { try StoredPassword(text, accepting: .plain) }
            #expect(StoredPassword(reading: text) == nil)
        }
    }

    private func verify(_ table: PasswordTable, _ credentials: String) throws -> Bool {
        table.verify(try #require(PasswordCredentials(octets(credentials))))
    }

    @Test("A file has all forms where it may, with comments behind them")
    func file() throws {
        let derived = try #require(StoredPassword.new(octets("password")))
        let text = """
            old:\(Self.digests[0])
            unsalted:\(Self.digests[3])
            commented:\(Self.digests[1]):of old
            new:\(derived)
            noted:\(derived):since 2026
            plain:a:b
            """
        let table = try PasswordTable(octets(text), path: "users", accepting: .plain)
        for user in ["old", "unsalted", "commented"] {
            #expect(try verify(table, "\(user):your_password") && !verify(table, "\(user):other"))
        }
        for user in ["new", "noted"] { #expect(try verify(table, "\(user):password") && !verify(table, "\(user):x")) }
        #expect(try verify(table, "plain:a:b") && !verify(table, "plain:a") && !verify(table, "nobody:a:b"))
        for forms in [PasswordForms.strong, .digests] {
            #expect(throws: PasswordFileError.self) { try PasswordTable(octets(text), path: "users", accepting: forms) }
        }
        _ = try PasswordTable(octets("new:\(derived):x\n"), path: "users")
    }

    @Test("Random text is a form or is refused, and does no harm")
    func random() {
        var random = SeededRandom(seed: 9)
        let pieces = [":", "sha256", "pbkdf2-sha256", "scrypt", "$", "00", "1024", "8", "1", "x", "\u{E9}", "{"]
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...9, using: &random)
            let text = (0..<count).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }.joined()
            for forms in [PasswordForms.strong, .digests, .plain] { _ = try? StoredPassword(text, accepting: forms) }
        }
    }
}
