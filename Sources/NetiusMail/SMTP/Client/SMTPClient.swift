internal import Netius
internal import NetiusDNS

/// A client that hands mail to a server of submission, or to the mail exchangers of its recipients. It keeps connections
/// for the messages that follow.
///
/// ```swift
/// let result = try await SMTPClient.send(
///     message, from: alice, to: [bob],
///     via: .host("smtp.example.com", credentials: SMTPCredentials(user: "alice", password: password)))
/// for recipient in result.recipients { print(recipient) }
/// ```
public final class SMTPClient: Sendable {
    /// The configuration that the client was made with.
    public let configuration: Configuration
    private let pool: SMTPConnectionPool

    /// A client. It connects when it has something to send.
    public init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
        pool = SMTPConnectionPool(configuration)
    }

    deinit {
        Task { [pool] in await pool.shutdown() }
    }

    /// Ends the client: idle connections are closed, messages that wait for one fail, and so do new ones; those under way
    /// go on.
    public func shutdown() async {
        await pool.shutdown()
    }

    // MARK: Sending

    /// Sends a message.
    ///
    /// - Parameters:
    ///   - envelope: From whom, and for whom.
    ///   - content: The message.
    ///   - route: By which way.
    /// - Returns: What came of each recipient. That the message could not be sent at all is an outcome too; and that the
    ///   task was cancelled (`cancelled`), where some server had taken it for somebody before.
    /// - Throws: `CancellationError`, and nothing else: no server is known to have taken it.
    public func send(
        _ envelope: SMTPEnvelope, _ content: SMTPContent, via route: SMTPRoute
    ) async throws -> SMTPResult {
        let result = await deliver(envelope, content, via: route)
        let outcomes = result.recipients.map(\.outcome)
        guard outcomes.contains(where: \.isCancelled), !outcomes.contains(where: \.isAccepted) else { return result }
        throw CancellationError()
    }

    private func deliver(
        _ envelope: SMTPEnvelope, _ content: SMTPContent, via route: SMTPRoute
    ) async -> SMTPResult {
        switch route {
        case .host(let host, let port, let security, let credentials):
            var delivery = SMTPDelivery(
                SMTPDelivery.Target(port: port, security: security, credentials: credentials), configuration, pool,
                sender: envelope.sender, recipients: envelope.recipients, content: content)
            // Whoever makes the connection looks them up.
            await delivery.run([SMTPMailHost(name: host)]) { _ in [] }
            return SMTPResult(recipients: delivery.results.compactMap(\.self), sessions: delivery.sessions)
        case .mailExchangers(let dns): return await deliver(envelope, content, dns)
        }
    }

    /// Sends the message to each domain, a few at a time.
    private func deliver(
        _ envelope: SMTPEnvelope, _ content: SMTPContent, _ dns: DNSClient
    ) async -> SMTPResult {
        var domains: [(domain: String, indices: [Int])] = []
        var places: [String: Int] = [:]
        for (index, recipient) in envelope.recipients.enumerated() {
            let domain = recipient.address.domain
            if let place = places[domain] {
                domains[place].indices.append(index)
            } else {
                places[domain] = domains.count
                domains.append((domain, [index]))
            }
        }
        var results: [SMTPRecipientResult?] = Array(repeating: nil, count: envelope.recipients.count)
        var sessions: [[SMTPSessionInformation]] = Array(repeating: [], count: domains.count)
        func note(_ delivery: SMTPDelivery, _ place: Int) {
            for (index, result) in zip(domains[place].indices, delivery.results) { results[index] = result }
            sessions[place] = delivery.sessions
        }
        if domains.count == 1 {
            note(await deliver(envelope, domains[0].indices, content, dns), 0)
        } else {
            let all = domains
            await withTaskGroup(of: (Int, SMTPDelivery).self) { group in
                for place in all.indices {
                    if place >= max(configuration.maximumConcurrentDomains, 1),
                        let (done, delivery) = await group.next()
                    {
                        note(delivery, done)
                    }
                    group.addTask {
                        (place, await self.deliver(envelope, all[place].indices, content, dns))
                    }
                }
                while let (done, delivery) = await group.next() { note(delivery, done) }
            }
        }
        return SMTPResult(recipients: results.compactMap(\.self), sessions: sessions.flatMap(\.self))
    }

    /// Sends the message to recipients of one domain.
    private func deliver(
        _ envelope: SMTPEnvelope, _ indices: [Int], _ content: SMTPContent, _ dns: DNSClient
    ) async -> SMTPDelivery {
        let recipients = indices.map { envelope.recipients[$0] }
        let domain = recipients[0].address.domain
        let configuration = configuration
        var target = SMTPDelivery.Target(
            domain: domain, port: configuration.mailExchangerPort, security: .opportunistic)
        func delivery() -> SMTPDelivery {
            SMTPDelivery(
                target, configuration, pool, sender: envelope.sender, recipients: recipients, content: content)
        }
        do {
            let policy = try await policy(of: domain)
            target.security = policy.security
            target.context = policy.context
            if envelope.sender.insistsOnTLS, target.security == .opportunistic { target.security = .required }
            let hosts = try await SMTPMailHost.hosts(of: domain, dns, configuration, policy: policy)
            var delivery = delivery()
            await delivery.run(hosts) { try await SMTPMailHost.addresses(of: $0.name, dns, configuration) }
            return delivery
        } catch {
            var delivery = delivery()
            delivery.fail(
                SMTPClientError(error, or: .lookUpFailed, host: domain, reason: "the domain could not be looked up"))
            return delivery
        }
    }

    private func policy(of domain: String) async throws -> SMTPTLSPolicy {
        guard let ask = configuration.tlsPolicy else { return SMTPTLSPolicy() }
        do {
            return try await ask(domain)
        } catch let error as CancellationError {
            throw error
        } catch {
            throw error as? SMTPClientError
                ?? SMTPClientError(
                    .lookUpFailed, host: domain, reason: "how to protect the domain's mail is not known",
                    underlying: error, status: SMTPEnhancedStatus(checked: 4, 7, 0))
        }
    }
}
