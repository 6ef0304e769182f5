internal import Netius

extension Maildir {
    /// How long nobody has changed a file in `tmp` that nobody is writing any more.
    static let maximumDeliveryTime = Duration.seconds(36 * 3600)
    /// The least time between two looks into the `tmp` of one Maildir.
    static let sweepInterval = Duration.seconds(3600)
    /// The most files and folders in `tmp` that are looked at in one go.
    static let maximumSweep = 100_000

    /// Has a thread remove what was left in `tmp`, unless that was done a short time ago. Nobody waits for it, and it is
    /// nobody's failure if it cannot be.
    ///
    /// - Returns: Whether a thread does it, now or when those before are done.
    @discardableResult
    static func sweepSometimes(_ path: String, now: MonotonicTime = .now, date: Timestamp = .now) -> Bool {
        let isDue = sweeps.withLock { sweeps in
            if let last = sweeps[path], now < last + sweepInterval { return false }
            if sweeps.count >= 10_000 { sweeps = sweeps.filter { now < $0.value + sweepInterval } }
            if sweeps.count >= 10_000 { sweeps.removeAll() }
            sweeps[path] = now
            return true
        }
        // Where too many wait for the thread, an hour later is as good.
        return isDue && sweeper.submit { _ = try? sweep(path, now: date) }
    }

    /// Removes the files in `tmp` that nobody has changed for long. When that was is told by the system's own time of the
    /// change: the date of the content is the message's in a file that another program has just copied, and is only
    /// about to move into `new`. This waits for a disk.
    ///
    /// - Returns: How many there were.
    /// - Throws: `SystemError`, also where `tmp` is a link: what is behind it may be another's mail.
    @discardableResult
    static func sweep(_ path: String, now: Timestamp, limit: Int = maximumSweep) throws -> Int {
        try Folder.removeFiles(
            at: "\(path)/tmp", unchangedSince: now.advanced(by: .zero - maximumDeliveryTime), limit: limit)
    }

    /// When each Maildir was swept.
    private static let sweeps = Guarded<[String: MonotonicTime]>([:])
    /// One thread, which does nothing else: no delivery waits for a `tmp` that is slow to read.
    private static let sweeper = BlockingPool(name: "netius-sweep", maximumThreads: 1)
}
