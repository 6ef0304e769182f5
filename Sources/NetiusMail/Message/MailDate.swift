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
        var octets: [UInt8] = []
        append(to: &octets)
        return String(decoding: octets, as: UTF8.self)
    }

    /// Appends its text to that of a field.
    func append(to octets: inout [UInt8]) {
        let local = timestamp.seconds + Int64(offsetMinutes) * 60
        let civil = CivilTime(secondsSince1970: local)
        // 1970-01-01 was a Thursday; the remainder of a negative number is negative.
        let days = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
        let weekday = Int(((days + 3) % 7 + 7) % 7)
        octets += Self.dayNames[weekday].utf8
        octets += ", ".utf8
        if civil.day >= 10 { Self.append(civil.day / 10, to: &octets) }
        Self.append(civil.day, to: &octets)
        octets.append(.space)
        octets += Self.monthNames[civil.month - 1].utf8
        octets.append(.space)
        Self.append(twoDigits: civil.year / 100, to: &octets)
        Self.append(twoDigits: civil.year, to: &octets)
        octets.append(.space)
        Self.append(twoDigits: civil.hour, to: &octets)
        octets.append(UInt8(ascii: ":"))
        Self.append(twoDigits: civil.minute, to: &octets)
        octets.append(UInt8(ascii: ":"))
        Self.append(twoDigits: civil.second, to: &octets)
        octets.append(.space)
        octets.append(UInt8(ascii: offsetMinutes < 0 ? "-" : "+"))
        let (hours, minutes) = abs(offsetMinutes).quotientAndRemainder(dividingBy: 60)
        Self.append(twoDigits: hours, to: &octets)
        Self.append(twoDigits: minutes, to: &octets)
    }

    /// The last two digits of the number, which is not negative.
    private static func append(twoDigits number: Int, to octets: inout [UInt8]) {
        append(number / 10, to: &octets)
        append(number, to: &octets)
    }

    /// The last digit of the number.
    private static func append(_ number: Int, to octets: inout [UInt8]) {
        octets.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
    }
}
