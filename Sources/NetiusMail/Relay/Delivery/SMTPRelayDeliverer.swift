internal import Netius

/// Takes messages to one destination over SMTP, host after host, and keeps the connection for the next.
// @safe: the executor is that of a loop, which is held.
@safe
actor SMTPRelayDeliverer: RelayDeliverer {
    private let destination: any SMTPRelayDestination
    private let client: SMTPClient.Configuration
    private let patience: RelayPatience
    private let isLocal: Bool
    private nonisolated let loop: EventLoop
    // Unowned: the loop is held above.
    nonisolated let unownedExecutor: UnownedSerialExecutor
    /// The connection that the last message was sent over.
    private var current: (connection: SMTPClientConnection, host: SMTPRelayHost)?
    /// What has come of the message that is being delivered: it counts whatever ends the delivery.
    private var progress = Progress(count: 0)

    init(
        _ destination: any SMTPRelayDestination, _ client: SMTPClient.Configuration,
        patience: RelayPatience = RelayPatience(), isLocal: Bool = false, on loop: EventLoop
    ) {
        self.destination = destination
        self.client = client
        self.patience = patience
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
        /// Whether a host was ready for mail, or said something of it.
        var wasReached = false
        /// Why there was no session with a host.
        var failure: SMTPRelayFailure?
        /// What is wrong with the relay, or with the host that it was told to use.
        var problem: String?
        /// Why it ended before its time.
        var interruption: DeliveryOutcome?
        var isCancelled = false

        init(count: Int) {
            outcomes = Array(repeating: nil, count: count)
            pending = Array(0..<count)
        }
    }

    func deliver(_ delivery: RelayDelivery) async -> RelayResult {
        progress = Progress(count: delivery.recipients.count)
        let needsTLS = delivery.message.sender.insistsOnTLS && !isLocal
        let limit = patience.limit(
            octets: delivery.content.count, recipients: delivery.recipients.count,
            perTransaction: client.maximumRecipients)
        do {
            try await loop.withDeadline(in: limit) { try await self.attempt(delivery, needsTLS: needsTLS) }
        } catch is DeadlineError {
            progress.interruption = DeliveryOutcome(
                .deferred, "the delivery took too long", status: SMTPEnhancedStatus(checked: 4, 4, 2))
        } catch {
            progress.isCancelled = true
            progress.interruption = DeliveryOutcome(
                .deferred, "the delivery was interrupted", status: SMTPEnhancedStatus(checked: 4, 3, 2))
        }
        if progress.interruption != nil { await close() }
        return result
    }

    private var result: RelayResult {
        let unknown = DeliveryOutcome(.deferred, "no host could be asked", status: SMTPEnhancedStatus(checked: 4, 4, 0))
        var other = progress.interruption ?? progress.failure?.outcome ?? unknown
        other.isLocal = isLocal
        var result = RelayResult(outcomes: progress.outcomes.map { $0 ?? other }, session: progress.session)
        result.problem = progress.problem
        if !progress.wasReached {
            if progress.isCancelled {
                result.reach = .unknown
            } else if let interruption = progress.interruption {
                result.reach = .unreachable(interruption.text)
            } else if let failure = progress.failure, failure.concernsAll {
                result.reach = .unreachable(failure.outcome.text)
            } else {
                result.reach = .unknown
            }
        }
        return result
    }

    private func attempt(_ delivery: RelayDelivery, needsTLS: Bool) async throws {
        if let (connection, host) = current {
            // Asked for first: the connection may end meanwhile.
            let isAllowed = try await destination.allows(host, client)
            let (isUsable, isVerified) = (await connection.isUsable, await connection.isVerified)
            if isAllowed, isUsable, !needsTLS || isVerified && host.isNameTrusted {
                try await send(delivery, over: connection, host)
            } else {
                await close()
            }
        }
        guard !progress.pending.isEmpty else { return }
        let hosts: [SMTPRelayHost]
        do {
            hosts = try await destination.hosts(client, requiresTLS: needsTLS)
        } catch let error as CancellationError {
            throw error
        } catch {
            return note(error, needsTLS: needsTLS)
        }
        for host in hosts where !progress.pending.isEmpty {
            do {
                let connection = try await host.connect(loop)
                current = (connection, host)
                progress.wasReached = true
            } catch let error as CancellationError {
                throw error
            } catch {
                note(error, needsTLS: needsTLS)
                continue
            }
            if let (connection, host) = current { try await send(delivery, over: connection, host) }
        }
    }

    private func note(_ error: any Error, needsTLS: Bool) {
        let failure = SMTPRelayFailure(error, at: destination, needsTLS: needsTLS)
        if failure.isOurs { progress.problem = failure.outcome.text }
        // A failure that may pass counts before one that will not: some host may take it yet.
        if progress.failure?.isPermanent ?? true { progress.failure = failure }
    }

    private func send(
        _ delivery: RelayDelivery, over connection: SMTPClientConnection, _ host: SMTPRelayHost
    ) async throws {
        let pending = progress.pending
        var sender = delivery.message.sender
        // What is here already goes nowhere any more.
        if isLocal { sender.requiresTLS = false }
        let envelope = SMTPEnvelope(sender: sender, recipients: pending.map { delivery.recipients[$0] })
        let (outcomes, interruption) = await connection.sendAsFarAsPossible(envelope, delivery.content)
        // What was sent to its end may have been taken: another host would take it once more.
        let mayBeTaken = await connection.isContentSent
        progress.pending = []
        for (index, outcome) in zip(pending, outcomes) {
            // It came to nothing because it was interrupted.
            if interruption != nil, case .failed = outcome { continue }
            let isForOthers = outcome.isForOthers(wasSent: mayBeTaken)
            if isForOthers { progress.pending.append(index) }
            if outcome.reply != nil { progress.wasReached = true }
            // Of failures of hosts one that may pass counts before one that will not: that host may take it yet.
            if isForOthers, progress.outcomes[index]?.kind == .deferred { continue }
            progress.outcomes[index] = await self.outcome(of: outcome, host: host.name, connection)
        }
        progress.session = await session(connection, host)
        let limit = min(client.maximumMessagesPerConnection, await connection.capabilities.maximumMessages ?? .max)
        let (isUsable, count) = (await connection.isUsable, await connection.messageCount)
        if !isUsable || count >= limit { await close() }
        if let interruption { throw interruption }
    }

    private func outcome(
        of outcome: SMTPOutcome, host: String, _ connection: SMTPClientConnection
    ) async -> DeliveryOutcome {
        var made: DeliveryOutcome
        switch outcome {
        case .accepted(let reply), .refused(let reply):
            made = DeliveryOutcome(reply, host: host)
            if destination.isConfigured, reply.isOfAuthentication {
                (made.kind, made.status) = (.deferred, made.status.asTemporary)
                progress.problem = made.text
            }
        case .failed(let error):
            made = DeliveryOutcome(
                error.isTemporary ? .deferred : .failed, error.reply?.description ?? error.description,
                status: error.status)
            made.isReply = error.reply != nil
            made.host = error.host
        }
        made.isLocal = isLocal
        // RFC 3461 section 5.2.2: who has been asked to report does so.
        made.isReportedElsewhere = await connection.capabilities.offersNotifications && !isLocal
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
