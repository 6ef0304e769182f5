/// What senders are yet to be told, because the disk did not take the notification. It is known here alone: after the end
/// of the process what failed is tried, and told of, again.
struct UntoldReports: Sendable {
    /// Of one message.
    struct Entry: Sendable {
        /// What came of recipients who have failed, and whose state cannot be noted before their sender is told.
        var outcomes: [(recipient: Int, outcome: DeliveryOutcome)] = []
        /// What is to be said of those whose state is noted.
        var reports: [DeliveryNotification.Report] = []

        var isEmpty: Bool { outcomes.isEmpty && reports.isEmpty }
    }

    /// The most messages that are remembered.
    static let maximumCount = 10_000

    private var entries: [MailIdentifier: Entry] = [:]

    /// What is to be told of a message.
    subscript(identifier: MailIdentifier) -> Entry? { entries[identifier] }

    /// Gives away what is to be told of a message.
    mutating func take(_ identifier: MailIdentifier) -> Entry { entries.removeValue(forKey: identifier) ?? Entry() }

    /// Remembers it for another time, unless too much is remembered already.
    mutating func keep(_ entry: Entry, of identifier: MailIdentifier) {
        guard !entry.isEmpty, entries.count < Self.maximumCount else { return }
        entries[identifier] = entry
    }
}
