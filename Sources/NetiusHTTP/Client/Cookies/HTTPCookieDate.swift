internal import Netius

/// The dates of cookies, of which there have been so many forms that they are read by what can be made out in them
/// (RFC 6265 §5.1.1).
enum HTTPCookieDate {
    /// Seconds since 1970; nil where no day, month, year and time can be made out, or there is no such day.
    static func secondsSince1970(_ input: Span<UInt8>, _ range: Range<Int>) -> Int? {
        var time: Int?
        var day: Int?
        var month: Int?
        var year: Int?
        var start = range.lowerBound
        while start < range.upperBound {
            guard !isDelimiter(input[start]) else {
                start += 1
                continue
            }
            var end = start
            while end < range.upperBound, !isDelimiter(input[end]) { end += 1 }
            let token = start..<end
            if time == nil, let found = timeOfDay(input, token) {
                time = found
            } else if day == nil, let found = number(input, token, digits: 1...2) {
                day = found
            } else if month == nil, let found = monthOfYear(input, token) {
                month = found
            } else if year == nil, let found = number(input, token, digits: 2...4) {
                year = found
            }
            start = end
        }
        guard let time, let day, let month, var year else { return nil }
        if year < 100 { year += year < 70 ? 2000 : 1900 }
        guard 1...31 ~= day, year >= 1601 else { return nil }
        let dayNumber = HTTPDate.dayNumber(year: year, month: month, day: day)
        // A day that the month does not have comes back as one of the next.
        guard HTTPDate.civil(dayNumber: dayNumber) == (year, month, day) else { return nil }
        return dayNumber * 86_400 + time
    }

    private static func isDelimiter(_ octet: UInt8) -> Bool {
        switch octet {
        case 0x09, 0x20...0x2F, 0x3B...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }

    /// So many digits, and then none: `1*2DIGIT [ non-digit *OCTET ]`.
    private static func number(_ input: Span<UInt8>, _ token: Range<Int>, digits: ClosedRange<Int>) -> Int? {
        var number = 0
        var index = token.lowerBound
        while index < token.upperBound, input[index].isDigit, index - token.lowerBound <= digits.upperBound {
            number = number * 10 + Int(input[index] - 48)
            index += 1
        }
        return digits.contains(index - token.lowerBound) ? number : nil
    }

    /// `hms-time = 1*2DIGIT ":" 1*2DIGIT ":" 1*2DIGIT`, in seconds.
    private static func timeOfDay(_ input: Span<UInt8>, _ token: Range<Int>) -> Int? {
        let colon = UInt8(ascii: ":")
        let first = input.firstIndex(of: colon, from: token.lowerBound, to: token.upperBound)
        let second = input.firstIndex(of: colon, from: min(first + 1, token.upperBound), to: token.upperBound)
        guard second < token.upperBound, let hour = wholeNumber(input, token.lowerBound..<first),
            let minute = wholeNumber(input, first + 1..<second),
            let seconds = number(input, second + 1..<token.upperBound, digits: 1...2),
            hour < 24, minute < 60, seconds < 60
        else { return nil }
        return hour * 3600 + minute * 60 + seconds
    }

    private static func wholeNumber(_ input: Span<UInt8>, _ range: Range<Int>) -> Int? {
        range.count <= 2
            ? number(input, range, digits: range.count...range.count).flatMap { range.isEmpty ? nil : $0 } : nil
    }

    /// Three letters, whatever follows.
    private static func monthOfYear(_ input: Span<UInt8>, _ token: Range<Int>) -> Int? {
        let names: [StaticString] = [
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ]
        guard token.count >= 3 else { return nil }
        let name = token.lowerBound..<token.lowerBound + 3
        return names.firstIndex { input.equals($0, in: name) }.map { $0 + 1 }
    }
}
