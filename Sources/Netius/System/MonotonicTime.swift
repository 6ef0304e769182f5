internal import CNetius

/// Nanoseconds of the system's monotonic clock.
@usableFromInline
package struct MonotonicTime: Comparable, Hashable, Sendable {
    package var nanoseconds: UInt64

    @usableFromInline
    package init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    package static var now: MonotonicTime {
        MonotonicTime(nanoseconds: netius_monotonic_time())
    }

    /// Never: no clock gets there.
    @inlinable
    package static var distantFuture: MonotonicTime { MonotonicTime(nanoseconds: .max) }

    /// Later by `duration`; a negative one counts as none and an endless one ends at `distantFuture`.
    package static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
        let (sum, overflow) = time.nanoseconds.addingReportingOverflow(duration.clampedNanoseconds)
        return overflow ? .distantFuture : MonotonicTime(nanoseconds: sum)
    }

    /// The time from `earlier` to here, zero if it is not earlier.
    package func since(_ earlier: MonotonicTime) -> Duration {
        nanoseconds > earlier.nanoseconds ? .nanoseconds(Int64(clamping: nanoseconds - earlier.nanoseconds)) : .zero
    }

    @usableFromInline
    package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}

extension Duration {
    /// Whole nanoseconds, from none to `UInt64.max`.
    package var clampedNanoseconds: UInt64 {
        UInt64(clamping: attoseconds / 1_000_000_000)
    }
}
