/// Who a message is from and for, as MAIL and RCPT said it (RFC 5321 section 2.3.1). It is not what the message itself
/// says.
public struct SMTPEnvelope: Sendable, Hashable {
    /// What MAIL said.
    public var sender: SMTPSender
    /// What each RCPT that was accepted said, in order.
    public var recipients: [SMTPRecipient]

    /// An envelope.
    public init(sender: SMTPSender, recipients: [SMTPRecipient] = []) {
        self.sender = sender
        self.recipients = recipients
    }
}

/// What MAIL says: the reverse-path and its parameters.
public struct SMTPSender: Sendable, Hashable {
    /// What the content consists of (RFC 6152, RFC 3030).
    public enum Body: String, Sendable, Hashable, CaseIterable {
        /// Lines of ASCII.
        case sevenBit = "7BIT"
        /// Lines of octets.
        case eightBitMIME = "8BITMIME"
        /// Octets, sent by BDAT.
        case binaryMIME = "BINARYMIME"
    }

    /// How much of the message a notification returns (RFC 3461 section 4.3).
    public enum Return: String, Sendable, Hashable, CaseIterable {
        /// All of it.
        case full = "FULL"
        /// Its header section.
        case headers = "HDRS"
    }

    /// Whom to notify of failures; nil is the null reverse-path `<>`, that of notifications.
    public var address: MailAddress?
    /// How large the client says the message is, in octets (RFC 1870); nil where it does not.
    public var size: Int?
    /// What the content consists of; nil where the client does not say.
    public var body: Body?
    /// Whether the message or its addresses hold UTF-8 (RFC 6531).
    public var usesUTF8 = false
    /// Whether the message may only be sent on over TLS (RFC 8689). One from nobody, as a notification, goes on without where
    /// it cannot be had, rather than be lost (section 5).
    public var requiresTLS = false
    /// What to return in a notification; nil where the client does not say.
    public var returns: Return?
    /// What the sender calls this mail (ENVID, RFC 3461 section 4.4), decoded.
    public var envelopeIdentifier: String?
    /// Who submitted the message first (AUTH=, RFC 4954 section 5), decoded; `<>` where that is not known.
    public var submitter: String?

    /// A sender without parameters.
    public init(_ address: MailAddress?) {
        self.address = address
    }

    /// Whether the message goes over TLS or not at all.
    var insistsOnTLS: Bool { requiresTLS && address != nil }
}

/// What RCPT says: the forward-path and its parameters.
public struct SMTPRecipient: Sendable, Hashable {
    /// What a sender wants to be told of (RFC 3461 section 4.1). None of them is NEVER.
    public struct Notify: OptionSet, Sendable, Hashable {
        /// The bits.
        public let rawValue: UInt8

        /// A set of bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// That it arrived.
        public static let success = Notify(rawValue: 1)
        /// That it did not.
        public static let failure = Notify(rawValue: 2)
        /// That it takes long.
        public static let delay = Notify(rawValue: 4)
        /// Nothing at all.
        public static let never: Notify = []
    }

    /// Whom the message is for.
    public var address: MailAddress
    /// What the sender wants to be told of; nil where the client does not say, which is failures and, as the server
    /// likes, delays.
    public var notify: Notify?
    /// Whom the sender had addressed first (ORCPT, RFC 3461 section 4.2): a type and an address, decoded, as
    /// `rfc822;frank@example.com`.
    public var original: String?

    /// A recipient without parameters.
    public init(_ address: MailAddress) {
        self.address = address
    }
}
