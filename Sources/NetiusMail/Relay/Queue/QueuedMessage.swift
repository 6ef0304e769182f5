public import Netius

/// A message in the queue, but for its content.
public struct QueuedMessage: Sendable, Hashable {
    /// What it is called.
    public let identifier: MailIdentifier
    /// When it was accepted.
    public let arrival: Timestamp
    /// Whom it is from, as MAIL said.
    public let sender: SMTPSender
    /// Whom it is for, and what became of each.
    public internal(set) var recipients: [QueuedRecipient]
    /// The octets that are sent, with the fields that the relay has put in front.
    public internal(set) var size: Int

    /// A message just accepted.
    init(identifier: MailIdentifier, arrival: Timestamp, envelope: SMTPEnvelope, size: Int = 0) {
        self.identifier = identifier
        self.arrival = arrival
        sender = envelope.sender
        recipients = envelope.recipients.map { QueuedRecipient($0) }
        self.size = size
    }

    /// Whether nothing is left to do for any recipient.
    public var isSettled: Bool { recipients.allSatisfy(\.isSettled) }
}

/// One recipient of a message in the queue.
public struct QueuedRecipient: Sendable, Hashable {
    /// What became of it.
    public enum State: UInt8, Sendable, Hashable {
        /// It is yet to be delivered.
        case pending
        /// Another host, or a mailbox, has it.
        case delivered
        /// It will not be delivered, and the sender has been told unless that was not to be.
        case failed
        /// It was taken out of the queue by hand.
        case removed
    }

    /// As RCPT said.
    public let recipient: SMTPRecipient
    /// What became of it.
    public internal(set) var state = State.pending
    /// How often its delivery was tried and put off.
    public internal(set) var attempts = 0
    /// When to try next; nil for at once.
    public internal(set) var nextAttempt: Timestamp?
    /// What was said at the last attempt.
    public internal(set) var lastReply: String?
    /// Whether the sender has been told that it takes long.
    public internal(set) var isDelayReported = false

    init(_ recipient: SMTPRecipient) {
        self.recipient = recipient
    }

    /// Whether nothing is left to do.
    public var isSettled: Bool { state != .pending }
}
