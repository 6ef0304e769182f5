/// Numbers, as the intervals that they make up: in order, none touching the next.
struct SortedIntervals<Number: FixedWidthInteger & Sendable>: Sendable, Hashable {
    private(set) var intervals: [ClosedRange<Number>] = []

    var isEmpty: Bool { intervals.isEmpty }

    /// Whether all these numbers are there.
    func contains(_ numbers: ClosedRange<Number>) -> Bool {
        // The intervals before this index begin at or before the first of the numbers.
        var (low, high) = (0, intervals.count)
        while low < high {
            let middle = low + (high - low) / 2
            if intervals[middle].lowerBound <= numbers.lowerBound { low = middle + 1 } else { high = middle }
        }
        return low > 0 && numbers.upperBound <= intervals[low - 1].upperBound
    }

    /// Adds intervals in any order, in the time that it takes to sort all.
    mutating func insert(_ added: [ClosedRange<Number>]) {
        var joined: [ClosedRange<Number>] = []
        for next in (intervals + added).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = joined.last, last.touches(next) {
                joined[joined.count - 1] = last.lowerBound...Swift.max(last.upperBound, next.upperBound)
            } else {
                joined.append(next)
            }
        }
        intervals = joined
    }
}

extension ClosedRange where Bound: FixedWidthInteger {
    /// Whether no number lies between this interval and the next, which begins no earlier.
    fileprivate func touches(_ next: ClosedRange) -> Bool {
        next.lowerBound <= upperBound || next.lowerBound - upperBound == 1
    }
}
