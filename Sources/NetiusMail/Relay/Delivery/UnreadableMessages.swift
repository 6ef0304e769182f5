internal import Netius

/// Since when messages cannot be read, as far as this process knows.
struct UnreadableMessages: Sendable {
    /// The most messages that are remembered; of others it is as if each failure were the first.
    static let maximumCount = 10_000

    private var since: [MailIdentifier: MonotonicTime] = [:]

    /// Notes that a message cannot be read.
    ///
    /// - Returns: For how long that has been so.
    mutating func note(_ identifier: MailIdentifier, at now: MonotonicTime) -> Duration {
        if let first = since[identifier] { return now.since(first) }
        if since.count < Self.maximumCount { since[identifier] = now }
        return .zero
    }

    /// The message was read, or is gone.
    mutating func forget(_ identifier: MailIdentifier) {
        guard !since.isEmpty else { return }
        since[identifier] = nil
    }
}
