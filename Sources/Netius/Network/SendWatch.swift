/// Whether a peer takes what was sent.
struct SendWatch {
    private let stall: Duration
    private var deadline: MonotonicTime
    private var left = Int.max

    /// The peer may take nothing for as long as `stall`.
    init(stall: Duration, at now: MonotonicTime) {
        self.stall = stall
        deadline = now + stall
    }

    /// Looks at how much the peer has not acknowledged, nil where that is not known.
    mutating func isMoving(_ unacknowledged: Int?, at now: MonotonicTime) -> Bool {
        if let unacknowledged, unacknowledged < left {
            left = unacknowledged
            deadline = now + stall
        }
        return now < deadline
    }
}
