import Netius
import NetiusDNS
import TestSupport
import Testing

@testable import NetiusMail

@Suite("Deliveries of a relay over SMTP") struct SMTPRelayDelivererTests {
    private func delivery(
        to recipients: String..., requiresTLS: Bool = false, content: String = "Subject: x\r\n\r\nhi\r\n"
    ) throws -> RelayDelivery {
        var sender = SMTPSender(try mail("alice@example.org"))
        sender.requiresTLS = requiresTLS
        let envelope = SMTPEnvelope(sender: sender, recipients: try recipients.map { SMTPRecipient(try mail($0)) })
        return RelayDelivery(
            message: QueuedMessage(identifier: MailIdentifier(), arrival: .now, envelope: envelope),
            recipients: envelope.recipients, content: .bytes(Array(content.utf8)))
    }

    private func smartHost(
        _ server: ScriptedMailServer, credentials: SMTPCredentials? = nil, security: SMTPSecurity = .none
    ) -> SmartHostDestination {
        SmartHostDestination(
            host: "127.0.0.1", port: server.port, security: security, credentials: credentials, dns: .shared)
    }

    /// What comes of a delivery.
    private func result(
        _ delivery: RelayDelivery, to destination: any SMTPRelayDestination,
        _ configuration: SMTPClient.Configuration = .test, patience: RelayPatience = RelayPatience()
    ) async throws -> RelayResult {
        let deliverer = SMTPRelayDeliverer(
            destination, configuration, patience: patience, on: try LoopGroup.shared.next())
        let result = await deliverer.deliver(delivery)
        await deliverer.close()
        return result
    }

    private func isUnreachable(_ result: RelayResult) -> Bool {
        if case .unreachable = result.reach { true } else { false }
    }

    @Test(
        "a smart host that wants nothing of this relay makes no message fail",
        arguments: [("AUTH", "535 5.7.8 no"), ("AUTH", "454 4.7.0 later"), ("EHLO", "554 5.7.1 go away")])
    func refusals(verb: String, reply: String) async throws {
        let server = try await ScriptedMailServer.start { try await $0.serve(["AUTH PLAIN"], [(verb, [reply])]) }
        var configuration = SMTPClient.Configuration.test
        configuration.allowsPlaintextAuthentication = true
        let destination = smartHost(server, credentials: SMTPCredentials(user: "relay", password: "old"))
        let result = try await result(try delivery(to: "bob@example.net"), to: destination, configuration)
        #expect(result.outcomes.map(\.kind) == [.deferred])
        #expect(result.outcomes[0].status.kind == 4)
        #expect(isUnreachable(result))
        #expect((result.problem != nil) == reply.hasPrefix("5"))
        await server.stop()
    }

    @Test("a smart host that asks for credentials that are not configured makes no message fail")
    func credentialsAsked() async throws {
        let server = try await ScriptedMailServer.start {
            try await $0.serve([], [("MAIL", ["530 5.7.0 authentication required"])])
        }
        let result = try await result(try delivery(to: "bob@example.net"), to: smartHost(server))
        #expect(result.outcomes.map(\.kind) == [.deferred])
        #expect(result.outcomes[0].status.description == "4.7.0")
        #expect(result.problem != nil && result.reach == .reached)
        await server.stop()
    }

    @Test("what a host says of a message does not keep others from it", arguments: ["421 4.3.2 no more", "close"])
    func hostsThatBreakOff(reply: String) async throws {
        let server = try await ScriptedMailServer.start { try await $0.serve([], [("MAIL", [reply])]) }
        let result = try await result(try delivery(to: "bob@example.net"), to: smartHost(server))
        #expect(result.outcomes.map(\.kind) == [.deferred])
        #expect(result.reach == .reached)
        await server.stop()
    }

    @Test("a message that wants TLS where the host has none does not keep others from it")
    func requiresTLS() async throws {
        let server = try await ScriptedMailServer.start { try await $0.serve() }
        let strict = try await result(try delivery(to: "bob@example.net", requiresTLS: true), to: smartHost(server))
        #expect(strict.outcomes.map(\.kind) == [.deferred])
        #expect(strict.reach == .unknown)
        // Where all mail is to have it, it concerns all.
        let all = try await result(try delivery(to: "bob@example.net"), to: smartHost(server, security: .required))
        #expect(isUnreachable(all))
        await server.stop()
    }

    @Test("a host that cannot be connected to is left alone by all")
    func unreachable() async throws {
        let server = try await ScriptedMailServer.start { _ in }
        await server.stop()
        for requiresTLS in [false, true] {
            let result = try await result(
                try delivery(to: "bob@example.net", requiresTLS: requiresTLS), to: smartHost(server))
            #expect(result.outcomes.map(\.kind) == [.deferred])
            #expect(isUnreachable(result))
        }
    }

    @Test("those for whom it was taken have it, though the delivery is cancelled")
    func cancellation() async throws {
        let third = Gate()
        let server = try await ScriptedMailServer.start { peer in
            try await peer.say("220 x")
            var count = 0
            while let line = try await peer.line() {
                if line.hasPrefix("RCPT") {
                    count += 1
                    if count == 3 {
                        third.open()
                        continue
                    }
                }
                if line.hasPrefix("DATA") {
                    try await peer.say("354 go on")
                    _ = try await peer.content()
                }
                try await peer.say("250 ok")
            }
        }
        var configuration = SMTPClient.Configuration.test
        configuration.maximumRecipients = 1
        let deliverer = SMTPRelayDeliverer(smartHost(server), configuration, on: try LoopGroup.shared.next())
        let delivery = try delivery(to: "a@example.net", "b@example.net", "c@example.net")
        let task = Task { await deliverer.deliver(delivery) }
        await third.wait()
        task.cancel()
        let result = await task.value
        #expect(result.outcomes.map(\.kind) == [.delivered, .delivered, .deferred])
        #expect(result.outcomes[2].status.description == "4.3.2")
        await server.stop()
    }

    @Test("a host that takes its time is not waited for longer than a delivery may take")
    func tarpit() async throws {
        let server = try await ScriptedMailServer.start { peer in
            try await peer.say("220 x")
            _ = try await peer.line()
            while true {
                try await peer.say("250-slow")
                try await Task.sleep(for: .milliseconds(100))
            }
        }
        let patience = RelayPatience(time: .milliseconds(300))
        let result = try await result(try delivery(to: "bob@example.net"), to: smartHost(server), patience: patience)
        #expect(result.outcomes.map(\.text) == ["the delivery took too long"])
        #expect(result.outcomes.map(\.kind) == [.deferred])
        #expect(isUnreachable(result))
        await server.stop()
    }

    @Test("a large message may take longer, and each of its transactions")
    func patience() {
        let patience = RelayPatience(time: .seconds(10), minimumRate: 1000)
        #expect(patience.limit(octets: 0, recipients: 1, perTransaction: 100) == .seconds(10))
        #expect(patience.limit(octets: 5000, recipients: 100, perTransaction: 100) == .seconds(15))
        #expect(patience.limit(octets: 5000, recipients: 101, perTransaction: 100) == .seconds(20))
        #expect(patience.limit(octets: .max, recipients: .max, perTransaction: 0) == .seconds(30 * 86_400))
    }

    @Test("whatever goes wrong in asking how a domain is protected, its mail waits")
    func policyErrors() async throws {
        var configuration = SMTPClient.Configuration.test
        configuration.tlsPolicy = { _ in throw TestFailure("no policy") }
        let result = try await result(
            try delivery(to: "bob@example.net"), to: domain("example.net", .shared), configuration)
        #expect(result.outcomes.map(\.kind) == [.deferred])
        #expect(result.outcomes[0].text.contains("no policy"))
        #expect(isUnreachable(result) && result.problem != nil)
    }

    @Test("a connection that was made without TLS is used no more when the domain has come to ask for it")
    func policyLater() async throws {
        let dns = try await DNSTestServer.start([
            .mx("example.net", 10, "mx.example.net"), .a("mx.example.net", "127.0.0.1"),
        ])
        let server = try await ScriptedMailServer.start { try await $0.serve() }
        var configuration = SMTPClient.Configuration.test
        configuration.mailExchangerPort = server.port
        let (records, clock) = (Box<[String]>([]), Box(MonotonicTime.now))
        let policies = RelayTLSPolicies(
            [:], asksDomains: true, lookUp: { _ in records.value.map { Array($0.utf8) } },
            fetch: { _ in "version: STSv1\nmode: enforce\nmx: mx.example.net\nmax_age: 86400\n" },
            clock: { clock.value })
        let destination = DomainDestination(
            domain: "example.net", policies: policies, dns: DNSClient(.init(servers: [dns.address])))
        let deliverer = SMTPRelayDeliverer(destination, configuration, on: try LoopGroup.shared.next())
        for _ in 0..<2 {
            let result = await deliverer.deliver(try delivery(to: "bob@example.net"))
            #expect(result.outcomes.map(\.kind) == [.delivered])
        }
        #expect(server.connections.value == 1)
        records.value = ["v=STSv1; id=1"]
        clock.value = clock.value + RelayTLSPolicies.checkInterval
        let result = await deliverer.deliver(try delivery(to: "bob@example.net"))
        #expect(result.outcomes.map(\.status.description) == ["4.7.4"])
        #expect(server.connections.value == 2)
        await deliverer.close()
        await server.stop()
        await dns.stop()
    }

    private func domain(_ name: String, _ dns: DNSClient) -> DomainDestination {
        let policies = RelayTLSPolicies(
            [:], asksDomains: false, lookUp: { _ in [] }, fetch: { _ in throw TestFailure("not asked") })
        return DomainDestination(domain: name, policies: policies, dns: dns)
    }

    @Test("a host whose name is from DNS alone is none for a message that requires TLS")
    func trustedNames() async throws {
        let dns = try await DNSTestServer.start([
            .mx("example.net", 10, "mx.example.net"), .a("mx.example.net", "127.0.0.1"),
            .a("example.com", "127.0.0.1"),
        ])
        let client = DNSClient(.init(servers: [dns.address]))
        var configuration = SMTPClient.Configuration.test
        let net = domain("example.net", client)
        #expect(try await net.hosts(configuration, requiresTLS: false).map(\.isNameTrusted) == [false])
        await #expect(throws: SMTPClientError.self) { try await net.hosts(configuration, requiresTLS: true) }
        // The domain itself is what the sender named.
        let com = try await domain("example.com", client).hosts(configuration, requiresTLS: true)
        #expect(com.map(\.name) == ["example.com"])
        configuration.tlsPolicy = { _ in SMTPTLSPolicy(.required, mailExchangers: ["*.example.net"]) }
        #expect(try await net.hosts(configuration, requiresTLS: true).map(\.name) == ["mx.example.net"])
        await dns.stop()
    }
}
