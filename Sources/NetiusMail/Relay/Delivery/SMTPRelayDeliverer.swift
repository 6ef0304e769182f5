internal import Netius

/// Takes messages to one destination over SMTP, host after host, and keeps the connection for the next.
// @safe: the executor is that of a loop, which is held.
@safe
actor SMTPRelayDeliverer: RelayDeliverer {
    private let destination: any SMTPRelayDestination
    private let client: SMTPClient.Configuration
    private let isLocal: Bool
    private nonisolated let loop: EventLoop
    // Unowned: the loop is held above.
    nonisolated let unownedExecutor: UnownedSerialExecutor
    /// The connection that the last message was sent over.
    private var current: (connection: SMTPClientConnection, host: SMTPRelayHost)?

    init(
        _ destination: any SMTPRelayDestination, _ client: SMTPClient.Configuration, isLocal: Bool = false,
        on loop: EventLoop
    ) {
        self.destination = destination
        self.client = client
        self.isLocal = isLocal
        self.loop = loop
        unsafe unownedExecutor = loop.unownedExecutor
    }

    /// What has come of the recipients so far.
    private struct Progress {
        var outcomes: [DeliveryOutcome?]
        /// Those for whom another host may do better.
        var pending: [Int]
        var session: RelaySession?
        var wasReached = false
        var lastError: SMTPClientError?
    }

    func deliver(_ delivery: RelayDelivery) async throws -> RelayResult {
        var progress = Progress(
            outcomes: Array(repeating: nil, count: delivery.recipients.count),
            pending: Array(delivery.recipients.indices))
        let needsTLS = delivery.message.sender.requiresTLS && !isLocal
        if let (connection, host) = current {
            let (isUsable, isVerified) = (await connection.isUsable, await connection.isVerified)
            if isUsable, !needsTLS || isVerified {
                try await send(delivery, over: connection, host, &progress)
            } else {
                await close()
            }
        }
        if !progress.pending.isEmpty { try await tryHosts(delivery, needsTLS: needsTLS, &progress) }
        let unknown = DeliveryOutcome(.deferred, "no host could be asked", status: SMTPEnhancedStatus(checked: 4, 4, 0))
        let failure = progress.lastError.map { outcome(of: .failed($0), host: $0.host) }
        let reason = progress.lastError.flatMap { $0.isTemporary ? $0.description : nil }
        return RelayResult(
            outcomes: progress.outcomes.map { $0 ?? failure ?? unknown },
            unreachable: progress.wasReached ? nil : reason,
            session: progress.session)
    }

    private func tryHosts(_ delivery: RelayDelivery, needsTLS: Bool, _ progress: inout Progress) async throws {
        let hosts: [SMTPRelayHost]
        do {
            hosts = try await destination.hosts(client, requiresTLS: needsTLS)
        } catch let error as SMTPClientError {
            progress.lastError = error
            return
        }
        for host in hosts where !progress.pending.isEmpty {
            do {
                let connection = try await host.connect(loop)
                current = (connection, host)
                try await send(delivery, over: connection, host, &progress)
            } catch let error as SMTPClientError {
                // A failure that may pass counts before one that will not: some host may take it yet.
                if progress.lastError.map({ !$0.isTemporary }) ?? true { progress.lastError = error }
            }
        }
    }

    private func send(
        _ delivery: RelayDelivery, over connection: SMTPClientConnection, _ host: SMTPRelayHost,
        _ progress: inout Progress
    ) async throws {
        let pending = progress.pending
        let envelope = SMTPEnvelope(
            sender: delivery.message.sender, recipients: pending.map { delivery.recipients[$0] })
        let outcomes = try await connection.send(envelope, delivery.content)
        // What was sent to its end may have been taken: another host would take it once more.
        let mayBeTaken = await connection.isContentSent
        progress.pending = []
        for (index, outcome) in zip(pending, outcomes) {
            if !mayBeTaken, isForOthers(outcome) {
                progress.pending.append(index)
                if case .failed(let error) = outcome { progress.lastError = error }
            } else {
                progress.wasReached = true
            }
            progress.outcomes[index] = await self.outcome(of: outcome, host: host.name, connection)
        }
        progress.session = await session(connection, host)
        let limit = min(client.maximumMessagesPerConnection, await connection.capabilities.maximumMessages ?? .max)
        let (isUsable, count) = (await connection.isUsable, await connection.messageCount)
        if !isUsable || count >= limit { await close() }
    }

    /// Whether an outcome tells of the host rather than of the message or the recipient.
    private func isForOthers(_ outcome: SMTPOutcome) -> Bool {
        switch outcome {
        case .accepted: false
        case .refused(let reply): reply.code == 421
        case .failed(let error):
            ![.invalidMessage, .invalidConfiguration, .unsupported, .tooLarge, .contentFailed].contains(error.code)
        }
    }

    private func outcome(
        of outcome: SMTPOutcome, host: String, _ connection: SMTPClientConnection
    ) async -> DeliveryOutcome {
        var made = self.outcome(of: outcome, host: host)
        // RFC 3461 section 5.2.2: who has been asked to report does so.
        made.isReportedElsewhere = await connection.capabilities.offersNotifications && !isLocal
        return made
    }

    private func outcome(of outcome: SMTPOutcome, host: String) -> DeliveryOutcome {
        var made: DeliveryOutcome
        switch outcome {
        case .accepted(let reply), .refused(let reply): made = DeliveryOutcome(reply, host: host)
        case .failed(let error):
            made = DeliveryOutcome(
                error.isTemporary ? .deferred : .failed, error.reply?.description ?? error.description,
                status: error.status)
            made.isReply = error.reply != nil
            made.host = error.host
        }
        made.isLocal = isLocal
        return made
    }

    private func session(_ connection: SMTPClientConnection, _ host: SMTPRelayHost) async -> RelaySession {
        let tls = await connection.tls
        return RelaySession(
            domain: destination.name, host: host.name, port: host.port,
            greeting: await connection.greeting?.description,
            capabilities: await connection.capabilities.lines,
            usesStartTLS: tls != nil && host.security != .implicit, tlsVersion: tls.map { "\($0.version)" },
            tlsCipher: tls?.cipherSuite, transcript: await connection.takeTranscript())
    }

    func close() async {
        guard let (connection, _) = current else { return }
        current = nil
        await connection.quit()
    }
}
