import Foundation
import Netius
import NetiusMail
import Testing

@testable import NetiusTool

@Suite("netius send", .timeLimit(.minutes(5)))
struct SendCommandTests {
    private static func command(
        _ words: [String], _ variables: [String: String] = [:]
    ) throws(UsageError) -> SendCommand {
        let parsed = try CommandLineParser.parse(words, for: SendCommand.description)
        return try SendCommand(CommandValues(parsed: parsed, environment: Environment(variables)))
    }

    private static let basic = ["m.eml", "--from", "a@example.org", "--to", "b@example.com"]

    /// Runs a server that takes mail of `alice` and for all but `nobody`, on a port of its own.
    private static func withServer(
        _ test: (UInt16, Guarded<[String]>) async throws -> Void
    ) async throws {
        let group = try LoopGroup(count: 1)
        let messages = Guarded<[String]>([])
        var configuration = SMTPServer.Configuration()
        configuration.hostName = "mail.example"
        configuration.loops = group
        configuration.shutdownSignals = []
        configuration.allowsPlaintextAuthentication = true
        configuration.authenticationDelay = .zero
        configuration.authenticator = SMTPAuthenticator { user, password, _ in user == "alice" && password == "secret" }
        let server = SMTPServer(
            host: "127.0.0.1", port: 0, configuration: configuration,
            recipient: { _, recipient in
                recipient.address.localPart == "nobody" ? .permanent("no such user") : .accepted
            }
        ) { session in
            let content = try await session.content.collect(upTo: 1 << 20)
            messages.withLock { $0.append("\(session.user ?? "-") " + String(decoding: content, as: UTF8.self)) }
            return .accepted("Q1")
        }
        let (addresses, listening) = AsyncStream<SocketAddress>.makeStream()
        let task = Task {
            defer { listening.finish() }
            try await server.run(whenListening: { listening.yield($0) })
        }
        var iterator = addresses.makeAsyncIterator()
        let port = await iterator.next()?.port
        let result: Result<Void, any Error>
        do {
            result = .success(try await test(try #require(port), messages))
            server.shutdown()
        } catch {
            result = .failure(error)
            task.cancel()
        }
        _ = await task.result
        await group.shutdown()
        try result.get()
    }

    @Test("TLS is required by a host, opportunistic without one, and as the options say")
    func security() throws {
        #expect(try Self.command(Self.basic).security == .opportunistic)
        #expect(try Self.command(Self.basic).port == 25)
        #expect(try Self.command(Self.basic + ["--starttls"]).security == .required)
        #expect(try Self.command(Self.basic + ["--no-starttls"]).security == .none)
        let submission = try Self.command(Self.basic + ["--host", "smtp.example.com"])
        #expect(submission.security == .required && submission.port == 587)
        let implicit = try Self.command(Self.basic + ["--host", "smtp.example.com", "--tls"])
        #expect(implicit.security == .implicit && implicit.port == 465)
        #expect(try Self.command(Self.basic + ["--host", "x", "--no-starttls", "-p", "2525"]).port == 2525)
        #expect(try Self.command(Self.basic + ["--host", "x"], ["SMTP_STARTTLS": "0"]).security == .none)
    }

    @Test("What cannot be meant is refused")
    func usage() {
        for words in [
            ["m.eml"], ["m.eml", "--from", "a@example.org"], ["m.eml", "--to", "b@example.com"],
            Self.basic + ["--tls"], Self.basic + ["--host", "x", "--tls", "--no-starttls"],
            Self.basic + ["--user", "u"], Self.basic + ["--host", "x", "--user", "u"], Self.basic + ["--port", "0"],
            ["m.eml", "--from", "a@b\r\nRSET", "--to", "b@example.com"],
            ["-", "--from", "a@b", "--to", "c@d", "--host", "x", "--user", "u", "--password-file", "-"],
        ] {
            #expect(throws: UsageError.self) { try Self.command(words) }
        }
    }

    @Test("The variables stand for the options")
    func variables() throws {
        let command = try Self.command(
            ["-"],
            [
                "SMTP_SENDER": "<>", "SMTP_RECEIVER": "b@example.com; <c@example.com>", "SMTP_HOST": "x",
                "SMTP_PORT": "26",
                "SMTP_USER": "u", "SMTP_PASSWORD": "p",
            ])
        #expect(command.sender == nil && command.recipients.map(\.description) == ["b@example.com", "c@example.com"])
        #expect(command.host == "x" && command.port == 26 && command.user == "u" && command.password == .text("p"))
    }

    @Test("A message goes out with what its header section lacks, and each recipient has a line")
    func message() async throws {
        try await Self.withServer { port, messages in
            try await withTemporaryFolder { folder in
                try write(Array("Subject: x\n\n.hello\n".utf8), to: folder + "/m.eml")
                try write(Array("secret\n".utf8), to: folder + "/password")
                let (ending, _) = try await runTool([
                    "send", folder + "/m.eml", "--from", "a@example.org", "--to", "b@example.com", "--to",
                    "nobody@example.com", "--host", "127.0.0.1", "--port", "\(port)", "--no-starttls", "--user",
                    "alice",
                    "--password-file", folder + "/password", "--plaintext-password", "--transcript",
                ])
                #expect(ending.status == 1)
                #expect(
                    ending.output
                        == "250 2.0.0 ok queued as Q1 <b@example.com>\n550 5.0.0 no such user <nobody@example.com>\n")
                #expect(ending.errors.contains("> AUTH PLAIN ***\n") && !ending.errors.contains("AGFsaWNl"))
            }
            let message = try #require(messages.withLock { $0.first })
            #expect(message.hasPrefix("alice Date: ") && message.hasSuffix("Subject: x\r\n\r\n.hello\r\n"))
            #expect(message.contains("\r\nFrom: a@example.org\r\nMessage-ID: <"))
        }
    }

    @Test("Standard input is a message too, and the result can be JSON")
    func standardInput() async throws {
        try await Self.withServer { port, messages in
            let message = "Date: x\r\nFrom: y\r\nMessage-ID: <z@y>\r\n\r\nhello\r\n"
            let (ending, bytes) = try await runTool(
                [
                    "send", "-", "--from", "<>", "--to", "b@example.com", "--host", "127.0.0.1", "--port", "\(port)",
                    "--no-starttls", "--json",
                ], input: message)
            #expect(ending.status == 0 && ending.errors.isEmpty)
            #expect(messages.withLock { $0 } == ["- " + message])
            let result = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
            let recipient = try #require((result["recipients"] as? [[String: Any]])?.first)
            #expect(recipient["address"] as? String == "b@example.com" && recipient["accepted"] as? Bool == true)
            #expect(recipient["code"] as? Int == 250 && recipient["status"] as? String == "2.0.0")
            #expect((result["sessions"] as? [[String: Any]])?.first?["queue_response"] != nil)
        }
    }

    @Test("A text without a header section gets one, and TLS that is required is not done without")
    func plainText() async throws {
        try await Self.withServer { port, messages in
            let words = [
                "send", "-", "--from", "a@example.org", "--to", "b@example.com", "--host", "127.0.0.1", "--port",
            ]
            let (refused, _) = try await runTool(words + ["\(port)"], input: "hello there\n")
            #expect(refused.status == 1 && refused.output.contains("does not offer TLS <b@example.com>"))
            let (ending, _) = try await runTool(words + ["\(port)", "--no-starttls"], input: "hello there\n")
            #expect(ending.status == 0)
            let all = messages.withLock { $0 }
            #expect(all.count == 1)
            #expect(all.first?.hasSuffix("@example.org>\r\n\r\nhello there\r\n") == true)
        }
    }

    @Test("A file that is not there is told in a line")
    func noFile() async throws {
        let (ending, _) = try await runTool(["send", "/nowhere/m.eml", "--from", "a@b.example", "--to", "c@d.example"])
        #expect(ending.status == 1 && ending.errors.hasPrefix("netius: ") && ending.errors.contains("/nowhere/m.eml"))
    }
}
