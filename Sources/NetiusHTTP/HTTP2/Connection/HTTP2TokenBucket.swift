internal import Netius

/// How often a peer has done something lately: full at first, each time takes a token, and time brings them back.
struct HTTP2TokenBucket {
    /// Tokens are counted in billionths: what a nanosecond brings is a whole number then.
    private static var token: UInt64 { 1_000_000_000 }

    private let full: UInt64
    private let perSecond: UInt64
    private var level: UInt64
    /// The tokens besides, which time neither brings nor takes.
    private var extra = 0
    private var present = MonotonicTime(nanoseconds: 0)

    init(_ rate: HTTP2Limits.Rate) {
        full = Self.amount(rate.burst)
        perSecond = UInt64(clamping: rate.perSecond)
        level = full
    }

    private static func amount(_ count: Int) -> UInt64 {
        let (product, overflow) = UInt64(clamping: count).multipliedReportingOverflow(by: token)
        return overflow ? .max : product
    }

    /// Takes a token; false if there is none. A time before that of an earlier call counts as that.
    mutating func take(at now: MonotonicTime) -> Bool {
        if now > present {
            if level < full {
                let elapsed = now.nanoseconds - present.nanoseconds
                let (gain, overflow) = elapsed.multipliedReportingOverflow(by: perSecond)
                level += overflow ? full - level : min(gain, full - level)
            }
            present = now
        }
        if extra > 0 {
            extra -= 1
        } else {
            guard level >= Self.token else { return false }
            level -= Self.token
        }
        return true
    }

    /// Adds tokens besides those that time brings back.
    mutating func add(_ count: Int) {
        let (sum, overflow) = extra.addingReportingOverflow(max(count, 0))
        extra = overflow ? .max : sum
    }
}
