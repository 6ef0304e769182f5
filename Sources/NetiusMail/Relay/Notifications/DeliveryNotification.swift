internal import Netius

/// A notification of what became of a message (RFC 3464): mail from nobody, `<>`, to the one that it is from.
///
/// It has seven bits, whatever the message has, for nobody could be told that a notification does not arrive: it asks no
/// host for 8BITMIME, which a host may lack (RFC 3461 section 6.2 leaves what is returned to us, and RFC 2046 section 5.2.1
/// forbids to encode it). Where the sender's own address is of more than ASCII, those who can be told at all have SMTPUTF8,
/// and with it 8BITMIME (RFC 6531 section 3.1); and where the sender's mailbox is in a store here, no host is asked.
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

    init(
        message: QueuedMessage, reports: [Report], reportingHost: String, postmaster: String, returned: Returned,
        takesEightBits: Bool = false
    ) {
        self.message = message
        self.reports = reports
        self.reportingHost = reportingHost
        self.postmaster = postmaster
        self.returned = takesEightBits || Self.usesUTF8(message) ? returned : returned.inSevenBits
    }

    /// Whether it is one of RFC 6533, because it cannot go to its recipient otherwise.
    var usesUTF8: Bool { Self.usesUTF8(message) }

    /// Whether it has octets of more than seven bits.
    var hasEightBits: Bool { usesUTF8 || returned.hasEightBits }

    private static func usesUTF8(_ message: QueuedMessage) -> Bool { message.sender.address?.requiresUTF8 ?? false }

    /// The part of a message that is returned.
    enum Returned: Sendable, Hashable {
        case headers([UInt8])
        case message([UInt8])

        var bytes: [UInt8] {
            switch self {
            case .headers(let bytes), .message(let bytes): bytes
            }
        }

        var hasEightBits: Bool { bytes.contains { $0 >= 0x80 } }

        /// The same where it has seven bits; otherwise the header section, with `?` for each octet of more. A message may
        /// not be encoded (RFC 2046 section 5.2.1).
        var inSevenBits: Returned {
            guard hasEightBits else { return self }
            var header = bytes[...]
            if case .message = self { header = bytes.prefix(MailHeaderSection(bytes).bodyStart) }
            return .headers(header.map { $0 < 0x80 ? $0 : UInt8(ascii: "?") })
        }
    }

    /// To whom it goes; nil where nobody may be told: the message is itself one from nobody, so that a notification is
    /// never answered with another (RFC 5321 section 6.1).
    var envelope: SMTPEnvelope? {
        guard let address = message.sender.address else { return nil }
        var sender = SMTPSender(nil)
        sender.usesUTF8 = usesUTF8
        if hasEightBits { sender.body = .eightBitMIME }
        // It tells as much as the message did, to hosts that see to it (RFC 8689 section 5).
        sender.requiresTLS = message.sender.requiresTLS
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
