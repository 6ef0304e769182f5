public import Netius

/// When a message was written (RFC 5322 section 3.3): a moment, to the second, and the zone whose clock shows it.
public struct MailDate: Sendable, Hashable {
    /// The moment, in whole seconds, from 1900 to 9999.
    public let timestamp: Timestamp
    /// How far the zone is ahead of UTC, in minutes: -5999 to 5999.
    public let offsetMinutes: Int

    /// A moment; one that is outside what can be written becomes the nearest that is.
    public init(_ timestamp: Timestamp = .now, offsetMinutes: Int = 0) {
        self.timestamp = Timestamp(
            seconds: min(max(timestamp.seconds, Self.range.lowerBound), Self.range.upperBound))
        self.offsetMinutes = min(max(offsetMinutes, -5999), 5999)
    }

    /// 1900 to 9999, in every zone.
    private static let range: ClosedRange<Int64> = -2_208_628_800...253_401_940_799

    static let dayNames = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    static let monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}

extension MailDate: LosslessStringConvertible {
    /// `Fri, 21 Nov 1997 09:55:06 -0600`.
    public var description: String {
        let local = timestamp.seconds + Int64(offsetMinutes) * 60
        let civil = CivilTime(secondsSince1970: local)
        // 1970-01-01 was a Thursday; the remainder of a negative number is negative.
        let days = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
        let weekday = Int(((days + 3) % 7 + 7) % 7)
        let time = [civil.hour, civil.minute, civil.second].map(Self.twoDigits).joined(separator: ":")
        let (hours, minutes) = abs(offsetMinutes).quotientAndRemainder(dividingBy: 60)
        let zone = (offsetMinutes < 0 ? "-" : "+") + Self.twoDigits(hours) + Self.twoDigits(minutes)
        let year = Self.twoDigits(civil.year / 100) + Self.twoDigits(civil.year % 100)
        return "\(Self.dayNames[weekday]), \(civil.day) \(Self.monthNames[civil.month - 1]) \(year) \(time) \(zone)"
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
