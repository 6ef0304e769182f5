internal import Netius

extension MailMessage {
    /// Writes the message as it is sent.
    ///
    /// - Parameter allowingUTF8: Whether the header section may be in UTF-8 and text of eight bits (RFC 6532): for those
    ///   who speak SMTPUTF8. Otherwise all is ASCII, but for a message that is attached (`needsEightBit`).
    /// - Returns: Lines of at most 998 octets, ended by CRLF, the last too.
    /// - Throws: `MailMessageError`.
    public func encoded(allowingUTF8: Bool = false) throws(MailMessageError) -> [UInt8] {
        try encoded(allowingUTF8: allowingUTF8, makingIdentifiers: RandomIdentifier.make)
    }

    /// Whether a message is attached that has octets above 127. Those may not be encoded (RFC 2046 section 5.2.1): whatever
    /// else is ASCII, the message can be sent only with `BODY=8BITMIME` (RFC 6152).
    public var needsEightBit: Bool {
        (inlineParts + attachments).contains { part in
            part.contentType.type == "message" && part.content.contains { $0 >= 0x80 }
        }
    }

    func encoded(
        allowingUTF8: Bool, makingIdentifiers make: () -> String
    ) throws(MailMessageError) -> [UInt8] {
        var writer = MailFieldWriter(allowingUTF8: allowingUTF8)
        try writeHeader(&writer)
        let body = try body(allowingUTF8: allowingUTF8)
        var message = writer.bytes
        body.write(to: &message, makingIdentifiers: make)
        if message.last != .lineFeed { message += [.carriageReturn, .lineFeed] }
        return message
    }

    private func writeHeader(_ writer: inout MailFieldWriter) throws(MailMessageError) {
        guard !from.isEmpty else { throw .noAuthor }
        guard from.count == 1 || sender != nil else { throw .noSender }
        writer.field("Date", "\(date)".split(separator: " ").map(String.init))
        try writer.mailboxes("From", from)
        if let sender, [sender] != from { try writer.mailboxes("Sender", [sender]) }
        try writer.mailboxes("Reply-To", replyTo)
        try writer.mailboxes("To", to)
        try writer.mailboxes("Cc", cc)
        writer.field("Message-ID", [identifier.description])
        if !inReplyTo.isEmpty { writer.field("In-Reply-To", inReplyTo.map(\.description)) }
        if !references.isEmpty { writer.field("References", references.map(\.description)) }
        writer.text("Subject", subject)
        for field in fields { writer.text(field.name, field.value) }
        writer.field("MIME-Version", ["1.0"])
    }

    /// ```
    /// mixed
    ///   related
    ///     alternative
    ///       text/plain
    ///       text/html
    ///     inline parts
    ///   attachments
    /// ```
    /// of which only those are there that hold more than one part.
    private func body(allowingUTF8: Bool) throws(MailMessageError) -> MailBodyPart {
        var texts: [MailBodyPart] = []
        if let text { texts.append(.text(text, subtype: "plain", allowingUTF8: allowingUTF8)) }
        if let html { texts.append(.text(html, subtype: "html", allowingUTF8: allowingUTF8)) }
        if texts.isEmpty, inlineParts.isEmpty, attachments.isEmpty {
            return .text("", subtype: "plain", allowingUTF8: allowingUTF8)
        }
        var related = texts.isEmpty ? [] : [MailBodyPart.joining(texts, as: "alternative")]
        for part in inlineParts {
            related.append(try .attachment(part, disposition: "inline", allowingUTF8: allowingUTF8))
        }
        var mixed = related.isEmpty ? [] : [MailBodyPart.joining(related, as: "related")]
        for attachment in attachments {
            mixed.append(try .attachment(attachment, disposition: "attachment", allowingUTF8: allowingUTF8))
        }
        return .joining(mixed, as: "mixed")
    }
}
