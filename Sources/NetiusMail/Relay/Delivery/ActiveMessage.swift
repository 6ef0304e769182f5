internal import Netius

/// A message in the queue whose state is in memory, because it is being delivered or has just come.
final class ActiveMessage: Sendable {
    struct Journal {
        /// Where the journal's next record goes.
        var end: Int
        /// What could not be written: it is written before anything else.
        var unwritten: [QueueJournal.Entry] = []
    }

    let identifier: MailIdentifier
    let layout: QueueFileLayout
    let prologue: [UInt8]
    /// The content, where it is small and has just come.
    let content: [[UInt8]]?
    /// The octets that it has in memory.
    let weight: Int
    /// Whether it was read from its file, and can be again. No file stays open for it.
    let isRead: Bool
    private let current: Guarded<QueuedMessage>
    private let unwritten = Guarded(false)
    /// Held while the journal is written, so that records come one after the other: by threads of the queue alone.
    let journal: Guarded<Journal>

    init(_ message: QueuedMessage, _ content: QueueContent) {
        identifier = message.identifier
        layout = content.layout
        prologue = content.prologue
        self.content = content.content
        weight =
            Self.weight(of: message) + content.prologue.count
            + (content.content == nil ? 0 : content.layout.contentLength)
        isRead = false
        current = Guarded(message)
        journal = Guarded(Journal(end: content.layout.journalStart))
    }

    init(_ file: QueueFile) throws {
        identifier = file.message.identifier
        layout = file.layout
        prologue = try file.prologue()
        content = nil
        weight = Self.weight(of: file.message) + prologue.count
        isRead = true
        current = Guarded(file.message)
        journal = Guarded(Journal(end: file.journalEnd))
    }

    /// The message as it is now. Only who has the journal changes it.
    var message: QueuedMessage {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }

    /// About what a message takes without any octets of it.
    private static func weight(of message: QueuedMessage) -> Int { 1024 + message.recipients.count * 256 }

    /// Whether something has become of it that could not be written: it is all that is known of it.
    var isUnwritten: Bool {
        get { unwritten.withLock { $0 } }
        set { unwritten.withLock { $0 = newValue } }
    }

    /// What is sent, from the file. This waits for a disk.
    func sending(from path: String) throws -> SMTPContent {
        .file(try File(path: path), from: layout.contentStart, count: layout.contentLength, after: prologue)
    }

    /// All octets that are sent, where they are in memory.
    var bytesInMemory: [UInt8]? {
        guard let content else { return nil }
        var bytes = prologue
        bytes.reserveCapacity(prologue.count + layout.contentLength)
        for part in content { bytes += part }
        return bytes
    }

    /// The first octets that are sent. This waits for a disk.
    func beginning(_ count: Int, from path: String) throws -> [UInt8] {
        if let bytes = bytesInMemory { return Array(bytes.prefix(count)) }
        let rest = min(layout.contentLength, max(count - prologue.count, 0))
        return prologue + (try File(path: path).read(at: layout.contentStart, upTo: rest))
    }
}
