internal import Netius

extension Maildir {
    /// How old a file in `tmp` is that nobody is writing any more.
    static let maximumDeliveryTime = Duration.seconds(36 * 3600)
    /// The least time between two looks into the `tmp` of one Maildir.
    static let sweepInterval = Duration.seconds(3600)
    /// The most files that are looked at in one go.
    static let maximumSweep = 1000

    /// Removes what was left in `tmp`, unless that was done a short time ago. It is nobody's failure if it cannot be. This
    /// waits for a disk.
    static func sweepSometimes(_ path: String, now: MonotonicTime) {
        let isDue = sweeps.withLock { sweeps in
            if let last = sweeps[path], now < last + sweepInterval { return false }
            if sweeps.count >= 10_000 { sweeps = sweeps.filter { now < $0.value + sweepInterval } }
            if sweeps.count >= 10_000 { sweeps.removeAll() }
            sweeps[path] = now
            return true
        }
        if isDue { _ = try? sweep(path) }
    }

    /// Removes the files in `tmp` that were last written to long ago.
    ///
    /// - Returns: How many there were.
    /// - Throws: `SystemError`.
    @discardableResult
    static func sweep(_ path: String, now: Timestamp = .now) throws -> Int {
        let end = now.advanced(by: .zero - maximumDeliveryTime)
        var count = 0
        for name in try FileSystem.names(in: "\(path)/tmp").prefix(maximumSweep) {
            let file = "\(path)/tmp/\(name)"
            guard let status = try? File(path: file).status, status.kind == .regular, status.modified < end,
                (try? FileSystem.removeFile(file)) == true
            else { continue }
            count += 1
        }
        return count
    }

    /// When each Maildir was swept.
    private static let sweeps = Guarded<[String: MonotonicTime]>([:])
}
