/// What came of delivering to a recipient.
struct DeliveryOutcome: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case delivered
        /// Not this time.
        case deferred
        case failed
    }

    var kind: Kind
    /// What was said, or happened, in a line.
    var text: String
    var status: SMTPEnhancedStatus
    /// Whether `text` is a reply of SMTP.
    var isReply = false
    /// The host that said it.
    var host: String?
    /// Whether that host reports itself on what becomes of the message (RFC 3461 section 5.2.2), or delivery is final.
    var isReportedElsewhere = false
    /// Whether it was put into a mailbox here.
    var isLocal = false

    /// What a reply says.
    init(_ reply: SMTPReply, host: String?) {
        kind = reply.isPositive ? .delivered : reply.isTemporary ? .deferred : .failed
        text = reply.description
        status =
            reply.enhancedStatus ?? SMTPEnhancedStatus(checked: reply.isPositive ? 2 : reply.isTemporary ? 4 : 5, 0, 0)
        isReply = true
        self.host = host
    }

    /// What happened here.
    init(_ kind: Kind, _ text: String, status: SMTPEnhancedStatus) {
        self.kind = kind
        self.text = text
        self.status = status
    }
}
