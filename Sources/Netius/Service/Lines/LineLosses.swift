/// The lines that a `LineWriter` lost, which it reports once a minute at most.
struct LineLosses {
    private static let pause: Duration = .seconds(60)

    var log = Log.current
    private(set) var count = 0
    private var reportedCount = 0
    private var reason: SystemError?
    private var nextReport = MonotonicTime(nanoseconds: 0)

    /// Counts lines that could not be written; with no error where the disk was too slow.
    mutating func add(_ lines: Int, because error: SystemError?) {
        count += lines
        if let error { reason = error }
    }

    /// When to report what was not reported yet; nil where there is nothing.
    var reportTime: MonotonicTime? { count > reportedCount ? nextReport : nil }

    /// What to say now, if anything; `isLast` when no other opportunity is certain.
    mutating func takeReport(at now: MonotonicTime, isLast: Bool) -> (Log, LogMetadata)? {
        guard let reportTime, isLast || now >= reportTime else { return nil }
        defer {
            reportedCount = count
            reason = nil
            nextReport = now + Self.pause
        }
        let why = reason.map(\.description) ?? "the disk does not keep up"
        return (log, ["lines": "\(count - reportedCount)", "reason": why])
    }
}
