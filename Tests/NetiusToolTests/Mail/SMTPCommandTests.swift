import Foundation
import Netius
import Testing

/// `netius smtp`, spoken to by hand and by other programs.
@Suite("The program as a receiver of mail", .timeLimit(.minutes(5)))
struct SMTPCommandTests {
    /// Says lines one by one, each after the answer to the one before, and gives all answers.
    private func converse(_ tool: RunningTool, _ lines: [String]) async throws -> [String] {
        let connection = try await Connection.connect(to: tool.address())
        await connection.setTimeouts(read: .seconds(60), write: .seconds(60))
        var received = ""
        var answers: [String] = []
        func answer() async throws {
            while true {
                // The last line of an answer has a space behind its code.
                let lines = received.split(separator: "\r\n", omittingEmptySubsequences: false).dropLast()
                if let last = lines.firstIndex(where: { $0.dropFirst(3).first == " " }) {
                    answers.append(lines[...last].joined(separator: "\n"))
                    received = lines[(last + 1)...].map { $0 + "\r\n" }.joined()
                    return
                }
                guard let bytes = try await connection.read() else { return }
                received += String(decoding: bytes, as: UTF8.self)
            }
        }
        try await answer()
        for line in lines {
            try await connection.write("\(line)\r\n")
            try await answer()
        }
        await connection.close()
        return answers
    }

    private func names(_ path: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    }

    private static let message = ["DATA", "Subject: x\r\n\r\n..dot\r\n."]

    @Test("A message is stored in the Maildir before it is acknowledged, with the trace of how it came")
    func maildir() async throws {
        try await withTemporaryFolder { folder in
            try await withTool(
                [
                    "smtp", "--port", "0", "--maildir", "\(folder)/m", "--domain", "example.com", "--host-name",
                    "mx.example",
                ]
            ) { tool in
                let answers = try await converse(
                    tool,
                    ["EHLO client.example", "MAIL FROM:<a@b.example>", "RCPT TO:<frank@example.com>"] + Self.message + [
                        "QUIT"
                    ])
                #expect(answers[0] == "220 mx.example ESMTP netius")
                #expect(answers[5].hasPrefix("250 2.0.0 ok queued as "))
                #expect(answers[6] == "221 2.0.0 bye")
                let name = try #require(names("\(folder)/m/new").first)
                #expect(name.contains(answers[5].suffix(36)))
                let text = String(decoding: try #require(content(of: "\(folder)/m/new/\(name)")), as: UTF8.self)
                #expect(
                    text.hasPrefix(
                        "Return-Path: <a@b.example>\r\nDelivered-To: frank@example.com\r\nReceived: from client.example"
                    ))
                #expect(text.contains("by mx.example with ESMTP") && text.contains("for <frank@example.com>;"))
                #expect(text.hasSuffix("\r\nSubject: x\r\n\r\n.dot\r\n"))
                #expect(tool.output.isEmpty)
            }
        }
    }

    @Test("Without a place to store it, a message is printed")
    func printing() async throws {
        try await withTool(["smtp", "--port", "0"]) { tool in
            let answers = try await converse(
                tool, ["EHLO c", "MAIL FROM:<>", "RCPT TO:<frank@localhost>"] + Self.message)
            #expect(answers[5].hasPrefix("250 2.0.0 ok queued as "))
            try await eventually("the message is printed") { tool.output.contains(".dot\n") }
            #expect(tool.output.hasPrefix("Return-Path: <>\nDelivered-To: frank@localhost\nReceived: "))
        }
    }

    @Test("Other domains, and users without a Maildir, are refused; LMTP is spoken where it is asked for")
    func refusals() async throws {
        try await withTemporaryFolder { folder in
            try FileManager.default.createDirectory(atPath: "\(folder)/frank", withIntermediateDirectories: false)
            try await withTool(["smtp", "--port", "0", "--maildir", folder, "--per-user", "--lmtp"]) { tool in
                let answers = try await converse(
                    tool,
                    [
                        "EHLO c", "LHLO c", "MAIL FROM:<a@b>", "RCPT TO:<frank@elsewhere>", "RCPT TO:<joe@localhost>",
                        "RCPT TO:<\"../frank\"@localhost>", "RCPT TO:<Frank+x@localhost>",
                        "RCPT TO:<postmaster@localhost>",
                    ] + Self.message)
                #expect(answers[1].hasPrefix("5"))
                #expect(answers[4].hasPrefix("550 5.7.1 "))
                #expect(answers[5].hasPrefix("550 5.1.1 ") && answers[6].hasPrefix("550 5.1.1 "))
                #expect(answers[7].hasPrefix("250 ") && answers[8].hasPrefix("250 "))
                #expect(answers[10].hasPrefix("250 2.0.0 ok queued as "))
                #expect(names("\(folder)/frank/new").count == 1 && names("\(folder)/postmaster/new").count == 1)
                #expect(Set(names(folder)) == ["frank", "postmaster"])
            }
        }
    }

    @Test("What it cannot use, it says at once")
    func unusable() async throws {
        for arguments in [
            ["--maildir", "/dev/null/x"], ["--users", "/nonexistent"], ["--cert", "/nonexistent"],
            ["--maildir", "/dev/null", "--per-user"],
        ] {
            let (ending, _) = try await runTool(["smtp", "--port", "0"] + arguments)
            #expect(ending.status == 1)
            #expect(ending.errors.hasSuffix("\n") && ending.errors.contains("netius: "))
        }
    }

    @Test("Python's smtplib delivers over STARTTLS to a user that authenticates, and over implicit TLS")
    func smtplib() async throws {
        guard let python = programPath("python3") else { return }
        try await withTemporaryFolder { folder in
            // `htpasswd -nb frank secret`, of SHA-512.
            try write(Array("frank:\(try await passwordHash())\n".utf8), to: "\(folder)/users")
            for (mode, options) in [("starttls", []), ("implicit", ["--implicit-tls"])] as [(String, [String])] {
                try await withTool(
                    [
                        "smtp", "--port", "0", "--maildir", "\(folder)/\(mode)", "--tls", "--users", "\(folder)/users",
                        "--require-tls", "--require-auth",
                    ]
                        + options
                ) { tool in
                    let port = try #require(try await tool.address().port)
                    let client = try RunningTool(
                        ["-c", Self.client, "\(port)", mode], ["PATH": "/usr/bin:/bin"], program: python)
                    let ending = try await client.end()
                    #expect(ending.status == 0, "\(ending.errors)")
                    #expect(ending.output == "530\n535\n{}\n")
                    let name = try #require(names("\(folder)/\(mode)/new").first)
                    let text = String(
                        decoding: try #require(content(of: "\(folder)/\(mode)/new/\(name)")), as: UTF8.self)
                    #expect(text.contains("with ESMTPSA") && text.contains("\r\n.leading dot\r\n"))
                }
            }
        }
    }

    /// What a password file has for `secret`.
    private func passwordHash() async throws -> String {
        let program = try #require(programPath("openssl"))
        let tool = try RunningTool(["passwd", "-6", "-salt", "saltsalt", "secret"], program: program)
        return try await tool.end().output.trimmingCharacters(in: .newlines)
    }

    private static let client = """
        import smtplib, ssl, sys
        port, mode = int(sys.argv[1]), sys.argv[2]
        context = ssl._create_unverified_context()
        if mode == "implicit":
            client = smtplib.SMTP_SSL("127.0.0.1", port, context=context, timeout=60)
        else:
            client = smtplib.SMTP("127.0.0.1", port, timeout=60)
            client.starttls(context=context)
        client.ehlo()
        print(client.mail("a@b")[0])
        try:
            client.login("frank", "wrong")
        except smtplib.SMTPAuthenticationError as error:
            print(error.smtp_code)
        client.login("frank", "secret")
        print(client.sendmail("a@b", ["frank@localhost"], "Subject: x\\r\\n\\r\\n.leading dot\\r\\n"))
        client.quit()
        """

    @Test("swaks delivers, over TLS too")
    func swaks() async throws {
        guard let swaks = programPath("swaks") else { return }
        try await withTemporaryFolder { folder in
            try await withTool(["smtp", "--port", "0", "--maildir", folder, "--tls"]) { tool in
                let port = try #require(try await tool.address().port)
                for options in [[], ["-tls"]] as [[String]] {
                    let client = try RunningTool(
                        ["--server", "127.0.0.1", "--port", "\(port)", "--from", "a@b", "--to", "frank@localhost"]
                            + options,
                        ["PATH": "/usr/bin:/bin"], program: swaks)
                    let ending = try await client.end()
                    #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
                    #expect(ending.output.contains("250 2.0.0 ok queued as "))
                }
                #expect(names("\(folder)/new").count == 2)
            }
        }
    }

    /// Where a program is; nil, with a message, where it is not installed.
    private func programPath(_ name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let path = folders.map { "\($0)/\(name)" }.first(where: FileManager.default.isExecutableFile)
        if path == nil { print("skipped: \(name) is not installed") }
        return path
    }
}
