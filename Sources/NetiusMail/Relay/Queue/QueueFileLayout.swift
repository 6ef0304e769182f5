internal import Netius

/// How a message is laid out in its file.
///
/// ```
/// head       48 octets: what follows, how long each part is, and checksums
/// envelope   whom the message is from and for: known before the content
/// content    as it was received
/// prologue   fields that are sent before the content: Received, DKIM-Signature…, known when all of it is there
/// journal    what has become of the recipients since, a record at a time
/// ```
struct QueueFileLayout: Sendable, Hashable {
    static let headLength = 48
    static let magic = Array("NETIUSQ2".utf8)
    /// The most octets of an envelope, and of a prologue, that are read.
    static let maximumPartLength = 16 << 20

    /// Of the parts, but for the journal, whose records have their own.
    struct Checksums: Sendable, Hashable {
        var envelope: UInt32
        var prologue: UInt32
        var content: UInt32
    }

    var envelopeLength: Int
    var contentLength: Int
    var prologueLength: Int

    var contentStart: Int { Self.headLength + envelopeLength }
    var prologueStart: Int { contentStart + contentLength }
    var journalStart: Int { prologueStart + prologueLength }

    /// The head of a file that has these parts.
    static func head(
        envelope: [UInt8], contentLength: Int, contentChecksum: UInt32, prologue: [UInt8]
    ) -> [UInt8] {
        var writer = RecordWriter()
        for byte in magic { writer.append(byte) }
        writer.append(UInt32(clamping: envelope.count))
        writer.append(UInt32(clamping: prologue.count))
        writer.append(UInt64(clamping: contentLength))
        writer.append(Checksum.of(envelope))
        writer.append(Checksum.of(prologue))
        writer.append(contentChecksum)
        writer.append(0 as UInt64)
        writer.append(Checksum.of(writer.bytes))
        return writer.bytes
    }

    /// Reads a head.
    static func read(head: [UInt8]) throws -> (QueueFileLayout, Checksums) {
        guard head.count == headLength, Array(head[..<magic.count]) == magic else { throw RecordReader.Malformed() }
        var reader = RecordReader(head, magic.count..<headLength)
        let layout = QueueFileLayout(
            envelopeLength: Int(try reader.number(UInt32.self)), contentLength: 0,
            prologueLength: Int(try reader.number(UInt32.self)))
        let contentLength = try reader.number(UInt64.self)
        let checksums = Checksums(
            envelope: try reader.number(), prologue: try reader.number(), content: try reader.number())
        _ = try reader.number(UInt64.self)
        guard try reader.number(UInt32.self) == Checksum.of(head[..<(headLength - 4)]),
            layout.envelopeLength <= maximumPartLength, layout.prologueLength <= maximumPartLength,
            contentLength <= UInt64(Int.max / 2)
        else { throw RecordReader.Malformed() }
        var whole = layout
        whole.contentLength = Int(contentLength)
        return (whole, checksums)
    }
}

/// The envelope in a file.
enum QueueEnvelope {
    static func encode(_ envelope: SMTPEnvelope, identifier: MailIdentifier, arrival: Timestamp) -> [UInt8] {
        var writer = RecordWriter()
        writer.append(identifier.description)
        writer.append(arrival.millisecondsSince1970)
        let sender = envelope.sender
        writer.append(sender.address?.description)
        writer.append(sender.body?.rawValue)
        writer.append(sender.usesUTF8)
        writer.append(sender.requiresTLS)
        writer.append(sender.returns?.rawValue)
        writer.append(sender.envelopeIdentifier)
        writer.append(sender.submitter)
        writer.append(UInt32(clamping: envelope.recipients.count))
        for recipient in envelope.recipients {
            writer.append(recipient.address.description)
            writer.append(recipient.notify?.rawValue ?? .max)
            writer.append(recipient.original)
        }
        return writer.bytes
    }

    static func decode(_ bytes: [UInt8]) throws -> QueuedMessage {
        var reader = RecordReader(bytes)
        guard let identifier = MailIdentifier(try reader.text()) else { throw RecordReader.Malformed() }
        let arrival = Timestamp(millisecondsSince1970: try reader.signed())
        var sender = SMTPSender(nil)
        if let text = try reader.optionalText() { sender.address = try address(text) }
        sender.body = try reader.optionalText().flatMap { SMTPSender.Body(rawValue: $0) }
        sender.usesUTF8 = try reader.flag()
        sender.requiresTLS = try reader.flag()
        sender.returns = try reader.optionalText().flatMap { SMTPSender.Return(rawValue: $0) }
        sender.envelopeIdentifier = try reader.optionalText()
        sender.submitter = try reader.optionalText()
        var envelope = SMTPEnvelope(sender: sender)
        for _ in 0..<(try reader.number(UInt32.self)) {
            var recipient = SMTPRecipient(try address(try reader.text()))
            let notify = try reader.byte()
            recipient.notify = notify == .max ? nil : SMTPRecipient.Notify(rawValue: notify)
            recipient.original = try reader.optionalText()
            envelope.recipients.append(recipient)
        }
        guard reader.isAtEnd else { throw RecordReader.Malformed() }
        return QueuedMessage(identifier: identifier, arrival: arrival, envelope: envelope)
    }

    private static func address(_ text: String) throws -> MailAddress {
        guard let address = MailAddress(text) else { throw RecordReader.Malformed() }
        return address
    }
}
