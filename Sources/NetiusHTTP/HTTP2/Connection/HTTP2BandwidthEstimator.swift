/// Finds out how large a window has to be for the peer to be able to send without waiting.
///
/// What arrives between a PING and its acknowledgement is what the peer sends in the time of a round trip: the product
/// of bandwidth and delay, unless it had to wait for the window. If it is more than two thirds of the window, the window
/// may be what limits the peer and is doubled, up to a maximum. There is no clock in it, and no cost to a frame but an
/// addition.
struct HTTP2BandwidthEstimator {
    /// What the PING frames carry, so that their acknowledgements can be told from others: `netiusBW`.
    static var pingData: UInt64 { 0x6E65_7469_7573_4257 }

    /// Between measurements in vain this much comes at most: about a hundred PINGs for a gigabyte and the next ones.
    private static var longestPause: Int { 64 * 1024 * 1024 }

    /// A peer that waits for the window sends in bursts, and a measurement that begins within one sees too little. The
    /// next begins where the acknowledgement came, which is before the next burst at the third time.
    private static var attempts: Int { 3 }

    /// The window that is large enough as far as is known.
    private(set) var window: Int
    private let maximum: Int
    /// Whether a PING is under way.
    private(set) var isMeasuring = false
    /// What has come since the PING was sent, with what it was sent for, or since its acknowledgement came.
    private var count = 0
    /// What has to come before the next PING.
    private var due = 1
    /// What had to come before the last that was not sent at once; doubled each time.
    private var pause = 0
    /// The measurements in vain without a pause.
    private var misses = 0

    /// - Parameters:
    ///   - window: The window at first.
    ///   - maximum: The largest that it grows to.
    init(window: Int, maximum: Int) {
        self.window = max(window, 1)
        self.maximum = maximum
    }

    /// Notes content that has come, padding included. Returns whether PING with ``pingData`` is to be sent now.
    @inline(__always)
    mutating func received(_ count: Int) -> Bool {
        self.count &+= count
        return !isMeasuring && self.count >= due && begin(with: count)
    }

    private mutating func begin(with count: Int) -> Bool {
        guard window < maximum else {
            due = .max
            return false
        }
        isMeasuring = true
        self.count = count
        return true
    }

    /// Notes that the PING has been acknowledged; that of none is ignored. Returns the window to grow to, or nil if it
    /// is large enough.
    mutating func acknowledged() -> Int? {
        guard isMeasuring else { return nil }
        isMeasuring = false
        let sample = count
        count = 0
        guard sample > window / 3 * 2 else {
            misses += 1
            if misses == Self.attempts {
                misses = 0
                pause = min(max(pause * 2, window), Self.longestPause)
                due = pause
            } else {
                due = 1
            }
            return nil
        }
        window = window > maximum / 2 ? maximum : window * 2
        due = 1
        pause = 0
        misses = 0
        return window
    }
}
