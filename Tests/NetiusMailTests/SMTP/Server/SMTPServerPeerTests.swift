import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("SMTP server: other people's clients", .timeLimit(.minutes(5)))
struct SMTPServerPeerTests {
    /// A line that begins with a dot, one that is a dot, letters beyond ASCII.
    private static let content = "Subject: h\u{E9}llo\r\n\r\n.begins with a dot\r\n.\r\n..\r\nends\r\n"

    private static let authenticator = SMTPAuthenticator { user, password, _ in
        user == "frank" && password == "secret"
    }

    private func submission(_ configuration: inout SMTPServer.Configuration) throws {
        configuration.tls = try TestIdentity.server.get()
        configuration.authenticator = Self.authenticator
        configuration.requiresAuthentication = true
    }

    @Test("Python's smtplib sends by STARTTLS and AUTH, in UTF-8")
    func smtplib() async throws {
        guard let python = ChildProcess("python3") else { return }
        let script = """
            import smtplib, ssl, sys
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            with smtplib.SMTP("127.0.0.1", int(sys.argv[1]), local_hostname="client.example") as client:
                client.starttls(context=context)
                client.login("frank", "secret")
                content = "Subject: h\\u00e9llo\\r\\n\\r\\n.begins with a dot\\r\\n.\\r\\n..\\r\\nends\\r\\n".encode()
                refused = client.sendmail(
                    "frank@client.example", ["a@mail.example", "b@mail.example", "no@mail.example"], content,
                    mail_options=["BODY=8BITMIME", "SMTPUTF8"], rcpt_options=["NOTIFY=FAILURE,DELAY"])
                print(sorted(refused), client.noop()[0], client.verify("frank")[0], client.help().decode())
                try:
                    client.sendmail("frank@client.example", ["no@mail.example"], content)
                except smtplib.SMTPRecipientsRefused as error:
                    print(error.recipients["no@mail.example"][0])
            """
        let box = MessageBox()
        try await withSMTPServer(
            submission, box: box,
            recipient: { _, recipient in recipient.address.localPart == "no" ? .permanent("no") : .accepted }
        ) { server in
            let result = try await python.run(["-c", script, "\(server.port)"])
            #expect(result.output == "['no@mail.example'] 250 252 2.0.0 see RFC 5321\n550\n", "\(result.errors)")
        }
        #expect(box.texts == [Self.content])
        let envelope = try #require(box.messages.first?.session.envelope)
        #expect(envelope.recipients.map(\.notify) == [[.failure, .delay], [.failure, .delay]])
        #expect(envelope.sender.body == .eightBitMIME && envelope.sender.usesUTF8)
        #expect(envelope.sender.size == Self.content.utf8.count)
        #expect(box.messages.first?.session.user == "frank")
    }

    @Test("Python's smtplib sends over LMTP, and learns of each recipient")
    func lmtplib() async throws {
        guard let python = ChildProcess("python3") else { return }
        let script = """
            import smtplib, sys
            with smtplib.LMTP("127.0.0.1", int(sys.argv[1]), local_hostname="client.example") as client:
                client.ehlo_or_helo_if_needed()
                client.mail("a@client.example")
                for name in "b", "full":
                    client.rcpt(name + "@mail.example")
                print(client.data(b"Subject: x\\r\\n\\r\\ntext\\r\\n"), client.getreply())
            """
        try await withSMTPServer(deliver: { session in
            session.envelope.recipients.map { $0.address.localPart == "full" ? .temporary("full") : .accepted("1") }
        }) { server in
            let result = try await python.run(["-c", script, "\(server.port)"])
            #expect(
                result.output == "(250, b'2.0.0 ok queued as 1') (451, b'4.3.0 full')\n", "\(result.errors)")
        }
    }

    @Test(
        "swaks sends in clear, pipelined, by STARTTLS, with both mechanisms, over TLS from the beginning and by LMTP",
        arguments: [
            "", "--pipeline", "--tls", "--tls --auth PLAIN", "--tls --auth LOGIN", "--tls --pipeline --auth LOGIN",
            "--tls-on-connect", "--protocol LMTP", "--protocol SMTP",
        ])
    func swaks(options: String) async throws {
        guard let swaks = ChildProcess("swaks") else { return }
        let box = MessageBox()
        try await withSMTPServer(
            { configuration in
                try submission(&configuration)
                configuration.requiresAuthentication = options.contains("auth")
                configuration.isTLSImplicit = options.contains("on-connect")
                if options.contains("LMTP") { configuration.protocol = .lmtp }
            }, box: box
        ) { server in
            let credentials =
                options.contains("auth") ? ["--auth-user", "frank", "--auth-password", "secret"] : []
            let result = try await swaks.run(
                [
                    "--server", "127.0.0.1:\(server.port)", "--from", "frank@client.example", "--to",
                    "a@mail.example,b@mail.example", "--helo", "client.example", "--body", ".dot\n.\nend", "--timeout",
                    "30",
                ] + credentials + options.split(separator: " ").map(String.init))
            #expect(result.status == 0, "\(result.output)\n\(result.errors)")
            #expect(result.output.contains("ok queued as 1"))
            #expect(result.output.contains("221 2.0.0 bye"))
        }
        #expect(box.texts.count == 1 && box.texts.first?.hasSuffix("\r\n\r\n.dot\r\n.\r\nend\r\n\r\n\r\n") == true)
        #expect(box.messages.first?.session.envelope.recipients.count == 2)
        #expect(box.messages.first?.session.user == (options.contains("auth") ? "frank" : nil))
        #expect((box.messages.first?.session.tls != nil) == options.contains("tls"))
    }

    @Test("curl sends a message, and openssl speaks by STARTTLS")
    func curl() async throws {
        guard let curl = ChildProcess("curl"), let openssl = ChildProcess("openssl") else { return }
        let box = MessageBox()
        try await withSMTPServer({ $0.tls = try TestIdentity.server.get() }, box: box) { server in
            let result = try await curl.run(
                [
                    "--silent", "--show-error", "--insecure", "--ssl-reqd",
                    "smtp://127.0.0.1:\(server.port)/client.example",
                    "--mail-from", "a@client.example", "--mail-rcpt", "b@mail.example", "--upload-file", "-",
                ], input: Self.content)
            #expect(result.status == 0, "\(result.errors)")
            let session = try await openssl.run(
                ["s_client", "-quiet", "-starttls", "smtp", "-crlf", "-connect", "127.0.0.1:\(server.port)"],
                input: "QUIT\n")
            #expect(session.output.contains("221 2.0.0 bye"), "\(session)")
        }
        #expect(box.texts == [Self.content])
    }

    @Test("Postfix's load generator delivers all it has, over many sessions at once")
    func source() async throws {
        guard let source = ChildProcess("smtp-source") ?? postfixSource() else { return }
        let box = MessageBox()
        try await withSMTPServer(box: box) { server in
            let result = try await source.run([
                "-s", "10", "-m", "100", "-l", "4096", "-f", "a@client.example", "-t", "b@mail.example", "-M",
                "client.example", "127.0.0.1:\(server.port)",
            ])
            #expect(result.status == 0, "\(result.errors)")
        }
        #expect(box.messages.count == 100)
        #expect(box.messages.allSatisfy { $0.content.count >= 4096 })
    }

    /// Where Debian has it, which is in few paths.
    private func postfixSource() -> ChildProcess? {
        let path = "/usr/sbin/smtp-source"
        return FileManager.default.isExecutableFile(atPath: path) ? ChildProcess(path: path) : nil
    }
}
