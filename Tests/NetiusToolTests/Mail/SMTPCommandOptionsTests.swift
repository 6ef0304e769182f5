import Netius
import NetiusMail
import Testing

@testable import NetiusTool

@Suite("The options of netius smtp")
struct SMTPCommandOptionsTests {
    private func command(_ line: String = "", _ variables: [String: String] = [:]) throws -> SMTPCommand {
        let words = line.split(separator: " ").map(String.init)
        let parsed = try CommandLineParser.parse(words, for: SMTPCommand.description)
        return try SMTPCommand(CommandValues(parsed: parsed, environment: Environment(variables)))
    }

    @Test("The defaults are the documented ones")
    func defaults() throws {
        let command = try command()
        #expect(command.server.endpoint == .internet(host: "127.0.0.1", port: 2525))
        #expect(command.storage == .output)
        #expect(command.authentication == .none)
        #expect(command.domains == ["localhost"])
        #expect(command.configuration.protocol == .smtp)
        #expect(command.configuration.limits.messageSize == 64 << 20)
        #expect(command.configuration.maximumConnections == 16_384)
        #expect(command.configuration.maximumConnectionsPerAddress == 256)
        #expect(!command.configuration.requiresTLS && !command.configuration.allowsPlaintextAuthentication)
    }

    @Test("Every option is read, and every variable gives what its option gives")
    func everyOption() throws {
        let variables = [
            "SMTP_MAILDIR": "/m", "SMTP_PER_USER": "1", "SMTP_DOMAIN": "a.example;B.example", "SMTP_HOST": "MX.example",
            "SMTP_LMTP": "1", "SMTP_MAX_SIZE": "1000", "SSL": "1", "SMTP_IMPLICIT_TLS": "1", "SMTP_REQUIRE_TLS": "1",
            "SMTP_USERS": "u", "SMTP_REQUIRE_AUTH": "1", "SMTP_PLAINTEXT_AUTH": "1", "SMTP_MAX_CONNECTIONS": "5",
            "SMTP_MAX_CONNECTIONS_PER_ADDRESS": "2", "PORT": "24",
        ]
        let line =
            "24 --maildir /m --per-user --domain a.example,B.example --host-name MX.example --lmtp --max-size 1000 --tls "
            + "--implicit-tls --require-tls --users u --require-auth --plaintext-auth --max-connections 5 "
            + "--max-connections-per-address 2"
        for command in [try command(line), try command("", variables)] {
            #expect(command.server.endpoint == .internet(host: "127.0.0.1", port: 24))
            #expect(command.storage == .maildir(path: "/m", .perUser))
            #expect(command.domains == ["a.example", "b.example"])
            #expect(command.authentication == .file(path: "u"))
            let configuration = command.configuration
            #expect(configuration.hostName == "mx.example" && configuration.protocol == .lmtp)
            #expect(configuration.limits.messageSize == 1000 && configuration.isTLSImplicit)
            #expect(configuration.requiresTLS && configuration.requiresAuthentication)
            #expect(configuration.allowsPlaintextAuthentication && configuration.maximumConnections == 5)
            #expect(configuration.maximumConnectionsPerAddress == 2)
        }
    }

    @Test("Where messages go, the command line says before the environment")
    func storage() throws {
        #expect(try command("--adapter memory").storage == .memory)
        #expect(try command("", ["SMTP_ADAPTER": "null"]).storage == .null)
        #expect(try command("", ["SMTP_ADAPTER": "fs"]).storage == .maildir(path: "mail", .shared))
        #expect(try command("--maildir m", ["SMTP_ADAPTER": "memory"]).storage == .maildir(path: "m", .shared))
        #expect(try command("--adapter memory", ["SMTP_MAILDIR": "m"]).storage == .memory)
        #expect(try command("--adapter fs --maildir m").storage == .maildir(path: "m", .shared))
        #expect(throws: UsageError.conflictingOptions("--maildir", "--adapter")) {
            try command("--maildir m --adapter null")
        }
        #expect(throws: UsageError.missingOption("--maildir", for: "--per-user")) { try command("--per-user") }
    }

    @Test("Who may authenticate: nobody, unless there are users")
    func authentication() throws {
        #expect(try command("--users u --auth none").authentication == .none)
        #expect(try command("", ["SMTP_AUTH": "dummy"]).authentication == .dummy)
        #expect(throws: UsageError.missingOption("--users", for: "--auth file")) { try command("--auth file") }
        #expect(throws: UsageError.missingOption("--users", for: "--require-auth")) { try command("--require-auth") }
    }

    @Test("What only makes sense with TLS asks for it")
    func tls() throws {
        #expect(throws: UsageError.missingOption("--tls", for: "--implicit-tls")) { try command("--implicit-tls") }
        #expect(throws: UsageError.missingOption("--tls", for: "--require-tls")) { try command("--require-tls") }
        #expect(try command("--cert c --require-tls").configuration.requiresTLS)
    }

    @Test(
        "What cannot be is refused",
        arguments: [
            "--max-size 0", "--max-connections 0", "--adapter disk", "--auth simple", "--host-name a_b", "--domain=",
            "--host-name ü.example", "--maildir=", "--keep-alive", "--port 70000",
        ])
    func refused(line: String) {
        #expect(throws: UsageError.self) { try command(line) }
    }

    @Test("Names, letters and variables are unique")
    func unique() {
        let options = SMTPCommand.description.options + [.help]
        for names in [
            options.flatMap(\.spellings), options.compactMap(\.variable), options.compactMap(\.letter).map { "\($0)" },
        ] {
            #expect(Set(names).count == names.count)
        }
    }

    @Test("A message is printed without what would move a terminal's cursor")
    func printing() async throws {
        let sender = try #require(MailAddress("a@b"))
        let store = MemoryMailStore()
        var envelope = SMTPEnvelope(sender: SMTPSender(sender))
        envelope.recipients = [SMTPRecipient(sender)]
        _ = try await store.store(Array("Subject:\tx\r\n\r\n\u{1B}[2J\u{7}caf\u{E9}\r\n".utf8), for: envelope)
        let text = PrintingMailStore.text(of: try #require(store.messages.first))
        #expect(
            text == "Return-Path: <a@b>\nDelivered-To: a@b\nSubject:\tx\n\n\\u001b[2J\\u0007café\n\n")
    }
}
