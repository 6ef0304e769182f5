public import Netius

/// Signs messages for a domain (RFC 6376 section 5).
///
/// ```swift
/// let signer = try DKIMSigner(domain: "example.com", selector: "mail", key: DKIMPrivateKey(pem: text))
/// let field = try signer.sign(message)           // goes before the message
/// ```
///
/// The signature covers the body as a whole, there is no `l=`; and of the header section the fields that matter to
/// readers. Those that must not be added afterwards are signed once more than they are there, so that one more breaks
/// the signature.
public struct DKIMSigner: Sendable {
    /// The most fields that a signature names: 500.
    public static let maximumSignedFields = 500

    /// How to sign.
    public struct Configuration: Sendable {
        /// What may change of the header section on its way; relaxed by default.
        public var headerCanonicalization: DKIMCanonicalization
        /// What may change of the body on its way; relaxed by default.
        public var bodyCanonicalization: DKIMCanonicalization
        /// The names of the fields that are signed where they are there; `DKIMSigner.recommendedFields` by default. From
        /// is signed in any case.
        public var signedFields: [String]
        /// The names of those of them that are signed once more than they are there; `DKIMSigner.guardedFields` by
        /// default.
        public var oversignedFields: [String]
        /// On whose behalf the domain signs, such as `@news.example.com`: `i=`. By default nobody's in particular.
        public var identity: String?
        /// After which time the signature is not to be believed any more: `x=`. By default it has no end.
        public var lifetime: Duration?

        /// The defaults, with what is given in place of them.
        public init(
            headerCanonicalization: DKIMCanonicalization = .relaxed,
            bodyCanonicalization: DKIMCanonicalization = .relaxed,
            signedFields: [String] = DKIMSigner.recommendedFields,
            oversignedFields: [String] = DKIMSigner.guardedFields, identity: String? = nil, lifetime: Duration? = nil
        ) {
            self.headerCanonicalization = headerCanonicalization
            self.bodyCanonicalization = bodyCanonicalization
            self.signedFields = signedFields
            self.oversignedFields = oversignedFields
            self.identity = identity
            self.lifetime = lifetime
        }
    }

    /// What RFC 6376 section 5.4.1 says to sign, RFC 8058 section 4 adds, and what says how to read the content. Not what
    /// those add or change who pass the message on, as Received and Return-Path.
    public static let recommendedFields =
        guardedFields + [
            "Sender", "Resent-Date", "Resent-From", "Resent-To", "Resent-Cc", "Resent-Message-ID", "List-Id",
            "List-Help", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Subscribe", "List-Post", "List-Owner",
            "List-Archive",
        ]

    /// What none may add: `From`, `Reply-To`, `Subject`, `Date`, `To`, `Cc`, `Message-ID`, `In-Reply-To`, `References`,
    /// `MIME-Version`, `Content-Type`, `Content-Transfer-Encoding`.
    public static let guardedFields = [
        "From", "Reply-To", "Subject", "Date", "To", "Cc", "Message-ID", "In-Reply-To", "References", "MIME-Version",
        "Content-Type", "Content-Transfer-Encoding",
    ]

    /// The domain that signs: `d=`.
    public let domain: String
    /// Which of its keys: `s=`.
    public let selector: String
    /// How to sign.
    public let configuration: Configuration
    let key: DKIMPrivateKey
    /// The identity as it is written.
    let identity: String?

    /// A signer.
    ///
    /// - Parameters:
    ///   - domain: The domain that signs, in ASCII: one of another script in its form with `xn--`.
    ///   - selector: Which of the domain's keys it is: the key's record is that of `SELECTOR._domainkey.DOMAIN`.
    ///   - key: The key.
    ///   - configuration: How to sign.
    /// - Throws: `DKIMError` where a name is none, or the identity is not of the domain.
    public init(
        domain: String, selector: String, key: DKIMPrivateKey, configuration: Configuration = Configuration()
    ) throws(DKIMError) {
        _ = try DKIMPrivateKey.recordName(domain: domain, selector: selector)
        identity = try configuration.identity.map { (text) throws(DKIMError) in
            guard let at = text.utf8.lastIndex(of: UInt8(ascii: "@")), text.utf8.count <= 320,
                DKIMName.isWithin(String(text[text.index(after: at)...]), domain)
            else { throw .malformedIdentity(text) }
            return DKIMName.encode(text.utf8)
        }
        self.domain = domain
        self.selector = selector
        self.key = key
        self.configuration = configuration
    }

    /// Makes the digest of a body, to be given to `signature(for:bodyHash:at:)`.
    public func makeBodyHasher() -> DKIMBodyHasher { DKIMBodyHasher(configuration.bodyCanonicalization) }

    /// The signature of a message, a whole field with CRLF at its end, to be put before the message.
    ///
    /// - Parameters:
    ///   - header: The header section of the message.
    ///   - bodyHash: What `makeBodyHasher` made of the body.
    ///   - time: When it is signed.
    /// - Returns: The octets of the field.
    /// - Throws: `DKIMError` where the message has no From or several, where a line that is no field ends the header
    ///   section, or no signature can be made.
    public func signature(
        for header: MailHeaderSection, bodyHash: [UInt8], at time: Timestamp = .now
    ) throws(DKIMError) -> [UInt8] {
        guard bodyHash.count == 32 else { throw .signingFailed }
        guard header.isComplete else {
            // Whether what follows is read as fields or as the body, it would be signed as neither.
            let lines = header.fields.reduce(0) { $0 + $1.bytes.count { $0 == .lineFeed } }
            throw .malformedHeader(line: lines + 1)
        }
        var selection = DKIMFieldSelection(header)
        let names = try signedNames(selection)
        var text = unsignedField(names: names, bodyHash: bodyHash, time: time)
        var covered: [UInt8] = []
        selection.append(names, configuration.headerCanonicalization, to: &covered)
        configuration.headerCanonicalization.appendField(text.bytes, to: &covered)
        // The signature's own field is covered without the end of its line.
        guard let signature = key.sign(Array(covered.dropLast(2))) else { throw .signingFailed }
        text.appendBroken(Base64.encode(signature))
        return text.bytes + [.carriageReturn, .lineFeed]
    }

    /// The signature of a whole message, which may end its lines with LF alone: what is signed is what it is with CRLF.
    ///
    /// - Returns: The field alone.
    /// - Throws: `DKIMError`, as `signature(for:bodyHash:at:)`.
    public func sign(_ message: [UInt8], at time: Timestamp = .now) throws(DKIMError) -> [UInt8] {
        let header = MailHeaderSection(message)
        var hasher = makeBodyHasher()
        hasher.update(message.span.extracting(header.bodyStart..<message.count))
        return try signature(for: header, bodyHash: hasher.finalize(), at: time)
    }
}
