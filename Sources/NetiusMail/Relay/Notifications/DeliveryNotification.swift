internal import Netius

/// A notification of what became of a message (RFC 3464): mail from nobody, `<>`, to the one that it is from.
struct DeliveryNotification: Sendable {
    /// What a notification says of a recipient (RFC 3464 section 2.3.3).
    enum Action: String, Sendable, Hashable {
        case failed, delayed, delivered, relayed, expanded
    }

    /// A recipient of which it tells.
    struct Report: Sendable, Hashable {
        let recipient: SMTPRecipient
        let action: Action
        let status: SMTPEnhancedStatus
        /// What was said, or happened, in a line.
        let diagnostic: String
        /// Whether `diagnostic` is a reply of SMTP, rather than words of our own.
        var isReply = false
        /// The host that said it.
        var remoteHost: String?
    }

    let message: QueuedMessage
    let reports: [Report]
    /// The host that reports.
    let reportingHost: String
    /// Whom it is from, as its header section says.
    let postmaster: String
    /// What is returned of the message: its header section or, where the sender wanted so, all of it.
    let returned: Returned
    /// Until when delivery is tried, in a notification of delay.
    var retryUntil: Timestamp?
    var time = Timestamp.now

    /// The part of a message that is returned.
    enum Returned: Sendable, Hashable {
        case headers([UInt8])
        case message([UInt8])

        var bytes: [UInt8] {
            switch self {
            case .headers(let bytes), .message(let bytes): bytes
            }
        }
    }

    /// To whom it goes; nil where nobody may be told: the message is itself one from nobody, so that a notification is
    /// never answered with another (RFC 5321 section 6.1).
    var envelope: SMTPEnvelope? {
        guard let address = message.sender.address else { return nil }
        var sender = SMTPSender(nil)
        sender.usesUTF8 = message.sender.usesUTF8
        if returned.bytes.contains(where: { $0 >= 0x80 }) { sender.body = .eightBitMIME }
        var recipient = SMTPRecipient(address)
        recipient.notify = .never
        return SMTPEnvelope(sender: sender, recipients: [recipient])
    }

    var isAllowed: Bool { message.sender.address != nil && !reports.isEmpty }

    var subject: String {
        let actions = Set(reports.map(\.action))
        if actions.contains(.failed) { return "Delivery Status Notification (Failure)" }
        if actions.contains(.delayed) { return "Delivery Status Notification (Delay)" }
        return "Delivery Status Notification (Success)"
    }
}
