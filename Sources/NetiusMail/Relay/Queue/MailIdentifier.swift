public import Netius

/// What a message in the queue is called: a UUID that begins with the time (RFC 9562 section 5.7), in capitals.
///
/// Identifiers made later compare greater, but for those of the same millisecond.
public struct MailIdentifier: Sendable, Hashable {
    private let high: UInt64
    private let low: UInt64

    /// A new identifier.
    public init(at time: Timestamp = .now) {
        var random = SystemRandomNumberGenerator()
        let milliseconds = UInt64(clamping: time.millisecondsSince1970)
        high = milliseconds << 16 | 0x7000 | random.next() & 0x0FFF
        low = 0x8000_0000_0000_0000 | random.next() >> 2
    }

    /// When it was made, to the millisecond.
    var time: Timestamp { Timestamp(millisecondsSince1970: Int64(high >> 16)) }

    /// The part that those of about a minute have in common: the first eight digits.
    var folder: String { String(description.prefix(8)) }
}

extension MailIdentifier: LosslessStringConvertible {
    /// `0190A6F2-7C3B-7D12-A1B2-C3D4E5F60718`.
    public var description: String { RandomIdentifier.text(high, low) }

    /// Reads the form that `description` has, in either case; nil for anything else.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.map(\.count) == [8, 4, 4, 4, 12],
            let high = UInt64(parts[..<3].map { String($0) ?? "" }.joined(), radix: 16),
            let low = UInt64(parts[3...].map { String($0) ?? "" }.joined(), radix: 16),
            !text.utf8.contains(UInt8(ascii: "+"))
        else { return nil }
        (self.high, self.low) = (high, low)
    }
}

extension MailIdentifier: Comparable {
    /// Whether the left one was made before the right one.
    public static func < (left: MailIdentifier, right: MailIdentifier) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension Timestamp {
    /// Whole milliseconds since 1970, as far as they fit.
    var millisecondsSince1970: Int64 {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        return overflow ? (seconds < 0 ? .min : .max) : product.clampedAdding(Int64(nanoseconds / 1_000_000))
    }

    /// A moment by its milliseconds.
    init(millisecondsSince1970 milliseconds: Int64) {
        let seconds = milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
        self.init(seconds: seconds, nanoseconds: UInt32(clamping: (milliseconds - seconds * 1000) * 1_000_000))
    }

    /// Later by `duration`, as far as it can be said.
    func advanced(by duration: Duration) -> Timestamp {
        let (more, attoseconds) = duration.components
        return Timestamp(
            millisecondsSince1970:
                millisecondsSince1970
                .clampedAdding(more.multipliedReportingOverflow(by: 1000).overflow ? .max / 2 : more * 1000)
                .clampedAdding(attoseconds / 1_000_000_000_000_000))
    }

    /// The time from `earlier` to here, which is negative where it is later.
    func since(_ earlier: Timestamp) -> Duration {
        .milliseconds(millisecondsSince1970.clampedSubtracting(earlier.millisecondsSince1970))
    }
}

extension Int64 {
    func clampedAdding(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    func clampedSubtracting(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }
}
