import Netius
import NetiusDNS
import TestSupport
import Testing

@testable import NetiusMail

@Suite("A relay") struct MailRelayTests {
    private func via(_ server: SMTPTestServer) -> RelayRoute {
        .host("127.0.0.1", port: server.port, security: .none)
    }

    @Test("hands mail on, with a Received field in front, and keeps nothing of it")
    func relays() async throws {
        let box = MessageBox()
        try await withTemporaryDirectory { directory in
            try await withSMTPServer(box: box) { server in
                try await withRelay(directory, { $0.route = via(server) }) { relay in
                    let outcomes = try await relay.send(try envelope(to: "bob@example.net", "carol@example.com"))
                    #expect(outcomes.areAccepted)
                    #expect(outcomes.first?.reply?.text.hasPrefix("ok queued as ") == true)
                    try await relay.waitUntilEmpty()
                }
            }
        }
        #expect(box.messages.count == 1)
        let message = try #require(box.messages.first)
        #expect(
            message.session.envelope.recipients.map(\.address.description) == ["bob@example.net", "carol@example.com"])
        #expect(message.session.envelope.sender.address?.description == "alice@example.org")
        #expect(
            message.text.hasPrefix("Received: from client.example ([127.0.0.1])\r\n by relay.example with ESMTP id "))
        #expect(message.text.hasSuffix("\r\nSubject: hi\r\n\r\nhello\r\n"))
        #expect(message.text.contains("\r\nMessage-ID: <"))
    }

    @Test("finds the hosts of each domain by DNS, and sends to each its own recipients")
    func mailExchangers() async throws {
        let box = MessageBox()
        let dns = try await DNSTestServer.start([
            .mx("example.net", 10, "mx.example.net"), .a("mx.example.net", "127.0.0.1"),
            .mx("example.com", 10, "mx.example.com"), .a("mx.example.com", "127.0.0.1"),
            .mx("null.example", 0, "."),
        ])
        try await withTemporaryDirectory { directory in
            try await withSMTPServer(box: box) { server in
                try await withRelay(directory) { configuration in
                    configuration.dns = DNSClient(.init(servers: [dns.address]))
                    configuration.client.mailExchangerPort = server.port
                    configuration.mailboxes = .store(Maildir(path: "\(directory)/mail"))
                } _: { relay in
                    let outcomes = try await relay.send(
                        try envelope(
                            from: "me@local.example", to: "a@example.net", "b@example.com", "c@example.net",
                            "d@nowhere.example", "e@null.example"))
                    #expect(outcomes.areAccepted)
                    try await relay.waitUntilEmpty()
                }
            }
            let recipients = Set(box.messages.map { $0.session.envelope.recipients.map(\.address.description) })
            #expect(recipients == [["a@example.net", "c@example.net"], ["b@example.com"]])
            // What could not be delivered has come back.
            let names = try FileSystem.names(in: "\(directory)/mail/new")
            let returned = try names.map { name in
                String(
                    decoding: try File(path: "\(directory)/mail/new/\(name)").read(at: 0, upTo: 65_536), as: UTF8.self)
            }.joined()
            #expect(returned.contains("Final-Recipient: rfc822; d@nowhere.example\r\nAction: failed\r\nStatus: 5.1.2"))
            #expect(returned.contains("Final-Recipient: rfc822; e@null.example\r\nAction: failed\r\nStatus: 5.1.10"))
            #expect(returned.contains("Return-Path: <>\r\n"))
        }
        await dns.stop()
    }

    @Test("tries again what was put off, and only for those for whom it was")
    func retries() async throws {
        let box = MessageBox()
        let asked = Box<[String]>([])
        try await withTemporaryDirectory { directory in
            try await withSMTPServer(
                box: box,
                recipient: { _, recipient in
                    asked.value.append(recipient.address.localPart)
                    let isSlow = recipient.address.localPart == "slow"
                    return isSlow && asked.value.filter { $0 == "slow" }.count < 4 ? .temporary("later") : .accepted
                }
            ) { server in
                try await withRelay(directory, { $0.route = via(server) }) { relay in
                    #expect(try await relay.send(try envelope(to: "fast@example.net", "slow@example.net")).areAccepted)
                    try await relay.waitUntilEmpty()
                }
            }
        }
        #expect(box.messages.map { $0.session.envelope.recipients.map(\.address.localPart) } == [["fast"], ["slow"]])
        #expect(asked.value.filter { $0 == "slow" }.count == 4)
    }

    @Test("keeps what it could not deliver, and delivers it when it is started anew")
    func restart() async throws {
        let box = MessageBox()
        try await withTemporaryDirectory { directory in
            try await withRelay(directory) { configuration in
                // Nobody listens there.
                configuration.route = .host("127.0.0.1", port: 1, security: .none)
                configuration.backoff.minimum = .seconds(3600)
                configuration.backoff.maximum = .seconds(3600)
            } _: { relay in
                for number in 0..<20 {
                    #expect(try await relay.send(try envelope(to: "r\(number)@example.net")).areAccepted)
                }
                try await eventually("one was tried") {
                    try await relay.queued().contains { $0.recipients[0].attempts > 0 }
                }
            }
            try await withSMTPServer(box: box) { server in
                try await withRelay(directory, { $0.route = via(server) }) { relay in
                    let spool = try MailSpool(path: relay.relay.configuration.queue.path)
                    // What was put off waits for its time, or for a word.
                    try await spool.retry()
                    try await eventually("the queue is empty") {
                        try await spool.retry()
                        return try await relay.queued().isEmpty
                    }
                }
            }
        }
        let expected = Set((0..<20).map { "r\($0)" })
        #expect(Set(box.messages.flatMap { $0.session.envelope.recipients.map(\.address.localPart) }) == expected)
        #expect(box.messages.count == 20)
    }

    @Test("tells a sender what could not be delivered, and never answers mail from nobody")
    func notifications() async throws {
        let box = MessageBox()
        try await withTemporaryDirectory { directory in
            try await withSMTPServer(
                box: box,
                recipient: { _, recipient in recipient.address.localPart == "alice" ? .accepted : .permanent("no") }
            ) { server in
                try await withRelay(directory, { $0.route = via(server) }) { relay in
                    #expect(try await relay.send(try envelope(to: "bob@example.net")).areAccepted)
                    try await relay.waitUntilEmpty()
                    #expect(try await relay.send(try envelope(from: nil, to: "bob@example.net")).areAccepted)
                    try await relay.waitUntilEmpty()
                    #expect(relay.log.records.map(\.message).contains("gave up mail from nobody, whom nobody can tell"))
                }
            }
        }
        #expect(box.messages.count == 1)
        let notification = try #require(box.messages.first)
        #expect(notification.session.envelope.sender.address == nil)
        #expect(notification.session.envelope.recipients.map(\.address.description) == ["alice@example.org"])
        #expect(notification.text.contains("Diagnostic-Code: smtp; 550 5.0.0 no\r\n"))
    }

    @Test("is no open relay")
    func closed() async throws {
        try await withTemporaryDirectory { directory in
            try await withRelay(directory) { configuration in
                configuration.policy.trustedNetworks = nil
                configuration.mailboxes = .store(MemoryMailStore())
            } _: { relay in
                let outcomes = try await relay.send(
                    try envelope(to: "bob@example.net", "alice@local.example", "x@relay.example"))
                #expect(outcomes.map { $0.reply?.code } == [550, 250, 550])
                #expect(outcomes[0].reply?.enhancedStatus?.description == "5.7.1")
            }
        }
    }

    @Test("signs what it is given to send for a domain whose key it has")
    func signing() async throws {
        let box = MessageBox()
        let key = try DKIMPrivateKey.generate(.ed25519)
        try await withTemporaryDirectory { directory in
            try await withSMTPServer(box: box) { server in
                try await withRelay(directory) { configuration in
                    configuration.route = via(server)
                    configuration.signers["example.org"] = try DKIMSigner(
                        domain: "example.org", selector: "s1", key: key)
                } _: { relay in
                    #expect(try await relay.send(try envelope(to: "bob@example.net")).areAccepted)
                    try await relay.waitUntilEmpty()
                }
            }
        }
        let message = try #require(box.messages.first)
        #expect(message.text.hasPrefix("DKIM-Signature: "))
        let verifier = DKIMVerifier { _ in [Array(key.record.utf8)] }
        #expect(try await verifier.verify(message.content).map(\.result) == [.pass])
    }

    @Test("takes messages of any size in little memory")
    func large() async throws {
        let box = MessageBox()
        let line = String(repeating: "0123456789", count: 7) + "\r\n"
        let content = "From: alice@example.org\r\nSubject: large\r\n\r\n" + String(repeating: line, count: 20_000)
        try await withTemporaryDirectory { directory in
            try await withSMTPServer(box: box) { server in
                try await withRelay(directory) { configuration in
                    configuration.route = via(server)
                    configuration.queue.maximumBuffer = 10_000
                } _: { relay in
                    #expect(try await relay.send(try envelope(to: "bob@example.net"), content).areAccepted)
                    try await relay.waitUntilEmpty()
                }
            }
        }
        #expect(box.texts.first?.hasSuffix(content) == true)
        #expect(box.messages.first.map { $0.content.count > content.utf8.count } == true)
    }

    @Test("pauses, and goes on, as it is told")
    func pausing() async throws {
        let box = MessageBox()
        try await withTemporaryDirectory { directory in
            try await withSMTPServer(box: box) { server in
                try await withRelay(directory, { $0.route = via(server) }) { relay in
                    let spool = try MailSpool(path: "\(directory)/spool")
                    try await spool.pause()
                    #expect(spool.isPaused)
                    for _ in 0..<3 { #expect(try await relay.send(try envelope(to: "bob@example.net")).areAccepted) }
                    let queued = try await relay.queued()
                    #expect(queued.count == 3)
                    #expect(box.messages.isEmpty)
                    let first = try #require(queued.first).identifier
                    try await spool.remove(first)
                    await #expect(throws: RelayControlError.self) { try await spool.remove(first) }
                    try await spool.resume()
                    try await relay.waitUntilEmpty()
                }
            }
        }
        #expect(box.messages.count == 2)
    }

    @Test("is the only one in its spool")
    func lock() async throws {
        try await withTemporaryDirectory { directory in
            try await withRelay(directory) { relay in
                let configuration = relay.relay.configuration
                #expect(throws: MailQueueError.locked(path: configuration.queue.path)) {
                    try MailRelay(configuration)
                }
            }
        }
    }
}
