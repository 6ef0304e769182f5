/// What came of a message.
public struct SMTPResult: Sendable {
    /// What came of each recipient, in the order in which they were given.
    public let recipients: [SMTPRecipientResult]
    /// What was done to that end, in order for each domain: a session for each server that was asked.
    public let sessions: [SMTPSessionInformation]

    /// Whether every recipient's message was taken, and there is one.
    public var isComplete: Bool { !recipients.isEmpty && recipients.allSatisfy(\.outcome.isAccepted) }
}

/// What came of a message for one recipient.
public struct SMTPRecipientResult: Sendable {
    /// Whom it is for.
    public let recipient: SMTPRecipient
    /// What came of it.
    public let outcome: SMTPOutcome
    /// The server that said so; nil where none was asked.
    public let host: String?

    /// The recipient's address.
    public var address: MailAddress { recipient.address }
}

extension SMTPRecipientResult: CustomStringConvertible {
    /// One line for people: `250 2.0.0 ok queued as B786 <bob@example.com>`.
    public var description: String { "\(outcome) <\(address)>" }
}
