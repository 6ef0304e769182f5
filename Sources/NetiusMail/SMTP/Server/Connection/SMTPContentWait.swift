internal import Netius

/// How long a client has kept a handler waiting for a message, against how much it has sent.
struct SMTPContentWait {
    private var receivedCount = 0
    private var waited = Duration.zero

    mutating func received(_ count: Int) {
        receivedCount += count
    }

    mutating func waited(_ duration: Duration) {
        waited += duration
    }

    /// How much longer to wait: the grace period, and a second for each `minimumContentRate` bytes that have come, less
    /// what has been waited.
    func patience(_ shared: SMTPServerShared) -> Duration {
        let rate = max(shared.configuration.minimumContentRate, 1)
        return shared.configuration.contentGracePeriod + .seconds(receivedCount / rate) - waited
    }
}
