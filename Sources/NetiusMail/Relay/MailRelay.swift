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
    /// The messages that were there at first, until `begin` notes them.
    private let found: Guarded<[MailIdentifier]>

    /// A relay that has its spool, and does nothing yet. This waits for a disk.
    ///
    /// - Throws: `MailQueueError`, `.locked` where another process has the spool; `SystemError`; `TLSConfigurationError`
    ///   where domains are to be asked for policies (`usesMTASTS`), and there is nobody to trust.
    public convenience init(_ configuration: Configuration) throws {
        try self.init(configuration, transport: nil)
    }

    init(_ configuration: Configuration, transport: (any RelayTransport)?) throws {
        var configuration = configuration
        let log = configuration.log ?? Log.current
        configuration.queue.log = configuration.queue.log ?? log
        configuration.queue.expiry = configuration.expiry
        configuration.queue.unreadablePatience = configuration.unreadablePatience
        self.log = log
        let loops = try configuration.loops ?? LoopGroup.shared
        self.loops = loops
        // Mail for the postmaster of this host must arrive (RFC 5321 section 4.5.1).
        configuration.policy.localDomains.insert(configuration.hostName.lowercasedASCII)
        if configuration.events?.capturesTranscripts == true { configuration.client.capturesTranscript = true }
        self.configuration = configuration
        queue = try MailQueue(configuration.queue)
        // Before anything is taken: what is there now is all that nobody knows of.
        found = Guarded(try queue.list().found)
        self.transport = try transport ?? SMTPRelayTransport(configuration, loops: loops)
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

    /// Notes what the spool had at first, and begins to deliver. It reads one message after the other, and so returns when
    /// all are noted; those that come meanwhile do not wait for that. What cannot be read for the moment is tried again,
    /// until it can.
    ///
    /// - Throws: `CancellationError`.
    func begin() async throws {
        var waiting = found.withLock { found in
            defer { found = [] }
            return found
        }
        if !waiting.isEmpty { log.notice("found mail in the queue", metadata: ["messages": "\(waiting.count)"]) }
        while true {
            let (unread, reason) = try await noteAll(waiting)
            let (more, failure) = try await listRest()
            waiting = more + unread
            if let reason = reason ?? failure {
                log.error(
                    "mail in the queue cannot be read yet: \(reason)", metadata: ["messages": "\(unread.count)"])
            } else if waiting.isEmpty {
                return
            }
            // What was found just now does not wait.
            if more.isEmpty { try await loops.loops[0].sleep(for: configuration.diskPatience) }
        }
    }

    /// Notes messages; those that cannot be read are left, and why.
    private func noteAll(_ identifiers: [MailIdentifier]) async throws -> ([MailIdentifier], (any Error)?) {
        var unread: [MailIdentifier] = []
        var reason: (any Error)?
        var rest = identifiers[...]
        while !rest.isEmpty {
            let part = rest.prefix(128)
            rest = rest.dropFirst(128)
            do {
                let failures = try await queue.pool.run { [self] in
                    part.compactMap { identifier in note(identifier).map { (identifier, $0) } }
                }
                unread += failures.map(\.0)
                reason = failures.last?.1 ?? reason
            } catch let error as BlockingPoolError {
                unread += part
                reason = error
            }
            pump()
        }
        return (unread, reason)
    }

    private func listRest() async throws -> ([MailIdentifier], (any Error)?) {
        do {
            return try await queue.pool.run { [queue] in queue.listRest() }
        } catch let error as BlockingPoolError {
            return ([], error)
        }
    }

    /// Notes a message, or tells why it cannot be read for the moment.
    private func note(_ identifier: MailIdentifier) -> MailQueueError? {
        do throws(MailQueueError) {
            add(try queue.open(identifier).message)
            return nil
        } catch .noSuchMessage, .damaged {
            state.withLock { $0.unreadable.forget(identifier) }
            return nil
        } catch {
            return setAsideIfExpired(identifier, error) ? nil : error
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
            state.unreadable.forget(message.identifier)
            var isSettled = true
            for recipient in message.recipients where !recipient.isSettled {
                isSettled = false
                let destination = destination(of: recipient.recipient.address)
                state.schedule.add(
                    RelaySchedule.Job(identifier: message.identifier, destination: destination),
                    at: recipient.nextAttempt, now: now)
            }
            // Its removal was interrupted, or it is for nobody: any destination will do to remove it.
            guard isSettled else { return }
            state.schedule.add(
                RelaySchedule.Job(identifier: message.identifier, destination: .local), at: nil, now: now)
        }
    }
}
