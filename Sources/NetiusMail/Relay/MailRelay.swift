internal import Netius

/// Takes mail, keeps it safe, and hands it on until it has arrived or its sender has been told that it cannot.
///
/// ```swift
/// var configuration = MailRelay.Configuration(spool: "/var/spool/netius")
/// configuration.policy.trustedNetworks = IPNetworkSet([IPNetwork("192.0.2.0/24")!])
/// let relay = try MailRelay(configuration)
/// try await relay.run(relay.server(host: "::", port: 25))
/// ```
/// A message is answered 250 when it is on the disk, and from then on either delivered or returned, whatever happens to
/// the process or the machine. It may be delivered twice where either fails between the delivery and the note of it.
public final class MailRelay: Sendable {
    let configuration: Configuration
    let queue: MailQueue
    let loops: LoopGroup
    let log: Log
    let transport: any RelayTransport
    let state: Guarded<RelayState>

    /// A relay that has its spool, and does nothing yet. This waits for a disk.
    ///
    /// - Throws: `MailQueueError`, `.locked` where another process has the spool; `SystemError`.
    public convenience init(_ configuration: Configuration) throws {
        try self.init(configuration, transport: nil)
    }

    init(_ configuration: Configuration, transport: (any RelayTransport)?) throws {
        var configuration = configuration
        let log = configuration.log ?? Log.current
        configuration.queue.log = configuration.queue.log ?? log
        self.log = log
        let loops = try configuration.loops ?? LoopGroup.shared
        self.loops = loops
        if configuration.events?.capturesTranscripts == true { configuration.client.capturesTranscript = true }
        self.configuration = configuration
        queue = try MailQueue(configuration.queue)
        self.transport = transport ?? SMTPRelayTransport(configuration, loops: loops)
        let limits = RelaySchedule.Limits(
            maximum: max(configuration.maximumDeliveries, 1),
            maximumPerDestination: max(configuration.maximumDeliveriesPerDomain, 1))
        state = Guarded(RelayState(limits: limits, maximumMemory: configuration.maximumMemory))
        state.withLock { $0.schedule.isPaused = queue.isPaused }
    }

    var times: RelaySettlement.Times {
        RelaySettlement.Times(
            backoff: configuration.backoff, expiry: configuration.expiry, delayReport: configuration.delayReport)
    }

    /// Where a recipient's mail goes.
    func destination(of address: MailAddress) -> RelayDestination {
        if configuration.policy.isLocal(address.domain) { return .local }
        if case .host = configuration.route { return .smartHost }
        return .mailExchangers(of: address.domain)
    }

    // MARK: What there is to do

    /// Notes what the spool has, and begins to deliver. It reads one message after the other, and so returns when all are
    /// noted; those that come meanwhile do not wait for that.
    ///
    /// - Throws: `MailQueueError`; `CancellationError`.
    func begin() async throws {
        let identifiers = try await queue.pool.run { [queue] in try queue.identifiers() }
        if !identifiers.isEmpty {
            log.notice("found mail in the queue", metadata: ["messages": "\(identifiers.count)"])
        }
        var rest = identifiers[...]
        while !rest.isEmpty {
            let part = rest.prefix(128)
            rest = rest.dropFirst(128)
            try await queue.pool.run { [self] in
                for identifier in part { note(identifier) }
            }
            pump()
        }
    }

    private func note(_ identifier: MailIdentifier) {
        // What came after the beginning is known.
        guard !state.withLock({ $0.schedule.contains(identifier) }) else { return }
        do throws(MailQueueError) {
            let file = try queue.open(identifier)
            add(file.message)
        } catch .noSuchMessage, .damaged {
            return
        } catch {
            log.error("cannot read a message: \(error)", metadata: ["id": "\(identifier)"])
        }
    }

    /// Takes notice of a message that is safe in the queue.
    func enqueue(_ message: QueuedMessage, _ content: QueueContent) {
        state.withLock { $0.messages.insert(ActiveMessage(message, content)) }
        add(message)
        pump()
    }

    private func add(_ message: QueuedMessage) {
        let now = Timestamp.now
        state.withLock { state in
            guard !message.recipients.isEmpty else { return }
            var isSettled = true
            for recipient in message.recipients where !recipient.isSettled {
                isSettled = false
                let destination = destination(of: recipient.recipient.address)
                state.schedule.add(
                    RelaySchedule.Job(identifier: message.identifier, destination: destination),
                    at: recipient.nextAttempt, now: now)
            }
            // Its removal was interrupted: any destination will do to remove it.
            guard isSettled else { return }
            state.schedule.add(
                RelaySchedule.Job(identifier: message.identifier, destination: .local), at: nil, now: now)
        }
    }
}
