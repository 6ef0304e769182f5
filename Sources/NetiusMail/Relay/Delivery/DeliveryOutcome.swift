/// What came of delivering to a recipient.
struct DeliveryOutcome: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case delivered
        /// Not this time.
        case deferred
        case failed
    }

    var kind: Kind
    /// The most octets of `text`.
    static let maximumTextLength = 500

    /// What was said, or happened, in a line: the beginning of it, for others decide on its length.
    var text: String { didSet { text = text.prefix(octets: Self.maximumTextLength) } }
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
        text = reply.description.prefix(octets: Self.maximumTextLength)
        status =
            reply.enhancedStatus ?? SMTPEnhancedStatus(checked: reply.isPositive ? 2 : reply.isTemporary ? 4 : 5, 0, 0)
        isReply = true
        self.host = host
    }

    /// What happened here.
    init(_ kind: Kind, _ text: String, status: SMTPEnhancedStatus) {
        self.kind = kind
        self.text = text.prefix(octets: Self.maximumTextLength)
        self.status = status
    }
}

extension String {
    /// As much of the text as fits so many octets of UTF-8, whole scalars alone.
    func prefix(octets count: Int) -> String {
        guard utf8.count > count else { return self }
        var end = utf8.index(startIndex, offsetBy: max(count, 0))
        while end > startIndex, end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(unicodeScalars[..<end])
    }
}
