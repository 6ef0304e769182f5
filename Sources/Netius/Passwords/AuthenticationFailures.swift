/// Counts failed logins by address, and logs them without letting a guesser fill the log.
///
/// It does not lock anybody out, which would let a guesser lock out others behind the same address.
package final class AuthenticationFailures: Sendable {
    /// The addresses that are counted at a time; with one more, some other is forgotten. The addresses that an IPv6 host
    /// may choose from count as one.
    package static let maximumAddresses = 1024
    /// The failures of one address that are logged one by one; of those after them every hundredth is.
    package static let loggedOneByOne = 10
    /// How long failures of an address are counted together.
    package static let period: Duration = .seconds(3600)

    private struct Count {
        var failures = 0
        var end: MonotonicTime
    }

    private let counts = Guarded<[IPAddress?: Count]>([:])

    package init() {}

    /// Counts a failure and tells of it, with what the caller knows. How many there are now of the address.
    @discardableResult
    package func note(_ address: IPAddress?, user: String?, _ reason: String, log: Log) -> Int {
        let failures = count(address, at: .now)
        guard failures <= Self.loggedOneByOne || failures.isMultiple(of: 100) else { return failures }
        var metadata: LogMetadata = ["address": address?.description ?? "-", "failures": "\(failures)"]
        metadata["user"] = user
        log.notice("authentication failed: \(reason)", metadata: metadata)
        return failures
    }

    /// Counts a failure of an address; how many there are now.
    package func count(_ address: IPAddress?, at now: MonotonicTime) -> Int {
        let key = address?.host
        return counts.withLock { counts in
            if var known = counts[key], now < known.end {
                known.failures += 1
                counts[key] = known
                return known.failures
            }
            if counts.count >= Self.maximumAddresses {
                counts = counts.filter { now < $0.value.end }
                if counts.count >= Self.maximumAddresses { counts.remove(at: counts.startIndex) }
            }
            counts[key] = Count(failures: 1, end: now + Self.period)
            return 1
        }
    }

    /// How many addresses are counted.
    package var addressCount: Int { counts.withLock { $0.count } }
}
