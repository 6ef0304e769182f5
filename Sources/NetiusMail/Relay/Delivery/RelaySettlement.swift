internal import Netius

/// What follows from the outcomes of a delivery: the new state of the recipients, and whom to tell. A value, so that it
/// is the same whatever the disk does.
struct RelaySettlement: Sendable {
    /// For how long what is tried, and when the sender is told.
    struct Times: Sendable, Hashable {
        var backoff = RelayBackoff()
        /// How long delivery is tried; 5 days by default (RFC 5321 section 4.5.4.1).
        var expiry: Duration = .seconds(5 * 86_400)
        /// After how long the sender is told, once, that it takes long; 4 hours by default.
        var delayReport: Duration = .seconds(4 * 3600)
    }

    private(set) var message: QueuedMessage
    /// What changed, for the journal.
    private(set) var entries: [QueueJournal.Entry] = []
    /// What the sender is to be told.
    private(set) var reports: [DeliveryNotification.Report] = []
    /// When to try again; nil where nothing is left of these recipients.
    private(set) var nextAttempt: Timestamp?

    /// Applies outcomes, by the recipients' places. The reports begin with those that are yet `untold`.
    init(
        of message: QueuedMessage, _ outcomes: [(recipient: Int, outcome: DeliveryOutcome)], times: Times,
        now: Timestamp, notBefore: Timestamp? = nil, untold: [DeliveryNotification.Report] = [],
        tellsDelays: Bool = true
    ) {
        self.message = message
        reports = untold
        var attempts = 0
        for (index, _) in outcomes where message.recipients.indices.contains(index) {
            attempts = max(attempts, message.recipients[index].attempts)
        }
        // All of them are tried together again.
        var next = now.advanced(by: times.backoff.delay(afterAttempts: attempts + 1))
        if let notBefore { next = max(next, notBefore) }
        let expires = message.arrival.advanced(by: times.expiry)
        let isLate = tellsDelays && message.arrival.advanced(by: times.delayReport) <= now
        for (index, outcome) in outcomes {
            guard message.recipients.indices.contains(index), !message.recipients[index].isSettled else { continue }
            var outcome = outcome
            if outcome.kind == .deferred, expires <= now {
                outcome.kind = .failed
                let host = outcome.isReply ? outcome.host.map { "\($0) said: " } ?? "" : ""
                outcome.text = "delivery time expired; last: \(host)\(outcome.text)"
                outcome.status = SMTPEnhancedStatus(checked: 4, 4, 7)
                outcome.isReply = false
            }
            settle(index, outcome, next: next, isLate: isLate)
        }
    }

    private mutating func settle(_ index: Int, _ outcome: DeliveryOutcome, next: Timestamp, isLate: Bool) {
        var recipient = message.recipients[index]
        recipient.lastReply = outcome.text
        let notify = recipient.recipient.notify
        switch outcome.kind {
        case .delivered:
            recipient.state = .delivered
            if let notify, notify.contains(.success), !outcome.isReportedElsewhere {
                report(recipient, outcome.isLocal ? .delivered : .relayed, outcome)
            }
        case .failed:
            recipient.state = .failed
            if notify?.contains(.failure) ?? true { report(recipient, .failed, outcome) }
        case .deferred:
            recipient.attempts += 1
            recipient.nextAttempt = next
            nextAttempt = next
            if isLate, !recipient.isDelayReported {
                recipient.isDelayReported = true
                if notify?.contains(.delay) ?? true { report(recipient, .delayed, outcome) }
            }
        }
        message.recipients[index] = recipient
        entries.append(QueueJournal.Entry(recipient: index, recipient))
    }

    private mutating func report(
        _ recipient: QueuedRecipient, _ action: DeliveryNotification.Action, _ outcome: DeliveryOutcome
    ) {
        reports.append(
            DeliveryNotification.Report(
                recipient: recipient.recipient, action: action, status: outcome.status, diagnostic: outcome.text,
                isReply: outcome.isReply, remoteHost: outcome.host))
    }

    /// Has the job done again at a time, if not before.
    mutating func postpone(until time: Timestamp) { nextAttempt = time }
}
