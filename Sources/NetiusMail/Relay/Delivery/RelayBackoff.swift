/// How long to wait before trying again: twice as long each time.
public struct RelayBackoff: Sendable, Hashable {
    /// After the first attempt; 5 minutes by default (RFC 5321 section 4.5.4.1 suggests 30, of later ones).
    public var minimum: Duration = .seconds(5 * 60)
    /// After any; 4 hours by default.
    public var maximum: Duration = .seconds(4 * 3600)
    /// By how much of itself a wait is changed at random, so that what failed together is not tried together; 0.2 by
    /// default, 0 to 1.
    public var jitter = 0.2

    /// The defaults.
    public init() {}

    /// The wait after so many attempts, at least one.
    func delay(afterAttempts attempts: Int) -> Duration {
        var delay = max(minimum, .milliseconds(1))
        for _ in 1..<min(max(attempts, 1), 64) where delay < maximum { delay *= 2 }
        let changed = min(delay, max(maximum, .milliseconds(1)))
        let spread = min(max(jitter, 0), 1)
        return changed * Double.random(in: 1 - spread...1 + spread)
    }
}
