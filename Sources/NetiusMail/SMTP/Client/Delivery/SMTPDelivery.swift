internal import Netius

/// The delivery of one message to the hosts of one domain, or to one server: host after host, until every recipient has
/// an outcome that another host would not change.
struct SMTPDelivery {
    /// What is asked of each host.
    struct Target: Sendable {
        /// The recipients' domain; nil where the server takes mail for any.
        var domain: String?
        var port: UInt16
        var security: SMTPSecurity
        var context: TLSClientContext?
        var credentials: SMTPCredentials?
    }

    let target: Target
    let configuration: SMTPClient.Configuration
    let pool: SMTPConnectionPool
    let sender: SMTPSender
    let recipients: [SMTPRecipient]
    let content: SMTPContent

    private(set) var results: [SMTPRecipientResult?]
    private(set) var sessions: [SMTPSessionInformation] = []
    /// Those whom another host may take.
    private var pending: [Int]

    init(
        _ target: Target, _ configuration: SMTPClient.Configuration, _ pool: SMTPConnectionPool, sender: SMTPSender,
        recipients: [SMTPRecipient], content: SMTPContent
    ) {
        self.target = target
        self.configuration = configuration
        self.pool = pool
        self.sender = sender
        self.recipients = recipients
        self.content = content
        results = Array(repeating: nil, count: recipients.count)
        pending = Array(recipients.indices)
    }

    /// Tries the hosts in order.
    ///
    /// - Parameters:
    ///   - hosts: At least one.
    ///   - addresses: Tells the addresses of a host that are not known.
    mutating func run(
        _ hosts: [SMTPMailHost], addresses: (SMTPMailHost) async throws -> [IPAddress]
    ) async {
        for host in hosts where !pending.isEmpty {
            do {
                try await deliver(to: host, addresses)
            } catch {
                let error = SMTPClientError(error, or: .connectFailed, host: host.name, reason: "no connection")
                note(Array(repeating: .failed(error), count: pending.count), host.name)
                var session = self.session(host)
                session.error = error.description
                session.transcript = error.transcript
                end(&session)
            }
        }
    }

    /// The message goes nowhere.
    mutating func fail(_ error: SMTPClientError) {
        for index in pending {
            results[index] = SMTPRecipientResult(recipient: recipients[index], outcome: .failed(error), host: nil)
        }
    }

    // MARK: One host

    private mutating func deliver(
        to host: SMTPMailHost, _ addresses: (SMTPMailHost) async throws -> [IPAddress]
    ) async throws {
        let server = SMTPConnectionPool.Server(
            host: host.name, port: target.port, security: target.security, credentials: target.credentials,
            context: target.context)
        // One that was idle may have ended just when it was used: that says nothing of the server.
        while !pending.isEmpty {
            let lease = try await pool.acquire(server)
            do {
                let connection: SMTPClientConnection
                var isReused = false
                switch lease {
                case .reuse(let idle):
                    connection = idle
                    isReused = true
                case .connect:
                    connection = try await SMTPClientConnection.connect(
                        to: host.name, port: target.port,
                        at: host.addresses.isEmpty ? try await addresses(host) : host.addresses,
                        security: target.security, tls: target.context, credentials: target.credentials,
                        configuration: configuration)
                }
                let isWorthAnother = try await send(over: connection, host, isReused: isReused)
                await giveBack(connection, server)
                if !isWorthAnother { return }
            } catch {
                await pool.closed(server)
                throw error
            }
        }
    }

    private func giveBack(_ connection: SMTPClientConnection, _ server: SMTPConnectionPool.Server) async {
        let limit = await connection.capabilities.maximumMessages ?? .max
        if await connection.messageCount < min(configuration.maximumMessagesPerConnection, limit),
            await connection.isUsable
        {
            await pool.release(connection, server)
        } else {
            Task { await connection.quit() }
            await pool.closed(server)
        }
    }

    /// Sends the message to those who are pending; whether the same host is to be asked again over a connection anew.
    private mutating func send(
        over connection: SMTPClientConnection, _ host: SMTPMailHost, isReused: Bool
    ) async throws -> Bool {
        var session = self.session(host)
        let envelope = SMTPEnvelope(sender: sender, recipients: pending.map { recipients[$0] })
        let outcomes = try await connection.send(envelope, content)
        session.greeting = await connection.greeting
        session.capabilities = await connection.capabilities.lines
        session.tls = await connection.tls
        session.usesStartTLS = session.tls != nil && target.security != .implicit
        session.transcript = await connection.takeTranscript()
        session.queueResponse = outcomes.first { $0.isAccepted }?.reply
        session.error = outcomes.first { !$0.isAccepted }?.description
        let before = pending.count
        note(outcomes, host.name, wasSent: await connection.isContentSent)
        end(&session)
        let isUsable = await connection.isUsable
        return isReused && pending.count == before && !isUsable
    }

    private func session(_ host: SMTPMailHost) -> SMTPSessionInformation {
        SMTPSessionInformation(
            domain: target.domain, host: host.name, port: target.port, isMailExchanger: target.domain != nil,
            recipients: pending.map { recipients[$0].address })
    }

    private mutating func end(_ session: inout SMTPSessionInformation) {
        session.end = .now
        session.duration = MonotonicTime.now.since(session.began)
        sessions.append(session)
    }

    /// Notes the outcomes of those who are pending, and keeps those for whom another host may do better.
    private mutating func note(_ outcomes: [SMTPOutcome], _ host: String, wasSent: Bool = false) {
        var left: [Int] = []
        for (index, outcome) in zip(pending, outcomes) {
            let result = SMTPRecipientResult(recipient: recipients[index], outcome: outcome, host: host)
            // Of failures of hosts one that may pass counts before one that will not: that host may take it yet. What a
            // host says of the message, or the recipient, counts in any case.
            let isForOthers = outcome.isForOthers(wasSent: wasSent)
            let mayPass = results[index]?.outcome.isTemporary ?? false
            if !isForOthers || !mayPass { results[index] = result }
            if isForOthers { left.append(index) }
        }
        pending = left
    }
}
