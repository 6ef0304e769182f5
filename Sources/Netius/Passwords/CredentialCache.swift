/// Credentials that were right a short time ago, so that not every request costs the time of a slow hash.
///
/// It keeps digests with a key that never leaves this process, of whole credentials: neither passwords nor what could be
/// compared with a list of hashed ones. Only what was right is kept: a guess always takes its time.
struct CredentialCache {
    /// The most credentials that are kept; with one more, some other is forgotten.
    static let maximumCount = 256

    private let lifetime: Duration
    private var ends: [SecretDigest.Digest: MonotonicTime] = [:]

    /// Keeps each for `lifetime`; not at all where that is none.
    init(lifetime: Duration) {
        self.lifetime = lifetime
    }

    var count: Int { ends.count }

    /// Whether the credentials are known to be right.
    func contains(_ digest: SecretDigest.Digest?, at now: MonotonicTime) -> Bool {
        digest.flatMap { ends[$0] }.map { now < $0 } ?? false
    }

    /// Remembers credentials that were found to be right.
    mutating func insert(_ digest: SecretDigest.Digest?, at now: MonotonicTime) {
        guard lifetime > .zero, let digest else { return }
        if ends.count >= Self.maximumCount, ends[digest] == nil {
            ends = ends.filter { now < $0.value }
            if ends.count >= Self.maximumCount { ends.remove(at: ends.startIndex) }
        }
        ends[digest] = now + lifetime
    }

    mutating func removeAll() {
        ends = [:]
    }
}
