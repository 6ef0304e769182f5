import Foundation
import Netius
import NetiusDNS
import TestSupport
import Testing

@testable import NetiusMail

@Suite("An SMTP client and our own server")
struct SMTPClientOwnServerTests {
    @Test("A message that was built here goes to whom it says, over TLS, with credentials, to our own server")
    func ownServer() async throws {
        let box = MessageBox()
        let context = try TestIdentity.server.get()
        let authenticator = SMTPAuthenticator { user, password, _ in user == "alice" && password == "sécret" }
        for isImplicit in [false, true] {
            let configure: (inout SMTPServer.Configuration) -> Void = {
                $0.tls = context
                $0.isTLSImplicit = isImplicit
                $0.authenticator = authenticator
                $0.requiresAuthentication = true
            }
            try await withSMTPServer(configure, box: box) { server in
                var configuration = SMTPClient.Configuration.test
                configuration.tls = try TestIdentity.client.get()
                configuration.capturesTranscript = false
                var message = try MailMessage(
                    from: Mailbox(try mail("alice@example.org")), to: [Mailbox(try mail("bob@example.com"))],
                    subject: "Grüße", text: ".a\n.\nb")
                message.bcc = [Mailbox(try mail("eve@example.com"))]
                let result = try await SMTPClient.send(
                    message,
                    via: .host(
                        "localhost", port: server.port, security: isImplicit ? .implicit : .required,
                        credentials: SMTPCredentials(user: "alice", password: "sécret")), configuration: configuration)
                #expect(result.isComplete && result.recipients.count == 2)
                #expect(result.sessions.first?.tls != nil && result.sessions.first?.usesStartTLS == !isImplicit)
            }
        }
        #expect(box.messages.count == 2)
        for message in box.messages {
            #expect(message.session.user == "alice")
            #expect(message.text.contains("\r\n.a\r\n.\r\nb") && !message.text.contains("eve"))
        }
    }

    @Test("A file of many pieces arrives as it is at our own server, over TLS too")
    func largeFile() async throws {
        var random = SeededRandom(seed: 5)
        var bytes: [UInt8] = octets("Subject: x\r\n\r\n")
        while bytes.count < 3_000_000 {
            if random.next() % 4 == 0 { bytes.append(UInt8(ascii: ".")) }
            bytes += (0..<Int(random.next() % 90)).map { _ in UInt8(33 + random.next() % 90) }
            bytes += [13, 10]
        }
        let context = try TestIdentity.server.get()
        let content = bytes
        for security in [SMTPSecurity.none, .required] {
            let box = MessageBox()
            try await withSMTPServer({ $0.tls = context }, box: box) { server in
                try await withTemporaryDirectory { directory in
                    let file = try makeFile(Array(content[20...]), in: directory)
                    var configuration = SMTPClient.Configuration.test
                    configuration.tls = try TestIdentity.client.get()
                    let connection = try await SMTPClientConnection.connect(
                        to: "localhost", port: server.port, at: [.v4(.loopback)], security: security,
                        configuration: configuration)
                    let outcomes = try await connection.send(
                        try envelope(to: "bob@example.com"),
                        .file(file, from: 0, count: content.count - 20, after: Array(content[..<20])))
                    #expect(outcomes.areAccepted)
                    await connection.quit()
                }
            }
            #expect(box.messages.first?.content == content)
        }
    }

    @Test("What an envelope asks for arrives as it is, REQUIRETLS over TLS that is verified alone")
    func parameters() async throws {
        let box = MessageBox()
        let context = try TestIdentity.server.get()
        var sent = try envelope(to: "bob@example.com", "jürgen@example.com")
        sent.sender.requiresTLS = true
        sent.sender.returns = .headers
        sent.sender.envelopeIdentifier = "a+b = c"
        sent.sender.body = .eightBitMIME
        sent.recipients[0].notify = [.success, .failure]
        sent.recipients[0].original = "rfc822;Bob+x@example.com"
        sent.recipients[1].notify = .never
        try await withSMTPServer({ $0.tls = context }, box: box) { server in
            var configuration = SMTPClient.Configuration.test
            configuration.tls = try TestIdentity.client.get()
            for security in [SMTPSecurity.opportunistic, .required] {
                let connection = try await SMTPClientConnection.connect(
                    to: "localhost", port: server.port, at: [.v4(.loopback)], security: security,
                    configuration: configuration)
                let outcomes = try await connection.send(sent, .bytes(SMTPClientTests.message))
                #expect(outcomes.areAccepted == (security == .required))
                await connection.quit()
            }
        }
        sent.sender.usesUTF8 = true
        sent.sender.size = SMTPClientTests.message.count
        #expect(box.messages.map(\.session.envelope) == [sent])
    }

    @Test("REQUIRETLS of mail from nobody goes over TLS that is verified, and is left out where there is none")
    func requireTLSFromNobody() async throws {
        let box = MessageBox()
        let context = try TestIdentity.server.get()
        var sent = try envelope(to: "bob@example.com")
        sent.sender = SMTPSender(nil)
        sent.sender.requiresTLS = true
        try await withSMTPServer({ $0.tls = context }, box: box) { server in
            var configuration = SMTPClient.Configuration.test
            configuration.tls = try TestIdentity.client.get()
            let client = SMTPClient(configuration: configuration)
            for security in [SMTPSecurity.none, .opportunistic, .required] {
                let result = try await client.send(
                    sent, .bytes(SMTPClientTests.message),
                    via: .host("localhost", port: server.port, security: security))
                #expect(result.isComplete)
            }
            await client.shutdown()
        }
        #expect(box.messages.map(\.session.envelope.sender.requiresTLS) == [false, false, true])
    }

    @Test("In LMTP each recipient has the answer of its own")
    func lmtp() async throws {
        try await withSMTPServer(deliver: { session in
            _ = try await session.content.collect(upTo: 1000)
            return session.envelope.recipients.map {
                $0.address.localPart == "bob" ? .accepted("1") : .temporary("full", code: 452)
            }
        }) { server in
            var configuration = SMTPClient.Configuration.test
            configuration.speaksLMTP = true
            let connection = try await SMTPClientConnection.connect(
                to: server.address, serverName: "localhost", security: .none, configuration: configuration)
            for _ in 0..<2 {
                let outcomes = try await connection.send(
                    try envelope(to: "bob@example.com", "eve@example.com"), .bytes(SMTPClientTests.message))
                #expect(outcomes.map(\.isAccepted) == [true, false] && outcomes[1].isTemporary)
            }
            await connection.quit()
        }
    }

    @Test("Binary content goes in a chunk, octet for octet")
    func chunks() async throws {
        let box = MessageBox()
        let content = octets("Subject: x\r\n\r\n") + [0, 10, 13, 46, 13, 10, 255, 46, 10]
        try await withSMTPServer({ $0.extensions.insert(.binaryMIME) }, box: box) { server in
            let connection = try await SMTPClientConnection.connect(
                to: server.address, serverName: "localhost", security: .none, configuration: .test)
            var message = try envelope(to: "bob@example.com")
            message.sender.body = .binaryMIME
            let outcomes = try await connection.send(message, .bytes(content))
            #expect(outcomes.areAccepted)
            await connection.quit()
        }
        #expect(box.messages.first?.content == content)
    }
}
