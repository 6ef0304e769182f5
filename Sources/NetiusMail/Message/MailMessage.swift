internal import Netius

/// A message to be sent (RFC 5322, RFC 2045).
///
/// ```swift
/// var message = try MailMessage(
///     from: Mailbox(name: "Frank", address: frank), to: [Mailbox(ann)], subject: "Grüße", text: "Hello Ann")
/// message.attachments.append(try MailAttachment(image, fileName: "cat.png", contentType: "image/png"))
/// let octets = try message.encoded()
/// ```
///
/// Nothing that it is made of can add a line to its header section: what could is refused when it is given.
public struct MailMessage: Sendable, Hashable {
    /// A header field of one's own: unstructured text.
    public struct Field: Sendable, Hashable {
        /// The name.
        public let name: String
        /// The value, not encoded.
        public let value: String
    }

    /// Who wrote it: at least one.
    public var from: [Mailbox]
    /// Who sent it, where that is not who wrote it. Where more than one did, it must be said.
    public var sender: Mailbox?
    /// Who is to be answered, where that is not who wrote it.
    public var replyTo: [Mailbox] = []
    /// Whom it is for.
    public var to: [Mailbox]
    /// Who else is to know.
    public var cc: [Mailbox] = []
    /// Who else is to know without the others' knowing. It is not written into the message: it only counts for
    /// `recipients`.
    public var bcc: [Mailbox] = []
    /// When it was written: when this was made, unless it is set.
    public var date = MailDate()
    /// What it is called: something random at the domain of the first author, unless it is set.
    public var identifier: MailMessageIdentifier
    /// The messages that it answers.
    public var inReplyTo: [MailMessageIdentifier] = []
    /// The messages that those answered, from the first on.
    public var references: [MailMessageIdentifier] = []
    /// What it is about.
    public private(set) var subject: String
    /// The fields of one's own, in order.
    public private(set) var fields: [Field] = []
    /// The text. Every line end becomes CRLF.
    public var text: String?
    /// The same as HTML, for those who show it.
    public var html: String?
    /// What the HTML refers to, each by its content identifier.
    public var inlineParts: [MailAttachment] = []
    /// What goes with it.
    public var attachments: [MailAttachment] = []

    /// A message.
    ///
    /// - Throws: `MailMessageError` for a control character in the subject.
    public init(
        from: Mailbox, to: [Mailbox] = [], subject: String = "", text: String? = nil, html: String? = nil
    ) throws(MailMessageError) {
        guard !subject.hasControlCharacter else { throw .controlCharacter(in: "Subject") }
        self.from = [from]
        self.to = to
        self.subject = subject
        self.text = text
        self.html = html
        identifier = MailMessageIdentifier(domain: from.address.domain)
    }

    /// Sets what it is about.
    ///
    /// - Throws: `MailMessageError` for a control character.
    public mutating func setSubject(_ subject: String) throws(MailMessageError) {
        guard !subject.hasControlCharacter else { throw .controlCharacter(in: "Subject") }
        self.subject = subject
    }

    /// Adds a field of one's own, such as `List-Id`.
    ///
    /// - Parameters:
    ///   - name: The name: up to 76 printable ASCII characters without a colon, none of those that the message writes
    ///     itself.
    ///   - value: Text in any language; what is not ASCII will be encoded.
    /// - Throws: `MailMessageError` for anything else, and for control characters.
    public mutating func addField(_ name: String, _ value: String) throws(MailMessageError) {
        guard 1...76 ~= name.utf8.count,
            name.utf8.allSatisfy({ 0x21...0x7E ~= $0 && $0 != UInt8(ascii: ":") })
        else { throw .invalidFieldName(name) }
        let lower = name.lowercasedASCII
        guard !Self.managed.contains(lower), !lower.hasPrefix("content-") else { throw .managedField(name) }
        guard !value.hasControlCharacter else { throw .controlCharacter(in: name) }
        fields.append(Field(name: name, value: value))
    }

    private static let managed: Set<String> = [
        "from", "sender", "reply-to", "to", "cc", "bcc", "date", "message-id", "in-reply-to", "references", "subject",
        "mime-version",
    ]

    /// The addresses of To, Cc and Bcc, each once: who is to get it.
    public var recipients: [MailAddress] {
        var seen: Set<MailAddress> = []
        return (to + cc + bcc).map(\.address).filter { seen.insert($0).inserted }
    }
}
