/// The messages whose state is in memory: those in use, and of those that have just come as many as fit.
struct ActiveMessages: Sendable {
    private struct Entry {
        let message: ActiveMessage
        var uses: Int
    }

    private let maximumWeight: Int
    private var entries: [MailIdentifier: Entry] = [:]
    private var weight = 0
    /// In the order in which they came; some may be gone.
    private var order = FIFO<MailIdentifier>()

    init(maximumWeight: Int) {
        self.maximumWeight = maximumWeight
    }

    /// Keeps a message that has just come, in place of older ones that nobody uses.
    mutating func insert(_ message: ActiveMessage) {
        guard entries[message.identifier] == nil else { return }
        entries[message.identifier] = Entry(message: message, uses: 0)
        order.append(message.identifier)
        weight += message.weight
        var looks = order.count
        while weight > maximumWeight, looks > 0, let oldest = order.popFirst() {
            looks -= 1
            guard let entry = entries[oldest] else { continue }
            if entry.uses == 0 { remove(oldest) } else { order.append(oldest) }
        }
    }

    /// The message, for use until `release`; nil where it must be read.
    mutating func use(_ identifier: MailIdentifier) -> ActiveMessage? {
        guard entries[identifier] != nil else { return nil }
        entries[identifier]?.uses += 1
        return entries[identifier]?.message
    }

    /// The message that was read, for use, unless somebody has done so meanwhile: then that one.
    mutating func use(_ message: ActiveMessage) -> ActiveMessage {
        insert(message)
        return use(message.identifier) ?? message
    }

    /// Ends a use. What is `done` with, or was read, is forgotten when it has no other.
    mutating func release(_ identifier: MailIdentifier, isDone: Bool) {
        guard let uses = entries[identifier]?.uses else { return }
        entries[identifier]?.uses = uses - 1
        if uses <= 1, isDone { remove(identifier) }
    }

    private mutating func remove(_ identifier: MailIdentifier) {
        guard let entry = entries.removeValue(forKey: identifier) else { return }
        weight -= entry.message.weight
    }
}
