internal import Netius

/// Dates as HTTP writes them, in seconds since 1970 (RFC 9110 §5.6.7), without leap seconds.
package enum HTTPDate {
    /// 0000-01-01 and 9999-12-31T23:59:59: what four digits of a year can say.
    static let range: ClosedRange<Int> = -62_167_219_200...253_402_300_799

    static let dayNames: [StaticString] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    static let monthNames: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Such as `Sun, 06 Nov 1994 08:49:37 GMT`: always 29 octets. A time outside ``range`` is moved to its end.
    static func bytes(secondsSince1970: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(29)
        append(secondsSince1970: secondsSince1970, to: &bytes)
        return bytes
    }

    /// A whole Date field, to be sent as it is.
    static func fieldLine(secondsSince1970: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(37)
        bytes.append(contentsOf: "Date: ".utf8)
        append(secondsSince1970: secondsSince1970, to: &bytes)
        bytes.append(contentsOf: [.carriageReturn, .lineFeed])
        return bytes
    }

    private static func append(secondsSince1970: Int, to bytes: inout [UInt8]) {
        let seconds = min(max(secondsSince1970, range.lowerBound), range.upperBound)
        let secondOfDay = ((seconds % 86_400) + 86_400) % 86_400
        let dayNumber = (seconds - secondOfDay) / 86_400
        let (year, month, day) = civil(dayNumber: dayNumber)
        // 1970-01-01 was a Thursday.
        append(dayNames[((dayNumber + 3) % 7 + 7) % 7], to: &bytes)
        bytes.append(contentsOf: ", ".utf8)
        append(twoDigits: day, to: &bytes)
        bytes.append(.space)
        append(monthNames[month - 1], to: &bytes)
        bytes.append(.space)
        append(twoDigits: year / 100, to: &bytes)
        append(twoDigits: year % 100, to: &bytes)
        bytes.append(.space)
        append(twoDigits: secondOfDay / 3600, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(twoDigits: secondOfDay / 60 % 60, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(twoDigits: secondOfDay % 60, to: &bytes)
        bytes.append(contentsOf: " GMT".utf8)
    }

    private static func append(twoDigits number: Int, to bytes: inout [UInt8]) {
        bytes.append(UInt8(truncatingIfNeeded: 48 + number / 10))
        bytes.append(UInt8(truncatingIfNeeded: 48 + number % 10))
    }

    private static func append(_ name: StaticString, to bytes: inout [UInt8]) {
        name.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }

    // In both, a year begins with March, so that the leap day is its last, and 400 of them are 146,097 days.

    static func civil(dayNumber: Int) -> (year: Int, month: Int, day: Int) {
        let sinceEpoch = dayNumber + 719_468
        let era = (sinceEpoch >= 0 ? sinceEpoch : sinceEpoch - 146_096) / 146_097
        let dayOfEra = sinceEpoch - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    static func dayNumber(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
