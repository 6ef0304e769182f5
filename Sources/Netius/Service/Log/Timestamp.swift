import CNetius

/// A moment of the wall clock (UTC).
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Whole seconds since 1970-01-01T00:00:00Z, leap seconds not counted; negative before.
    public let seconds: Int64
    /// Nanoseconds after `seconds`, 0 to 999 999 999.
    public let nanoseconds: UInt32

    /// A moment; more nanoseconds than a second has count as the last of that second.
    public init(seconds: Int64, nanoseconds: UInt32 = 0) {
        self.seconds = seconds
        self.nanoseconds = min(nanoseconds, 999_999_999)
    }

    /// The present, by the system's real-time clock.
    public static var now: Timestamp {
        let (seconds, nanoseconds) = netius_real_time().flooredDivision(by: 1_000_000_000)
        return Timestamp(seconds: seconds, nanoseconds: UInt32(truncatingIfNeeded: nanoseconds))
    }

    /// Whether the left moment is before the right one.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}

extension Timestamp: CustomStringConvertible {
    /// The moment as RFC 3339 section 5.6 has it, in UTC to the millisecond (cut off, not rounded):
    /// `2026-11-20T23:50:51.871Z`. Years before 0 and after 9999 read as the first and the last moment between.
    public var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends `description`.
    func append(to bytes: inout [UInt8]) {
        let civil = CivilTime(secondsSince1970: seconds)
        appendDigits(civil.year, width: 4, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        appendDigits(civil.month, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        appendDigits(civil.day, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        appendDigits(civil.hour, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        appendDigits(civil.minute, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        appendDigits(civil.second, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: "."))
        appendDigits(Int(nanoseconds / 1_000_000), width: 3, to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
    }
}

/// Appends the last `width` decimal digits of `number`, which is not negative.
private func appendDigits(_ number: Int, width: Int, to bytes: inout [UInt8]) {
    var divisor = 1
    for _ in 1..<width { divisor *= 10 }
    while divisor > 0 {
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / divisor % 10))
        divisor /= 10
    }
}
