import Netius
import NetiusDNS
import NetiusHTTP
import TestSupport

@testable import NetiusMail

/// A relay, a host that takes mail for `example.net`, name servers that say so, and perhaps a policy of the domain: what comes
/// of one message.
struct RelayTLSSetting: Sendable {
    /// What the host does about TLS.
    enum Host: Sendable {
        /// It has a certificate that is for it and trusted.
        case trusted
        /// It has one that nobody has vouched for.
        case untrusted
        /// It has one that is trusted, for another name.
        case misnamed
        /// It knows no TLS.
        case plain
        /// It says that TLS may begin, and then says what is none.
        case broken
    }

    var host = Host.trusted
    /// What is configured for the domain.
    var security: SMTPSecurity?
    var extensions = SMTPExtensions.standard
    var requiresTLS = false
    var returns: SMTPSender.Return?
    /// What is configured for TLS with hosts, but for whom to trust.
    var clientTLS = TLSClientConfiguration()
    /// The record that there is a policy, and how it is fetched over HTTPS.
    var policy: (record: String, answer: HTTPServer.Handler)?
    var policyIdentity = Result { try Self.trusted.get() }

    /// What came of it.
    struct Outcome: Sendable {
        /// What the host took: whether over TLS, and whether it was told that it must be.
        var delivery: (usesTLS: Bool, requiresTLS: Bool)?
        /// What the sender was told.
        var notification: MemoryMailStore.Message?
        var notificationText: String { String(decoding: notification?.content ?? [], as: UTF8.self) }
        /// The event of the delivery.
        var event: [String: JSONValue] = [:]
        /// How often the policy was asked for.
        var fetches = 0

        /// What the event says of the recipient.
        subscript(name: String) -> String? {
            guard case .array(let results)? = event["results"], case .object(let result)? = results.first,
                case .string(let text)? = result[name]
            else { return nil }
            return text
        }
    }

    static let trusted = Result { try TLSIdentity.selfSigned(names: ["mx.example.net", "mta-sts.example.net"]) }
    static let untrusted = Result { try TLSIdentity.selfSigned(names: ["mx.example.net", "mta-sts.example.net"]) }
    static let misnamed = Result { try TLSIdentity.selfSigned(names: ["mx.example.org"]) }

    /// Has a relay that tries only once send a message, from a mailbox of its own.
    func outcome() async throws -> Outcome {
        let fetches = Box(0)
        return try await withPolicyServer(fetches) { policyPort in
            let dns = try await DNSTestServer.start(
                [
                    .mx("example.net", 10, "mx.example.net"), .a("mx.example.net", "127.0.0.1"),
                    .a("mta-sts.example.net", "127.0.0.1"),
                ] + (policy.map { [.txt("_mta-sts.example.net", $0.record)] } ?? []))
            let box = MessageBox()
            var outcome = try await withHost(box) { port in
                try await relay(port: port, policyPort: policyPort, DNSClient(.init(servers: [dns.address])))
            }
            await dns.stop()
            outcome.fetches = fetches.value
            if let session = box.messages.first?.session {
                outcome.delivery = (session.tls != nil, session.envelope.sender.requiresTLS)
            }
            return outcome
        }
    }

    private func relay(port: UInt16, policyPort: UInt16, _ dns: DNSClient) async throws -> Outcome {
        let store = MemoryMailStore()
        var outcome = Outcome()
        try await withTemporaryDirectory { directory in
            let events = try RelayEvents(to: .file(path: "\(directory)/events"))
            try await withRelay(directory) { configuration in
                configuration.dns = dns
                configuration.usesMTASTS = true
                configuration.domainSecurity["example.net"] = security
                configuration.client.mailExchangerPort = port
                configuration.client.tls = try trust()
                configuration.mailboxes = .store(store)
                configuration.expiry = .zero
                configuration.events = events
            } transport: { configuration, loops in
                try SMTPRelayTransport(configuration, loops: loops, policyPort: policyPort)
            } _: { relay in
                var sent = try envelope(from: "me@local.example", to: "bob@example.net")
                sent.sender.requiresTLS = requiresTLS
                sent.sender.returns = returns
                try await relay.relay.submit(octets("Subject: x\r\n\r\nthe body\r\n"), sent)
                try await relay.waitUntilEmpty()
            }
            let lines = String(decoding: try File(path: "\(directory)/events").read(at: 0, upTo: 65_536), as: UTF8.self)
            guard let line = lines.split(separator: "\n").first,
                case .object(let event) = try JSONValue(parsing: String(line))
            else { throw TestFailure("there is no event") }
            outcome.event = event
        }
        outcome.notification = store.messages.first
        return outcome
    }

    private func trust() throws -> TLSClientContext {
        var configuration = clientTLS
        configuration.trustRoots = .certificates(try Self.trusted.get().chain + Self.misnamed.get().chain)
        return try TLSClientContext(configuration)
    }

    private func withHost(_ box: MessageBox, _ body: (UInt16) async throws -> Outcome) async throws -> Outcome {
        if case .broken = host {
            let server = try await ScriptedMailServer.start { peer in
                guard peer.number == 1 else { return try await peer.serve(["STARTTLS"]) }
                for reply in ["220 x", "250-x\r\n250 STARTTLS", "220 go on"] {
                    try await peer.say(reply)
                    if !reply.hasPrefix("220 go") { _ = try await peer.line() }
                }
                _ = try await peer.octets(1)
                try await peer.say("this is no TLS")
            }
            var outcome = try await body(server.port)
            if server.lines.value.contains(where: { $0.hasPrefix("DATA") }) { outcome.delivery = (false, false) }
            await server.stop()
            return outcome
        }
        let identity: Result<TLSIdentity, any Error>? =
            switch host {
            case .trusted: Self.trusted
            case .untrusted: Self.untrusted
            case .misnamed: Self.misnamed
            case .plain, .broken: nil
            }
        return try await withSMTPServer(
            {
                $0.tls = try identity.map { try TLSServerContext(identity: try $0.get()) }
                $0.extensions = extensions
            }, box: box
        ) { try await body($0.port) }
    }

    private func withPolicyServer(
        _ fetches: Box<Int>, _ body: (UInt16) async throws -> Outcome
    ) async throws -> Outcome {
        guard let policy else { return try await body(9) }
        var configuration = HTTPServer.Configuration()
        configuration.shutdownSignals = []
        configuration.tls = try TLSServerContext(identity: try policyIdentity.get())
        let server = HTTPServer(port: 0, configuration: configuration) { request in
            fetches.value += 1
            return try await policy.answer(request)
        }
        let (addresses, listening) = AsyncStream<SocketAddress>.makeStream()
        let task = Task { try await server.run { listening.yield($0) } }
        var iterator = addresses.makeAsyncIterator()
        guard let port = await iterator.next()?.port else { throw TestFailure("the server ended at once") }
        do {
            let outcome = try await body(port)
            server.shutdown()
            try await task.value
            return outcome
        } catch {
            server.shutdown()
            throw error
        }
    }
}
