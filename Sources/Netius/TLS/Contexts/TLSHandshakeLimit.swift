/// How many handshakes are under way, which cost more than anything else that a stranger may ask for.
package final class TLSHandshakeLimit: Sendable {
    /// The most there may be at a time.
    package let maximum: Int
    private let underWay = Guarded(0)

    package init(maximum: Int) {
        self.maximum = max(maximum, 1)
    }

    /// How many there are.
    package var count: Int { underWay.withLock { $0 } }

    /// Counts one more, which `end` is to be called for; false when there are as many as may be.
    package func begin() -> Bool {
        underWay.withLock { underWay in
            guard underWay < maximum else { return false }
            underWay += 1
            return true
        }
    }

    /// One that had begun is over.
    package func end() {
        underWay.withLock { $0 = max($0 - 1, 0) }
    }
}
