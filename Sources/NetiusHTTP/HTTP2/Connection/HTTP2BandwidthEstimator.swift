/// Finds out how large a window has to be for the peer to be able to send without waiting.
///
/// What arrives between a PING and its acknowledgement is what the peer sends in the time of a round trip: the product
/// of bandwidth and delay, unless it had to wait for the window. If it is more than two thirds of the window, the window
/// may be what limits the peer and is doubled, up to a maximum. There is no clock in it, and no cost to a frame but an
/// addition.
struct HTTP2BandwidthEstimator {
    /// What the PING frames carry, so that their acknowledgements can be told from others: `netiusBW`.
    static var pingData: UInt64 { 0x6E65_7469_7573_4257 }

    /// Between measurements in vain this much comes at most: no more than about a hundred PINGs for a gigabyte.
    private static var longestPause: Int { 16 * 1024 * 1024 }

    /// The window that is large enough as far as is known.
    private(set) var window: Int
    private let maximum: Int
    /// Whether a PING is under way.
    private(set) var isMeasuring = false
    /// What has come since the PING was sent, or its acknowledgement came.
    private var count = 0
    /// What has to come before the next PING; doubled by each measurement in vain.
    private var pause: Int

    /// - Parameters:
    ///   - window: The window at first.
    ///   - maximum: The largest that it grows to.
    init(window: Int, maximum: Int) {
        self.window = max(window, 1)
        self.maximum = maximum
        pause = 1
    }

    /// Notes content that has come, padding included. Returns whether PING with ``pingData`` is to be sent now.
    @inline(__always)
    mutating func received(_ count: Int) -> Bool {
        self.count &+= count
        return !isMeasuring && self.count >= pause && begin()
    }

    private mutating func begin() -> Bool {
        guard window < maximum else {
            pause = .max
            return false
        }
        isMeasuring = true
        count = 0
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
            pause = min(max(pause * 2, window), Self.longestPause)
            return nil
        }
        window = window > maximum / 2 ? maximum : window * 2
        pause = 1
        return window
    }
}
