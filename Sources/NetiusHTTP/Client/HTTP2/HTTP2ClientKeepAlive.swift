internal import Netius

/// When a client asks a server whether it is still there (PING, RFC 9113 section 6.7), and when it has waited too long
/// for an answer. Whatever arrives is one: a server that sends content may have much of it before its answer. It knows
/// nothing of connections.
struct HTTP2ClientKeepAlive {
    /// What is due.
    enum Due: Equatable {
        case nothing
        /// Send a PING.
        case ping
        /// The server is gone.
        case giveUp
    }

    /// What the PINGs carry.
    static let data: UInt64 = 0x6E65_7469_7573_0001

    private let interval: Duration?
    private let timeout: Duration
    /// When something last arrived, or there began to be something to wait for.
    private var lastSign: MonotonicTime
    /// When a PING was sent after which nothing has arrived.
    private var asked: MonotonicTime?

    init(interval: Duration?, timeout: Duration, now: MonotonicTime) {
        // Without a pause it would do nothing else.
        self.interval = interval.map { max($0, .milliseconds(10)) }
        self.timeout = timeout
        lastSign = now
    }

    /// When to look again.
    var deadline: MonotonicTime {
        if let asked { return asked + timeout }
        return interval.map { lastSign + $0 } ?? .distantFuture
    }

    /// Something has arrived.
    @inline(__always)
    mutating func received(at now: MonotonicTime) {
        lastSign = now
        asked = nil
    }

    /// There is something to wait for, after a time in which there was not.
    mutating func becameBusy(at now: MonotonicTime) {
        lastSign = now
    }

    /// Asks now; false where that has been done, and nothing has arrived since.
    mutating func probe(at now: MonotonicTime) -> Bool {
        guard asked == nil else { return false }
        asked = now
        return true
    }

    /// What is due by now.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - isBusy: Whether anything is waited for. A server is not asked about nothing.
    /// - Returns: What to do.
    mutating func look(at now: MonotonicTime, isBusy: Bool) -> Due {
        if let asked { return asked + timeout <= now ? .giveUp : .nothing }
        guard let interval, lastSign + interval <= now else { return .nothing }
        guard isBusy else {
            lastSign = now
            return .nothing
        }
        return probe(at: now) ? .ping : .nothing
    }
}
