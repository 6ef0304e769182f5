import Netius
import NetiusDNS
import TestSupport
import Testing

@testable import NetiusMail

@Suite("Where a relay takes mail") struct RelayDestinationTests {
    @Test("local mail goes to a server of LMTP, each recipient with an answer of its own")
    func lmtp() async throws {
        let taken = Box<[String]>([])
        try await withTemporaryDirectory { directory in
            try await withSMTPServer(
                deliver: { session in
                    for try await _ in session.content {}
                    let names = session.envelope.recipients.map(\.address.localPart)
                    taken.value.append(contentsOf: names.filter { $0 != "full" })
                    return names.map { $0 == "full" ? .permanent("mailbox full", code: 552) : .accepted }
                }
            ) { server in
                try await withRelay(directory, { $0.mailboxes = .lmtp(server.address) }) { relay in
                    let outcomes = try await relay.send(
                        try envelope(from: "me@local.example", to: "a@local.example", "full@local.example"))
                    #expect(outcomes.areAccepted)
                    try await relay.waitUntilEmpty()
                }
            }
        }
        // The sender is told of the one that did not fit.
        #expect(taken.value.sorted() == ["a", "me"])
    }

    @Test("what had to come over TLS is taken to a mailbox here without")
    func requireTLSOverLMTP() async throws {
        let taken = Box(0)
        try await withTemporaryDirectory { directory in
            try await withSMTPServer(
                deliver: { session in
                    for try await _ in session.content {}
                    taken.value += 1
                    return [.accepted]
                }
            ) { server in
                try await withRelay(directory, { $0.mailboxes = .lmtp(server.address) }) { relay in
                    var sent = try envelope(to: "a@local.example")
                    sent.sender.requiresTLS = true
                    try await relay.relay.submit(Array("Subject: x\r\n\r\n".utf8), sent)
                    try await relay.waitUntilEmpty()
                }
            }
        }
        #expect(taken.value == 1)
    }

    @Test("users send on when they have authenticated, from addresses that are theirs")
    func users() async throws {
        let box = MessageBox()
        let registry = try RelayRegistry(json: #"{"frank": {"password": "secret", "allowed_froms": ["@own.example"]}}"#)
        try await withTemporaryDirectory { directory in
            try await withSMTPServer(box: box) { server in
                try await withRelay(directory) { configuration in
                    configuration.policy.trustedNetworks = nil
                    configuration.policy.allowedSenders = registry.allowedSenders
                    configuration.route = .host("127.0.0.1", port: server.port, security: .none)
                } serving: { serving in
                    serving.authenticator = registry.authenticator
                    serving.allowsPlaintextAuthentication = true
                    serving.authenticationDelay = .zero
                } _: { relay in
                    var client = SMTPClient.Configuration.test
                    client.allowsPlaintextAuthentication = true
                    let connection = try await SMTPClientConnection.connect(
                        to: relay.address, serverName: "relay.example", security: .none,
                        credentials: SMTPCredentials(user: "frank", password: "secret"), configuration: client)
                    let content = SMTPContent.bytes(Array("From: f@own.example\r\n\r\nhi\r\n".utf8))
                    let own = try await connection.send(
                        try envelope(from: "f@own.example", to: "b@elsewhere.example"), content)
                    #expect(own.areAccepted)
                    let others = try await connection.send(
                        try envelope(from: "f@other.example", to: "b@elsewhere.example"), content)
                    #expect(others.map { $0.reply?.code } == [553])
                    await connection.quit()
                    await #expect(throws: SMTPClientError.self) {
                        try await SMTPClientConnection.connect(
                            to: relay.address, serverName: "relay.example", security: .none,
                            credentials: SMTPCredentials(user: "frank", password: "wrong"), configuration: client)
                    }
                    try await relay.waitUntilEmpty()
                }
            }
        }
        #expect(box.messages.count == 1)
    }

    @Test("a message that must go over TLS does not go without")
    func requireTLS() async throws {
        let box = MessageBox()
        let dns = try await DNSTestServer.start([.a("example.net", "127.0.0.1")])
        try await withTemporaryDirectory { directory in
            try await withSMTPServer(box: box) { server in
                try await withRelay(directory) { configuration in
                    configuration.dns = DNSClient(.init(servers: [dns.address]))
                    configuration.client.mailExchangerPort = server.port
                } _: { relay in
                    var sent = try envelope(to: "bob@example.net")
                    sent.sender.requiresTLS = true
                    try await relay.relay.submit(Array("Subject: x\r\n\r\n".utf8), sent)
                    try await eventually("it was tried") {
                        try await relay.queued().contains { $0.recipients[0].attempts > 0 }
                    }
                    let queued = try await relay.queued()
                    #expect(queued.first?.recipients[0].lastReply?.contains("does not offer TLS") == true)
                }
            }
        }
        #expect(box.messages.isEmpty)
        await dns.stop()
    }

    @Test("each attempt is told of, with what was said and without what is secret")
    func events() async throws {
        try await withTemporaryDirectory { directory in
            try await withSMTPServer { server in
                let events = try RelayEvents(to: .file(path: "\(directory)/events"), capturesTranscripts: true)
                try await withRelay(directory) { configuration in
                    configuration.route = .host("127.0.0.1", port: server.port, security: .none)
                    configuration.events = events
                } _: { relay in
                    #expect(try await relay.send(try envelope(to: "bob@example.net")).areAccepted)
                    try await relay.waitUntilEmpty()
                }
            }
            let bytes = try File(path: "\(directory)/events").read(at: 0, upTo: 65_536)
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            #expect(lines.count == 1)
            guard case .object(let event) = try JSONValue(parsing: String(try #require(lines.first))),
                case .array(let transcript)? = event["transcript"]
            else { throw TestFailure("it is no event") }
            #expect(event["sender"] == .string("alice@example.org"))
            #expect(event["error"] == .null)
            #expect(transcript.count > 4)
        }
    }
}
