/// The keys of session tickets: what is sealed on one loop is opened on all, and by none once its time is over.
///
/// A key seals tickets for `rotation` and opens them for as long again; then it is overwritten, and what was sent under
/// it stays secret even from somebody who takes the process's memory (RFC 9325 section 3.4).
final class TLSTicketKeys: Sendable {
    /// A key for a ticket that a client has sent.
    struct Found {
        let key: TLSTicketKey
        /// Whether tickets are still sealed with it.
        let isCurrent: Bool
    }

    private let rotation: Duration
    private let now: @Sendable () -> MonotonicTime
    /// The newest first, at most two.
    private let keys = Guarded<[TLSTicketKey]>([])

    /// - Parameters:
    ///   - rotation: How long a key seals tickets.
    ///   - now: The clock.
    init(rotation: Duration, now: @escaping @Sendable () -> MonotonicTime = { .now }) {
        self.rotation = rotation
        self.now = now
    }

    /// The key to seal with; nil where the system has no randomness for a new one.
    func keyForSealing() -> TLSTicketKey? {
        let now = now()
        return keys.withLock { keys in
            drop(&keys, at: now)
            if let newest = keys.first, now < newest.made + rotation { return newest }
            guard let key = TLSTicketKey(made: now) else { return nil }
            keys = [key] + keys.prefix(1)
            return key
        }
    }

    /// The key of that name; nil where there is none, or none any more.
    func key(named name: UnsafeRawBufferPointer) -> Found? {
        let now = now()
        return keys.withLock { keys in
            drop(&keys, at: now)
            guard let key = keys.first(where: { unsafe $0.isNamed(name) }) else { return nil }
            return Found(key: key, isCurrent: now < key.made + rotation)
        }
    }

    private func drop(_ keys: inout [TLSTicketKey], at now: MonotonicTime) {
        keys.removeAll { now >= $0.made + rotation + rotation }
    }
}
