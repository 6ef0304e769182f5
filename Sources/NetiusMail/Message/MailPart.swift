/// The header section of a message, or of a part of one, and what it says of what follows (RFC 2045).
public struct MailPart: Sendable, Hashable {
    /// How many parts this one is in; 0 for the message.
    public let depth: Int
    /// The fields.
    public let header: MailHeaderSection
    /// What the part consists of: plain text where it does not say, or not so that it can be understood.
    public let contentType: MailContentType
    /// How it is meant to be shown; nil where it does not say.
    public let disposition: MailContentDisposition?
    /// How the content is written, which is decoded; nil where that is unknown, so that it is not.
    public let transferEncoding: MailTransferEncoding?

    init(header: MailHeaderSection, depth: Int, defaultType: MailContentType) {
        self.header = header
        self.depth = depth
        let type = header.fields(named: "Content-Type").first
        // RFC 2045 section 5.2: also what is malformed is plain text.
        contentType = type.map { MailContentType($0.value) ?? .plainText } ?? defaultType
        disposition = header.fields(named: "Content-Disposition").first.flatMap { MailContentDisposition($0.value) }
        let encoding = header.fields(named: "Content-Transfer-Encoding").first
        transferEncoding = encoding.map { MailTransferEncoding($0.value) } ?? .sevenBit
    }

    /// What the sender calls the file: any text at all, slashes too. It is shown, never opened: for that, `baseName`.
    public var fileName: String? {
        disposition?.parameters.name("filename") ?? contentType.parameters.name("name")
    }

    /// The file's name without folders and invisible characters, of at most 255 octets, and never `.`, `..` or one that begins with a dot; nil
    /// where nothing is left of it.
    public var baseName: String? {
        guard let fileName, let last = fileName.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last else {
            return nil
        }
        var name = ""
        // Those that are not seen, but turn the direction of others around, make `gpj.exe` look like a picture.
        let visible = last.unicodeScalars.filter { $0.properties.generalCategory != .format }
        for scalar in visible.drop(while: { $0 == "." || $0 == " " }) {
            guard name.utf8.count + scalar.utf8.count <= 255 else { break }
            name.unicodeScalars.append(scalar)
        }
        return name.isEmpty ? nil : name
    }

    /// The value of the first field of the name, its encoded words decoded; nil without one.
    public func text(_ name: String) -> String? {
        header.fields(named: name).first.map { MailEncodedWord.decode($0.value) }
    }

    /// Whether it is a message within this one (RFC 2046 section 5.2.1), which is not encoded.
    var isMessage: Bool {
        guard contentType.type == "message", contentType.subtype == "rfc822" || contentType.subtype == "global" else {
            return false
        }
        switch transferEncoding {
        case .sevenBit, .eightBit, .binary: return true
        case .quotedPrintable, .base64, nil: return false
        }
    }
}
