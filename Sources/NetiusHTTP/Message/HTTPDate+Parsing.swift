internal import Netius

extension HTTPDate {
    /// Understands a date in any of the three formats (RFC 9110 §5.6.7).
    ///
    /// - Parameters:
    ///   - text: The date.
    ///   - now: By which the two digits of a year in the oldest format are understood: never more than 50 years ahead.
    /// - Returns: Seconds since 1970, or nil if the text is not a date.
    package static func secondsSince1970(_ text: String, now: Int) -> Int? {
        var text = text.utf8[...]
        guard let weekday = name(dayNames, in: &text) else { return nil }
        if take(", ", from: &text) { return fixedDate(&text, weekday) }
        if take(" ", from: &text) { return asctimeDate(&text, weekday) }
        return rfc850Date(&text, weekday, now: now)
    }

    private typealias Text = Substring.UTF8View

    /// `06 Nov 1994 08:49:37 GMT`
    private static func fixedDate(_ text: inout Text, _ weekday: Int) -> Int? {
        guard let day = number(2, in: &text), take(" ", from: &text), let month = name(monthNames, in: &text),
            take(" ", from: &text), let year = number(4, in: &text), take(" ", from: &text),
            let time = timeOfDay(&text), take(" GMT", from: &text), text.isEmpty
        else { return nil }
        return seconds(weekday, year, month + 1, day, time)
    }

    /// `Nov  6 08:49:37 1994`
    private static func asctimeDate(_ text: inout Text, _ weekday: Int) -> Int? {
        guard let month = name(monthNames, in: &text), take(" ", from: &text),
            let day = take(" ", from: &text) ? number(1, in: &text) : number(2, in: &text), take(" ", from: &text),
            let time = timeOfDay(&text), take(" ", from: &text), let year = number(4, in: &text), text.isEmpty
        else { return nil }
        return seconds(weekday, year, month + 1, day, time)
    }

    /// `Sunday, 06-Nov-94 08:49:37 GMT`, of which `Sun` is taken.
    private static func rfc850Date(_ text: inout Text, _ weekday: Int, now: Int) -> Int? {
        let ends: [StaticString] = ["day, ", "sday, ", "nesday, ", "rsday, ", "day, ", "urday, ", "day, "]
        guard take(ends[weekday], from: &text), let day = number(2, in: &text), take("-", from: &text),
            let month = name(monthNames, in: &text), take("-", from: &text), let digits = number(2, in: &text),
            take(" ", from: &text), let time = timeOfDay(&text), take(" GMT", from: &text), text.isEmpty
        else { return nil }
        let present = min(max(now, range.lowerBound), range.upperBound)
        let latest = civil(dayNumber: present / 86_400).year + 50
        var year = latest - latest % 100 + digits
        if year > latest { year -= 100 }
        return seconds(weekday, year, month + 1, day, time)
    }

    private static func seconds(_ weekday: Int, _ year: Int, _ month: Int, _ day: Int, _ time: Int) -> Int? {
        let dayNumber = dayNumber(year: year, month: month, day: day)
        // A day that the month does not have comes back as one of the next.
        guard day >= 1, civil(dayNumber: dayNumber) == (year, month, day) else { return nil }
        guard ((dayNumber + 3) % 7 + 7) % 7 == weekday else { return nil }
        return dayNumber * 86_400 + time
    }

    private static func timeOfDay(_ text: inout Text) -> Int? {
        guard let hour = number(2, in: &text), take(":", from: &text), let minute = number(2, in: &text),
            take(":", from: &text), let second = number(2, in: &text), hour < 24, minute < 60, second <= 60
        else { return nil }
        // A leap second counts as the one before it.
        return hour * 3600 + minute * 60 + min(second, 59)
    }

    private static func number(_ digits: Int, in text: inout Text) -> Int? {
        guard text.count >= digits, text.prefix(digits).allSatisfy(\.isDigit) else { return nil }
        defer { text = text.dropFirst(digits) }
        return text.prefix(digits).reduce(0) { $0 * 10 + Int($1 - 48) }
    }

    private static func name(_ names: [StaticString], in text: inout Text) -> Int? {
        for (index, name) in names.enumerated() where take(name, from: &text) { return index }
        return nil
    }

    private static func take(_ expected: StaticString, from text: inout Text) -> Bool {
        let isNext = expected.withUTF8Buffer { unsafe text.starts(with: $0) }
        if isNext { text = text.dropFirst(expected.utf8CodeUnitCount) }
        return isNext
    }
}
