/// The messages whose state is in memory: those in use, and of those that have just come as many as fit.
struct ActiveMessages: Sendable {
    private struct Entry {
        let message: ActiveMessage
        var uses: Int
    }

    /// How many that cannot be dropped are looked at, each time, in search of some that can.
    private static let maximumLooks = 64

    private let maximumWeight: Int
    private var entries: [MailIdentifier: Entry] = [:]
    /// How often each is being read from its file just now. Until that ends, one that is there stays: whoever reads may have
    /// seen less of its journal.
    private var reads: [MailIdentifier: Int] = [:]
    private(set) var weight = 0
    /// In the order in which they came; some may be gone.
    private(set) var order = FIFO<MailIdentifier>()

    init(maximumWeight: Int) {
        self.maximumWeight = maximumWeight
    }

    /// Keeps a message that has just come, in place of older ones that nobody uses.
    mutating func insert(_ message: ActiveMessage) { insert(message, uses: 0) }

    private mutating func insert(_ message: ActiveMessage, uses: Int) {
        guard entries[message.identifier] == nil else {
            entries[message.identifier]?.uses += uses
            return
        }
        entries[message.identifier] = Entry(message: message, uses: uses)
        order.append(message.identifier)
        weight += message.weight
        var looks = min(order.count, Self.maximumLooks)
        while weight > maximumWeight, looks > 0, let oldest = order.popFirst() {
            guard let entry = entries[oldest] else { continue }
            if entry.uses == 0, !entry.message.isUnwritten, reads[oldest] == nil {
                remove(oldest)
            } else {
                looks -= 1
                order.append(oldest)
            }
        }
    }

    /// The message, for use until `release`; nil where it must be read, which `endReading` is told the end of.
    mutating func use(_ identifier: MailIdentifier) -> ActiveMessage? {
        guard let message = entries[identifier]?.message else {
            reads[identifier, default: 0] += 1
            return nil
        }
        entries[identifier]?.uses += 1
        return message
    }

    /// The message that was read, for use until `release`, unless somebody has done so meanwhile: then that one. Told nil
    /// where it could not be read, it returns nil.
    mutating func endReading(_ identifier: MailIdentifier, _ message: ActiveMessage?) -> ActiveMessage? {
        let others = (reads[identifier] ?? 1) - 1
        reads[identifier] = others > 0 ? others : nil
        guard let message else { return nil }
        insert(message, uses: 1)
        return entries[identifier]?.message
    }

    /// Whether it is there, or being read just now.
    func has(_ identifier: MailIdentifier) -> Bool { entries[identifier] != nil || reads[identifier] != nil }

    /// Ends a use. What is done with is forgotten when it has no other, and so is what was read.
    mutating func release(_ identifier: MailIdentifier, isDone: Bool) {
        guard let uses = entries[identifier]?.uses else { return }
        entries[identifier]?.uses = uses - 1
        guard uses <= 1, let message = entries[identifier]?.message else { return }
        if isDone || (message.isRead && !message.isUnwritten && reads[identifier] == nil) { remove(identifier) }
    }

    private mutating func remove(_ identifier: MailIdentifier) {
        guard let entry = entries.removeValue(forKey: identifier) else { return }
        weight -= entry.message.weight
        guard order.count > 1024, order.count > entries.count * 2 else { return }
        // Most of those in it are gone.
        var rest = FIFO<MailIdentifier>()
        var kept: Set<MailIdentifier> = []
        while let identifier = order.popFirst() {
            if entries[identifier] != nil, kept.insert(identifier).inserted { rest.append(identifier) }
        }
        order = rest
    }
}
