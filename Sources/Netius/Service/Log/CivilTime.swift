/// A moment as the Gregorian calendar and a UTC clock show it, from year 0 to year 9999.
package struct CivilTime: Sendable, Equatable {
    package let year: Int
    /// 1 to 12.
    package let month: Int
    /// 1 to 31.
    package let day: Int
    package let hour: Int
    package let minute: Int
    package let second: Int

    /// 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z, the moments that RFC 3339 can write.
    private static let representable: ClosedRange<Int64> = -62_167_219_200...253_402_300_799

    /// Converts a moment; one outside the years 0 to 9999 becomes the nearest inside.
    package init(secondsSince1970 seconds: Int64) {
        let bounded = Int(min(max(seconds, Self.representable.lowerBound), Self.representable.upperBound))
        let (days, secondOfDay) = bounded.flooredDivision(by: 86_400)
        hour = secondOfDay / 3600
        minute = secondOfDay / 60 % 60
        second = secondOfDay % 60
        (year, month, day) = Self.date(daysSince1970: days)
    }

    /// Years are counted from March here, so that a leap day is the last day of its year. They then repeat in cycles:
    /// 400 years of 146 097 days; in these, centuries of 36 524 days; in these, four years of 1461; in these, years of
    /// 365. The last century and the last year of a cycle are a day longer, hence the two `min`.
    private static func date(daysSince1970: Int) -> (year: Int, month: Int, day: Int) {
        let daysToMarchOfYearZero = 719_468
        var (cycles, rest) = (daysSince1970 + daysToMarchOfYearZero).flooredDivision(by: 146_097)
        let centuries = min(rest / 36_524, 3)
        rest -= centuries * 36_524
        let quadrennia = rest / 1461
        rest -= quadrennia * 1461
        let years = min(rest / 365, 3)
        rest -= years * 365

        cycles *= 400
        let marchYear = cycles + centuries * 100 + quadrennia * 4 + years
        var monthsSinceMarch = 11
        while monthStarts[monthsSinceMarch] > rest { monthsSinceMarch -= 1 }
        let day = rest - monthStarts[monthsSinceMarch] + 1
        return monthsSinceMarch < 10
            ? (marchYear, monthsSinceMarch + 3, day) : (marchYear + 1, monthsSinceMarch - 9, day)
    }

    /// Days from the first of March to the first of each month, March to February.
    private static let monthStarts = [0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337]
}

extension SignedInteger {
    /// The quotient rounded down, and the remainder, which is never negative; `divisor` is positive.
    func flooredDivision(by divisor: Self) -> (quotient: Self, remainder: Self) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
