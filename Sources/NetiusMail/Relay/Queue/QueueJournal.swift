internal import Netius

/// What becomes of recipients, a record at a time: each is a length, a checksum and what it says. A record that is torn
/// ends the journal.
enum QueueJournal {
    /// What a record says of one recipient.
    struct Entry: Sendable, Hashable {
        var recipient: Int
        var state: QueuedRecipient.State
        var attempts: Int
        var nextAttempt: Timestamp?
        var reply: String?
        var isDelayReported: Bool

        init(recipient: Int, _ queued: QueuedRecipient) {
            self.recipient = recipient
            state = queued.state
            attempts = queued.attempts
            nextAttempt = queued.nextAttempt
            reply = queued.lastReply
            isDelayReported = queued.isDelayReported
        }
    }

    /// One record of any number of entries.
    static func encode(_ entries: [Entry]) -> [UInt8] {
        var body = RecordWriter()
        for entry in entries {
            body.append(UInt32(clamping: entry.recipient))
            body.append(entry.state.rawValue)
            body.append(UInt32(clamping: entry.attempts))
            body.append(entry.nextAttempt?.millisecondsSince1970 ?? .min)
            body.append(entry.reply)
            body.append(entry.isDelayReported)
        }
        var writer = RecordWriter()
        writer.append(UInt32(clamping: body.bytes.count))
        writer.append(Checksum.of(body.bytes))
        return writer.bytes + body.bytes
    }

    /// Applies a journal to the message.
    ///
    /// - Returns: How many octets of it are whole records.
    static func replay(_ bytes: [UInt8], on message: inout QueuedMessage) -> Int {
        var position = 0
        while bytes.count - position >= 8 {
            var head = RecordReader(bytes, position..<position + 8)
            guard let length = try? head.number(UInt32.self), let checksum = try? head.number(UInt32.self) else {
                break
            }
            let start = position + 8
            guard Int(length) <= bytes.count - start, length > 0 else { break }
            let range = start..<start + Int(length)
            guard Checksum.of(bytes[range]) == checksum, let entries = try? decode(bytes, range) else { break }
            for entry in entries where message.recipients.indices.contains(entry.recipient) {
                message.recipients[entry.recipient].apply(entry)
            }
            position = range.upperBound
        }
        return position
    }

    private static func decode(_ bytes: [UInt8], _ range: Range<Int>) throws -> [Entry] {
        var reader = RecordReader(bytes, range)
        var entries: [Entry] = []
        while !reader.isAtEnd {
            let recipient = Int(try reader.number(UInt32.self))
            guard let state = QueuedRecipient.State(rawValue: try reader.byte()) else {
                throw RecordReader.Malformed()
            }
            let attempts = Int(try reader.number(UInt32.self))
            let next = try reader.signed()
            var entry = Entry(recipient: recipient, state: state, attempts: attempts)
            entry.nextAttempt = next == .min ? nil : Timestamp(millisecondsSince1970: next)
            entry.reply = try reader.optionalText()
            entry.isDelayReported = try reader.flag()
            entries.append(entry)
        }
        return entries
    }
}

extension QueueJournal.Entry {
    fileprivate init(recipient: Int, state: QueuedRecipient.State, attempts: Int) {
        (self.recipient, self.state, self.attempts) = (recipient, state, attempts)
        isDelayReported = false
    }
}

extension QueuedRecipient {
    fileprivate mutating func apply(_ entry: QueueJournal.Entry) {
        state = entry.state
        attempts = entry.attempts
        nextAttempt = entry.nextAttempt
        lastReply = entry.reply
        isDelayReported = entry.isDelayReported
    }
}
