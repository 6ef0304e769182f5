internal import Netius

/// A part of a message that is being written: fields and content, or parts within.
indirect enum MailBodyPart {
    case single(fields: [UInt8], content: [UInt8], encoding: MailTransferEncoding, type: String)
    case multiple(subtype: String, [MailBodyPart])

    static func text(_ text: String, subtype: String, allowingUTF8: Bool) -> MailBodyPart {
        let (encoding, content) = MailContentEncoder.encode(text, allowingEightBit: allowingUTF8)
        var writer = MailFieldWriter(allowingUTF8: allowingUTF8)
        writer.field("Content-Type", ["text/\(subtype);", "charset=utf-8"])
        writer.field("Content-Transfer-Encoding", [encoding.rawValue])
        return .single(fields: writer.bytes, content: content, encoding: encoding, type: "text/\(subtype)")
    }

    static func attachment(
        _ attachment: MailAttachment, disposition: String, allowingUTF8: Bool
    ) throws(MailMessageError) -> MailBodyPart {
        var encoding = MailTransferEncoding.base64
        // Only what is not encoded may be in a message that is attached (RFC 2046 section 5.2.1).
        if attachment.contentType.type == "message" {
            guard MailContentEncoder.isLines(attachment.content) else { throw .unencodableMessage }
            encoding = attachment.content.allSatisfy { $0 < 0x80 } ? .sevenBit : .eightBit
        }
        var writer = MailFieldWriter(allowingUTF8: allowingUTF8)
        writer.field("Content-Type", [attachment.contentType.name])
        writer.field("Content-Transfer-Encoding", [encoding.rawValue])
        writer.disposition(disposition, fileName: attachment.fileName)
        if let identifier = attachment.contentIdentifier { writer.field("Content-ID", [identifier.description]) }
        return .single(
            fields: writer.bytes,
            content: encoding == .base64 ? MailContentEncoder.base64(attachment.content) : attachment.content,
            encoding: encoding, type: attachment.contentType.name)
    }

    /// The only part, or a multipart of all.
    static func joining(_ parts: [MailBodyPart], as subtype: String) -> MailBodyPart {
        parts.count == 1 ? parts[0] : .multiple(subtype: subtype, parts)
    }

    /// The media type, as a multipart/related tells that of its first part (RFC 2387).
    private var type: String {
        switch self {
        case .single(_, _, _, let type): type
        case .multiple(let subtype, _): "multipart/\(subtype)"
        }
    }

    /// What a multipart says too, if it is true of a part (RFC 2045 section 6.4).
    private var isEightBit: Bool {
        switch self {
        case .single(_, _, let encoding, _): encoding == .eightBit
        case .multiple(_, let parts): parts.contains(where: \.isEightBit)
        }
    }

    /// Appends the fields, an empty line, and the content. Parts are three deep at most. What keeps them apart has an
    /// identifier in it that is made anew until it occurs in none.
    func write(to message: inout [UInt8], makingIdentifiers make: () -> String) {
        switch self {
        case .single(let fields, let content, _, _):
            message += fields
            message += [.carriageReturn, .lineFeed]
            message += content
        case .multiple(let subtype, let parts):
            // Neither quoted-printable nor Base64 can hold it, whatever it ends with.
            var boundary = "=_\(make())"
            while holds(Array(boundary.utf8)) { boundary = "=_\(make())" }
            var writer = MailFieldWriter(allowingUTF8: false)
            var words = ["multipart/\(subtype);", "boundary=\"\(boundary)\""]
            if subtype == "related", let first = parts.first { words.insert("type=\"\(first.type)\";", at: 1) }
            writer.field("Content-Type", words)
            if isEightBit { writer.field("Content-Transfer-Encoding", [MailTransferEncoding.eightBit.rawValue]) }
            message += writer.bytes
            for part in parts {
                message += Array("\r\n--\(boundary)\r\n".utf8)
                part.write(to: &message, makingIdentifiers: make)
            }
            message += Array("\r\n--\(boundary)--\r\n".utf8)
        }
    }

    private func holds(_ boundary: [UInt8]) -> Bool {
        switch self {
        case .single(_, let content, let encoding, _):
            encoding != .base64 && encoding != .quotedPrintable && Self.contains(content, boundary)
        case .multiple(_, let parts): parts.contains { $0.holds(boundary) }
        }
    }

    private static func contains(_ content: [UInt8], _ boundary: [UInt8]) -> Bool {
        guard let first = boundary.first else { return false }
        var index = content.startIndex
        while let found = content[index...].firstIndex(of: first) {
            if content[found...].starts(with: boundary) { return true }
            index = found + 1
        }
        return false
    }
}
