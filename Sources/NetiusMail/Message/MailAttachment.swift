internal import Netius

/// A file, or the like, that goes with a message.
public struct MailAttachment: Sendable, Hashable {
    /// What it consists of, such as `image/png`.
    public let contentType: MailContentType
    /// What the file is called; nil for nothing.
    public let fileName: String?
    /// What HTML calls it, as `cid:` and this without the brackets (RFC 2392); nil for nothing.
    public let contentIdentifier: MailMessageIdentifier?
    /// Its octets. Those of a message (`message/rfc822`) are lines that end with CRLF.
    public let content: [UInt8]

    /// An attachment.
    ///
    /// - Parameters:
    ///   - content: Its octets.
    ///   - fileName: What the file is called.
    ///   - contentType: What it consists of, without parameters.
    ///   - contentIdentifier: What HTML calls it, where it is one of the message's `inlineParts`.
    /// - Throws: `MailMessageError` for what is no media type of a single part, and for control characters in the name.
    public init(
        _ content: [UInt8], fileName: String? = nil, contentType: String = "application/octet-stream",
        contentIdentifier: MailMessageIdentifier? = nil
    ) throws(MailMessageError) {
        guard let type = MailContentType(contentType), type.name == contentType.lowercasedASCII, !type.isMultipart,
            type.name.utf8.count <= 127
        else { throw .invalidMediaType(contentType) }
        guard fileName.map({ !$0.hasControlCharacter && !$0.contains("\t") }) != false else {
            throw .controlCharacter(in: "the name of a file")
        }
        self.contentType = type
        self.fileName = fileName.flatMap { $0.isEmpty ? nil : $0 }
        self.contentIdentifier = contentIdentifier
        self.content = content
    }
}
