import Foundation
import Netius
import NetiusMail
import Testing

@testable import NetiusTool

@Suite("netius relay and netius queue", .timeLimit(.minutes(10)))
struct RelayCommandTests {
    private func relay(_ line: String, _ variables: [String: String] = [:]) throws(UsageError) -> RelayCommand {
        let parsed = try CommandLineParser.parse(
            line.split(separator: " ").map(String.init), for: RelayCommand.description)
        return try RelayCommand(CommandValues(parsed: parsed, environment: Environment(variables)))
    }

    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "netius-\(UInt32.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.path)
    }

    @Test("options and variables say where mail goes and whose is taken")
    func options() async throws {
        let plain = try await relay("").options.relayConfiguration()
        #expect(plain.policy.localDomains == ["localhost"])
        #expect(plain.policy.trustedNetworks == nil)
        #expect(plain.mailboxes == nil)
        #expect(plain.usesMTASTS)
        let command = try relay(
            "--domain A.example,b.example --trust 127.0.0.1,10.0.0.0/8 --via [::1]:2525 --retry 1s --no-mta-sts",
            [
                "SMTP_HOST": "Mail.Example", "POSTMASTER": "post@a.example",
                "REGISTRY": #"{"frank": {"password": "secret", "allowed_froms": ["f@a.example"]}}"#,
            ])
        let configuration = try await command.options.relayConfiguration()
        #expect(command.serving.hostName == "mail.example")
        #expect(configuration.policy.localDomains == ["a.example", "b.example"])
        #expect(configuration.policy.allowedSenders == ["frank": ["f@a.example"]])
        #expect(configuration.postmaster?.description == "post@a.example")
        #expect(configuration.backoff.minimum == .seconds(1))
        #expect(!configuration.usesMTASTS)
        guard case .host("::1", 2525, .opportunistic, nil) = configuration.route else {
            Issue.record("\(configuration.route)")
            return
        }
    }

    @Test("keys of DKIM come from the variable, as a path or as a text, and errors show none of it")
    func keys() async throws {
        let key = try DKIMPrivateKey.generate(.ed25519)
        let base64 = Data(key.pem.utf8).base64EncodedString()
        let signers = try await relay("", ["DKIM": #"{"A.example": {"selector": "s", "key_b64": "\#(base64)"}}"#])
            .options.relayConfiguration().signers
        #expect(signers["a.example"]?.domain == "a.example")
        let wrong = try relay("", ["DKIM": #"{"a.example": {"selector": "s", "key_b64": "c2VjcmV0"}}"#])
        await #expect(throws: ConfigurationError.self) { try await wrong.options.relayConfiguration() }
    }

    @Test(
        "what makes no sense is one clear line",
        arguments: [
            ("--via :25", "invalid value \":25\" for --via: expected a host, with a port behind a colon if need be"),
            ("--via-user frank --via h", "--via-user needs --via-password-file as well"),
            ("--maildir a --lmtp 127.0.0.1:24", "--maildir and --lmtp exclude each other"),
            (
                "--lmtp nowhere",
                "invalid value \"nowhere\" for --lmtp: expected an address and a port, or unix: and a path"
            ),
        ])
    func wrong(_ line: String, _ message: String) {
        #expect(throws: UsageError.self) { try relay(line) }
        do throws(UsageError) { _ = try relay(line) } catch { #expect(error.description == message) }
    }

    @Test("neither everybody is let in, nor is mail kept in memory, as variables once had it")
    func refusedVariables() {
        #expect(throws: UsageError.self) { try relay("", ["SMTP_AUTH": "dummy"]) }
        #expect(throws: UsageError.self) { try relay("", ["SMTP_ADAPTER": "memory"]) }
        #expect(throws: UsageError.self) { try relay("", ["REGISTRY": #"{"frank": 1}"#]) }
    }

    /// A session with a relay that takes one message.
    private func send(_ address: SocketAddress, to recipient: String) async throws -> String {
        let connection = try await Connection.connect(to: address)
        await connection.setTimeouts(read: .seconds(30), write: .seconds(30))
        var read: [UInt8] = []
        func wait(for end: String) async throws {
            while !String(decoding: read, as: UTF8.self).contains(end) {
                guard let bytes = try await connection.read() else { throw TestEnding() }
                read += bytes
            }
        }
        try await wait(for: "220 ")
        try await connection.write("EHLO test\r\n")
        try await wait(for: "\r\n250 ")
        try await connection.write("MAIL FROM:<a@here.example>\r\nRCPT TO:<\(recipient)>\r\nDATA\r\n")
        try await wait(for: "354 ")
        try await connection.write("Subject: hello\r\n\r\nhi\r\n.\r\n")
        try await wait(for: "queued as ")
        try await connection.write("QUIT\r\n")
        try await wait(for: "221 ")
        await connection.close()
        return String(decoding: read, as: UTF8.self)
    }

    private struct TestEnding: Error {}

    @Test("a relay keeps what it cannot deliver, and its queue can be managed while it runs and when it does not")
    func queue() async throws {
        try await withFolder { folder in
            let spool = "\(folder)/spool"
            var identifier = ""
            let arguments = [
                "relay", "--port", "0", "--spool", spool, "--trust", "127.0.0.1", "--via", "127.0.0.1:1",
                "--via-security", "none", "--maildir", "\(folder)/mail",
            ]
            try await withTool(arguments) { tool in
                let said = try await send(tool.address(), to: "b@there.example")
                let part = try #require(said.split(separator: "queued as ").last)
                identifier = String(part.prefix(36))
                try await eventually("it was tried") {
                    try await runTool(["queue", "list", "--spool", spool]).ending.output.contains("tried 1x")
                }
                let list = try await runTool(["queue", "list", "--spool", spool]).ending
                #expect(list.output.contains(identifier))
                #expect(list.output.contains("b@there.example"))
                #expect(list.output.hasSuffix("1 message\n"))
                #expect(try await runTool(["queue", "pause", "--spool", spool]).ending.status == 0)
                #expect(try await runTool(["queue", "retry", "--spool", spool]).ending.status == 0)
                #expect(try await runTool(["queue", "list", "--spool", spool]).ending.output.contains("is paused"))
                let unknown = try await runTool(["queue", "retry", "\(MailIdentifier())", "--spool", spool]).ending
                #expect(unknown.status == 1)
                #expect(unknown.errors.contains("there is no message"))
                // What is for here stays here.
                #expect(try await runTool(["queue", "resume", "--spool", spool]).ending.status == 0)
                _ = try await send(tool.address(), to: "me@localhost")
                try await eventually("it is in the mailbox") {
                    (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/mail/new"))?.count == 1
                }
            }
            let shown = try await runTool(["queue", "show", identifier, "--json", "--spool", spool]).ending
            #expect(shown.output.contains(#""recipient": "b@there.example""#))
            let content = try await runTool(["queue", "show", identifier, "--content", "--spool", spool]).ending
            #expect(content.output.hasPrefix("Received: from test ("))
            #expect(content.output.hasSuffix("\r\n\r\nhi\r\n"))
            #expect(try await runTool(["queue", "retry", "--spool", spool]).ending.status == 0)
            let list = try await runTool(["queue", "list", "--spool", spool]).ending
            #expect(!list.output.contains("next "))
            #expect(try await runTool(["queue", "remove", identifier, "--spool", spool]).ending.status == 0)
            #expect(try await runTool(["queue", "list", "--spool", spool]).ending.output == "0 messages\n")
            #expect(try await runTool(["queue", "list", "--spool", "\(folder)/none"]).ending.status == 1)
        }
    }

    @Test(
        "a relay that is killed, ended or short of descriptors loses nothing that it acknowledged",
        arguments: [
            ["--kills", ProcessInfo.processInfo.environment["NETIUS_KILLS"] ?? "20"],
            ["--scenario", "terminations", "--kills", "10"], ["--scenario", "descriptors", "--messages", "600"],
            ["--scenario", "password"],
        ])
    func kills(_ scenario: [String]) async throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Reliability/relay_kills.py").path
        let python = "/usr/bin/python3"
        guard FileManager.default.isExecutableFile(atPath: python) else {
            return print("skipped: python3 is not installed")
        }
        let tool = try RunningTool([script, RunningTool.path] + scenario, ["PATH": "/usr/bin:/bin"], program: python)
        while await tool.isRunning { try await Task.sleep(for: .milliseconds(100)) }
        let ending = try await tool.end()
        print(ending.output)
        #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
        #expect(ending.output.contains(" lost 0\n"))
    }
}

extension RunningTool {
    fileprivate var isRunning: Bool {
        get async { kill(identifier, 0) == 0 }
    }
}
