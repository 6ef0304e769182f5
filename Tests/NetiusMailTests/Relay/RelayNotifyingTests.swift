import Foundation
import Netius
import NetiusDNS
import TestSupport
import Testing

@testable import NetiusMail

@Suite("What a relay tells its senders") struct RelayNotifyingTests {
    @Test("a notification that the disk does not take is stored later, and meanwhile no host is asked again")
    func untold() async throws {
        let box = MessageBox()
        let asked = Box<[String]>([])
        try await withTemporaryDirectory { directory in
            let (incoming, away) = ("\(directory)/spool/incoming", "\(directory)/away")
            try await withSMTPServer(
                { $0.extensions.remove(.deliveryStatusNotifications) }, box: box,
                recipient: { _, recipient in
                    let name = recipient.address.localPart
                    asked.value.append(name)
                    guard name == "bob" else { return .accepted }
                    // Nothing can be written from now on.
                    try FileManager.default.moveItem(atPath: incoming, toPath: away)
                    return .permanent("no")
                }
            ) { server in
                try await withRelay(directory) { configuration in
                    configuration.route = .host("127.0.0.1", port: server.port, security: .none)
                } _: { relay in
                    var sent = try envelope(to: "carol@example.net", "bob@example.net")
                    sent.recipients[0].notify = .success
                    try await relay.relay.submit(octets("Subject: x\r\n\r\n"), sent)
                    try await eventually("what was delivered is noted") {
                        try await relay.queued().first?.recipients.map(\.state) == [.delivered, .pending]
                    }
                    let spool = try MailSpool(path: "\(directory)/spool")
                    try await eventually("it was tried to tell twice") {
                        try await spool.retry()
                        return relay.log.records.filter { $0.message.hasPrefix("cannot tell a sender") }.count >= 2
                    }
                    try FileManager.default.moveItem(atPath: away, toPath: incoming)
                    try await eventually("the queue is empty") {
                        try await spool.retry()
                        return try await relay.queued().isEmpty
                    }
                }
            }
        }
        #expect(asked.value == ["carol", "bob", "alice"])
        #expect(box.messages.count == 2)
        let notification = try #require(box.texts.last)
        #expect(notification.contains("carol@example.net\r\nAction: relayed\r\n"))
        #expect(notification.contains("bob@example.net\r\nAction: failed\r\n"))
    }

    @Test("a message of eight bits goes back whole to a mailbox here")
    func eightBits() async throws {
        let store = MemoryMailStore()
        try await withTemporaryDirectory { directory in
            try await withSMTPServer(recipient: { _, _ in .permanent("no") }) { server in
                try await withRelay(directory) { configuration in
                    configuration.route = .host("127.0.0.1", port: server.port, security: .none)
                    configuration.mailboxes = .store(store)
                } _: { relay in
                    var sent = try envelope(from: "me@local.example", to: "bob@example.net")
                    sent.sender.returns = .full
                    sent.sender.body = .eightBitMIME
                    try await relay.relay.submit(Array("Subject: x\r\n\r\nsch\u{F6}n\r\n".utf8), sent)
                    try await relay.waitUntilEmpty()
                }
            }
        }
        let notification = try #require(store.messages.first)
        #expect(String(decoding: notification.content, as: UTF8.self).contains("\r\n\r\nsch\u{F6}n\r\n"))
    }

    @Test("who required TLS is told without it where there is none", arguments: [true, false])
    func withoutTLS(usesSmartHost: Bool) async throws {
        let box = MessageBox()
        let dns = try await DNSTestServer.start([
            .mx("example.net", 10, "mx.example.net"), .mx("example.org", 10, "mx.example.org"),
            .a("mx.example.net", "127.0.0.1"), .a("mx.example.org", "127.0.0.1"),
        ])
        try await withTemporaryDirectory { directory in
            try await withSMTPServer(box: box) { server in
                try await withRelay(directory) { configuration in
                    configuration.dns = DNSClient(.init(servers: [dns.address]))
                    configuration.client.mailExchangerPort = server.port
                    if usesSmartHost {
                        configuration.route = .host("127.0.0.1", port: server.port, security: .opportunistic)
                    }
                    configuration.expiry = .zero
                } _: { relay in
                    var sent = try envelope(to: "bob@example.net")
                    sent.sender.requiresTLS = true
                    sent.sender.returns = .full
                    try await relay.relay.submit(octets("Subject: x\r\n\r\nsecret\r\n"), sent)
                    try await relay.waitUntilEmpty()
                }
            }
        }
        await dns.stop()
        #expect(box.messages.count == 1)
        let sender = try #require(box.messages.first?.session.envelope.sender)
        #expect(sender.address == nil && !sender.requiresTLS)
        #expect(box.texts.first?.contains("bob@example.net\r\nAction: failed\r\n") == true)
        #expect(box.texts.first?.contains("secret") == false)
    }

    @Test("strangers reach the postmaster, with no domain and in whatever case")
    func postmaster() async throws {
        let store = MemoryMailStore()
        try await withTemporaryDirectory { directory in
            try await withRelay(directory) { configuration in
                configuration.policy.trustedNetworks = nil
                configuration.mailboxes = .store(store)
            } _: { relay in
                let client = RawSMTPClient(try await Connection.connect(to: relay.address))
                _ = try await client.reply()
                _ = try await client.ask("EHLO stranger.example")
                #expect(try await client.ask("MAIL FROM:<a@stranger.example>").hasPrefix("250 "))
                #expect(try await client.ask("RCPT TO:<Postmaster>").hasPrefix("250 "))
                #expect(try await client.ask("RCPT TO:<a@elsewhere.example>").hasPrefix("550 5.7.1"))
                await client.close()
            }
        }
    }
}
