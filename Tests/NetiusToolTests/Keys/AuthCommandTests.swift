import Foundation
import Testing

@testable import NetiusTool

@Suite("netius auth", .timeLimit(.minutes(5)))
struct AuthCommandTests {
    private static let digest = "sha256:6e6574697573:8425d0f30bd166a33551b979fda2f66143c9169bcf84ccd2a725a71cfbd72ccc"

    @Test(
        "Where a type is named the output is what netius printed",
        arguments: [
            (["sha256"], digest), (["--compat"], digest),
            (["sha1"], "sha1:6e6574697573:7014c021e0fe1c407597d7da70da820bf59fc519"),
            (["md5"], "md5:6e6574697573:6008d3c5726b21fda1ba899a776da2a7"),
            (["sha256", ""], "sha256:4da3376323046a3bb6759f0a3f4ae7100a0567950c53ee42d2e19201baaa6dfc"),
            (
                ["sha256", "your:salt"],
                "sha256:796f75723a73616c74:2b5a8fae54e4e11f94e7885f2aa8ba29ee1ef1f2342b4ffbea1e49d08a989633"
            ),
            (["plain"], "your_password"),
        ])
    func older(words: [String], expected: String) async throws {
        let ending = try await RunningTool(["auth", "generate", "your_password"] + words).end()
        #expect(ending.output == "\(expected)\n" && ending.status == 0 && ending.errors.isEmpty)
        let verified = try await RunningTool(["auth", "verify", "your_password", expected]).end()
        #expect(verified.status == 0 && verified.output == "the password is right\n")
    }

    @Test("Without a type it is PBKDF2 with a new salt; what is printed is verified, and another password is not")
    func modern() async throws {
        for words in [[], ["pbkdf2-sha256"], ["scrypt"]] {
            let stored = try await RunningTool(["auth", "generate", "-"] + words, input: "s\u{E9}cret\r\nmore\n").end()
                .output
            #expect(stored.hasPrefix(words.first ?? "pbkdf2-sha256:600000:"))
            let text = stored.trimmingCharacters(in: .newlines)
            let right = try await RunningTool(["auth", "verify", "s\u{E9}cret", text]).end()
            #expect(right.status == 0)
            let piped = try await RunningTool(["auth", "verify", "s\u{E9}cret", "-"], input: stored).end()
            #expect(piped.status == 0)
            let wrong = try await RunningTool(["auth", "verify", "-", text], input: "secret").end()
            #expect(wrong.status == 1 && wrong.errors == "netius: the password is wrong\n" && wrong.output.isEmpty)
        }
    }

    @Test("JSON is one object")
    func json() async throws {
        let made = try await RunningTool(["auth", "generate", "your_password", "sha256", "--json"]).end()
        #expect(made.output == "{\"stored\": \"\(Self.digest)\"}\n")
        let right = try await RunningTool(["auth", "verify", "your_password", Self.digest, "--json"]).end()
        #expect(right.output == "{\"matches\": true}\n" && right.status == 0)
        let wrong = try await RunningTool(["auth", "verify", "x", Self.digest, "--json"]).end()
        #expect(wrong.output == "{\"matches\": false}\n" && wrong.status == 1 && wrong.errors.isEmpty)
    }

    @Test("What is kept in no known form is an error")
    func unknown() async throws {
        for text in ["sha256:zz", "$1$x$ntiM1/Tz/A.K1foNwVMof0", "pbkdf2-sha256:1", ""] {
            let ending = try await RunningTool(["auth", "verify", "x", text]).end()
            #expect(ending.status == 1)
            #expect(
                ending.errors
                    == "netius: what is kept of the password is in no form that is known, or not complete\n")
        }
    }

    @Test(
        "A wrong value is one clear line",
        arguments: [
            ([], "ACTION is missing"), (["generate"], "PASSWORD is missing"), (["verify", "x"], "STORED is missing"),
            (["generate", "x", "scrypt", "salt"], #"unexpected argument "salt""#),
            (["verify", "x", "y", "z"], #"unexpected argument "z""#),
            (["verify", "-", "-"], #"unexpected argument "-""#),
            (["verify", "x", "y", "--compat"], "--compat and verify exclude each other"),
            (["show", "x"], #"invalid value "show" for ACTION: expected generate or verify"#),
        ])
    func wrong(_ line: [String], _ message: String) {
        let error = #expect(throws: UsageError.self) { try keyCommand(line, AuthCommand.self) }
        #expect(error?.description == message)
    }

    @Test("An unknown type is refused with those that are known")
    func unknownType() {
        let error = #expect(throws: UsageError.self) { try keyCommand(["generate", "x", "crc32"], AuthCommand.self) }
        #expect(error?.description.contains("expected pbkdf2-sha256, scrypt, plain, md5, sha1") == true)
    }
}
