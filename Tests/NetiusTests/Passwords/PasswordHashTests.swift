import TestSupport
import Testing

@testable import Netius

@Suite("Hashes of passwords")
struct PasswordHashTests {
    /// Hashes of "password", by libxcrypt.
    private static let hashes: [(String, PasswordHash.Method)] = [
        ("$2y$05$abcdefghijklmnopqrstuuWG29KuyeAicPCJODk1zjyGvyQUU2awu", .bcrypt),
        ("$5$saltsalt$gOjOtoMpVhru2uyjeJSEc/JaLQWOXMNmlOnj6T4AtC.", .sha256),
        ("$5$rounds=1000$saltsalt$azOwbpkvuuBKkE82dQPwTsQE8JyT9Fflpr9aKid3aT9", .sha256),
        (
            "$6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.qc.eoxqOmSuNp2xS0ktL3nh/",
            .sha512
        ),
        ("$y$j9T$saltsaltsaltsalt$Uxvkjnhdr/2B6SINV1mXACdXVbd5kc899ms5aqhxMQD", .yescrypt),
    ]

    private func matches(_ hash: PasswordHash, _ guess: String) -> Bool { hash.matches(octets(guess).span) }

    @Test("Each accepted form knows its password", arguments: hashes)
    func matches(text: String, method: PasswordHash.Method) throws {
        let hash = try PasswordHash(text)
        #expect(hash.method == method && hash.isSupported)
        #expect(matches(hash, "password"))
        for guess in ["", "Password", "passwor", "password ", text] { #expect(!matches(hash, guess)) }
    }

    @Test("A password is not what is before a zero in it", arguments: hashes)
    func zeros(text: String, method: PasswordHash.Method) throws {
        let hash = try PasswordHash(text)
        for guess in ["password\0", "password\0anything", "\0password"] { #expect(!matches(hash, guess)) }
    }

    @Test("What makes a form slow is told apart from its salt")
    func costs() throws {
        let costs = try Self.hashes.map { try PasswordHash($0.0).cost }
        #expect(costs == ["05", "", "rounds=1000", "", "j9T"])
    }

    private static let refusedRows: [(String, PasswordHash.Refusal)] = [
        ("$apr1$kBxksyLf$Jm8svXmUBP7OAz363JryE0", .weak("Apache's MD5 ($apr1$)")),
        ("$1$x$ntiM1/Tz/A.K1foNwVMof0", .weak("MD5 ($1$)")),
        ("{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", .weak("SHA-1 or another unsalted digest")),
        ("{SSHA}abc", .weak("SHA-1 or another unsalted digest")), ("o6IMPVP9UHY6k", .weak("DES")),
        ("secret", .unknown), ("", .unknown), ("*", .unknown), ("!", .unknown), ("$", .unknown), ("$$", .unknown),
        ("$9$x$y", .unknown), ("$2x$05$abcdefghijklmnopqrstuuWG29KuyeAicPCJODk1zjyGvyQUU2awu", .unknown),
        ("$3$$8846f7eaee8fb117ad06bdd830b7586c", .unknown), ("x$2y$05$a", .unknown),
        ("$2y$05$abcdefghijklmnopqrstuuWG29KuyeAicPCJODk1zjyGvyQUU2aw", .malformed),
        ("$2y$5$abcdefghijklmnopqrstuuWG29KuyeAicPCJODk1zjyGvyQUU2awu", .malformed),
        ("$2y$03$abcdefghijklmnopqrstuuWG29KuyeAicPCJODk1zjyGvyQUU2awu", .malformed),
        ("$2y$aa$abcdefghijklmnopqrstuuWG29KuyeAicPCJODk1zjyGvyQUU2awu", .malformed),
        ("$2y$05$abcdefghijklmnopqrstuuWG29KuyeAicPCJODk1zjyGvyQUU2a\u{E9}", .malformed),
        ("$2y$18$abcdefghijklmnopqrstuuWG29KuyeAicPCJODk1zjyGvyQUU2awu", .tooSlow),
        ("$2y$31$abcdefghijklmnopqrstuuWG29KuyeAicPCJODk1zjyGvyQUU2awu", .tooSlow),
        ("$5$saltsalt$gOjOto", .malformed), ("$5$saltsalt", .malformed), ("$5$$", .malformed),
        ("$5$rounds=999$s$azOwbpkvuuBKkE82dQPwTsQE8JyT9Fflpr9aKid3aT9", .malformed),
        ("$5$rounds=+5000$s$azOwbpkvuuBKkE82dQPwTsQE8JyT9Fflpr9aKid3aT9", .malformed),
        ("$5$rounds=5000001$s$azOwbpkvuuBKkE82dQPwTsQE8JyT9Fflpr9aKid3aT9", .tooSlow),
        ("$5$rounds=99999999999999999999$s$azOwbpkvuuBKkE82dQPwTsQE8JyT9Fflpr9aKid3aT9", .malformed),
        ("$5$saltsaltsaltsalts$azOwbpkvuuBKkE82dQPwTsQE8JyT9Fflpr9aKid3aT9", .malformed),
        ("$6$saltsalt$gOjOtoMpVhru2uyjeJSEc/JaLQWOXMNmlOnj6T4AtC.", .malformed),
        ("$y$j9T$salt$short", .malformed), ("$y$$salt$Uxvkjnhdr/2B6SINV1mXACdXVbd5kc899ms5aqhxMQD", .malformed),
    ]

    @Test("What is weak, not complete or unknown is refused", arguments: refusedRows)
    func refused(text: String, refusal: PasswordHash.Refusal) {
        #expect(throws: refusal) { try PasswordHash(text) }
    }

    @Test("Every refusal says what to do")
    func descriptions() {
        for refusal in [.weak("MD5"), .unknown, .malformed, .tooSlow, .unsupported] as [PasswordHash.Refusal] {
            #expect("\(refusal)".contains("htpasswd -B"))
        }
    }

    @Test("Random text is refused or is a form, and does no harm")
    func random() {
        var random = SeededRandom(seed: 8)
        let pieces = ["$", "2y", "5", "6", "y", "05", "rounds=", "5000", "salt", "=", "\u{80}", "a", ":", "{", "/"]
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...8, using: &random)
            let text = (0..<count).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }.joined()
            #expect(throws: PasswordHash.Refusal.self) { try PasswordHash(text) }
        }
    }

    private func table(_ text: String) throws -> PasswordTable { try PasswordTable(octets(text), path: "users") }

    private func verify(_ table: PasswordTable, _ credentials: String) throws -> Bool {
        table.verify(try #require(PasswordCredentials(octets(credentials))))
    }

    @Test("A file has users, comments and empty lines; what follows a second colon does not count")
    func file() throws {
        let hash = Self.hashes[2].0
        let table = try table("# staff\n\nfrank:\(hash)\r\njane doe:\(hash):Jane, since 2020\n#old:x\nlast:\(hash)")
        for user in ["frank", "jane doe", "last"] {
            #expect(try verify(table, "\(user):password"))
            #expect(try !verify(table, "\(user):wrong"))
        }
        for user in ["old", "#old", "Frank", "", "fran"] { #expect(try !verify(table, "\(user):password")) }
    }

    @Test("A file without users lets nobody in")
    func empty() throws {
        for text in ["", "\n", "# nothing\n"] { #expect(try !verify(table(text), "a:b")) }
    }

    @Test(
        "An error names the line, the user, and what to do",
        arguments: [
            (
                "a:HASH\nfrank:$apr1$kBxksyLf$Jm8svXmUBP7OAz363JryE0\n",
                "users, line 2, user \"frank\": the password is hashed with Apache's MD5 ($apr1$), which is too weak: "
                    + "set it anew with 'htpasswd -B'"
            ),
            (
                "frank:secret\n",
                "users, line 1, user \"frank\": the password is not hashed, or in an unknown form: "
                    + "set it anew with 'htpasswd -B'"
            ),
            ("# x\n\nfrank\n", "users, line 3: expected user:hash"), (":HASH\n", "users, line 1: expected user:hash"),
            ("a\u{0}:HASH", "users, line 1: expected user:hash"), ("\u{FF}:HASH", "users, line 1: expected user:hash"),
            ("a:HASH\nb:HASH\na:HASH\n", "users, line 3, user \"a\": the user is there twice"),
        ])
    func errors(text: String, description: String) {
        let text = text.replacing("HASH", with: Self.hashes[2].0)
        #expect {
            try table(text)
        } throws: {
            "\($0)" == description
        }
    }

    @Test("An error never shows a password or its hash")
    func noSecrets() {
        #expect {
            try table("frank:plain-secret")
        } throws: {
            !"\($0)".contains("secret")
        }
    }
}
