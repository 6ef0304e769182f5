extension ConfigurationFormat where Value == Int {
    /// Decimal digits, after a minus sign where it is negative, within `range`.
    package static func integer(in range: ClosedRange<Int> = .min ... .max) -> ConfigurationFormat {
        let bounds =
            range == .min ... .max ? "a whole number" : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return ConfigurationFormat(expected: bounds) { text in
            let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
            guard digits.isDecimal, let number = Int(text), range.contains(number) else { return nil }
            return number
        }
    }

    /// A number of bytes: decimal digits and, in either case, k, M or G for 1024, 1024² or 1024³.
    package static let byteCount = ConfigurationFormat(
        expected: "a number of bytes, or a number followed by k, M or G (1024, 1024² or 1024³ bytes)"
    ) { text in
        let unit: Int? =
            switch text.last {
            case "k", "K": 1 << 10
            case "m", "M": 1 << 20
            case "g", "G": 1 << 30
            default: nil
            }
        let digits = unit == nil ? text[...] : text.dropLast()
        guard digits.isDecimal, let number = Int(digits) else { return nil }
        let (count, overflow) = number.multipliedReportingOverflow(by: unit ?? 1)
        return overflow ? nil : count
    }
}

extension ConfigurationFormat where Value == Duration {
    /// Decimal digits, with a decimal point and more digits if need be, then ms, s (implied), m or h; after a minus
    /// sign, where that is allowed. At most 1 000 000 000 seconds, 31 years, so that sums with it can't overflow.
    package static func duration(allowsNegative: Bool = false) -> ConfigurationFormat {
        let sign = allowsNegative ? "" : " that is not negative"
        return ConfigurationFormat(
            expected: "a number of seconds\(sign), or a number followed by ms, s, m or h; at most 1000000000 seconds"
        ) { text in
            let isNegative = text.hasPrefix("-")
            guard allowsNegative || !isNegative else { return nil }
            guard let attoseconds = attoseconds(isNegative ? text.dropFirst() : text[...]) else { return nil }
            return Duration(attoseconds: isNegative ? -attoseconds : attoseconds)
        }
    }

    /// Reads a duration without sign; nil for one over the maximum.
    private static func attoseconds(_ text: Substring) -> Int128? {
        let second: Int128 = 1_000_000_000_000_000_000
        let number = text.prefix { $0 == "." || $0.isDecimalDigit }
        let unit: Int128
        switch text[number.endIndex...] {
        case "ms": unit = second / 1000
        case "", "s": unit = second
        case "m": unit = second * 60
        case "h": unit = second * 3600
        default: return nil
        }
        let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, whole.isDecimal, let units = Int64(whole) else { return nil }
        // Within Int128: the largest Int64 times the largest unit overflows, so the bound comes first.
        guard units <= 1_000_000_000_000 else { return nil }
        var total = Int128(units) * unit
        if parts.count == 2 {
            guard parts[1].isDecimal else { return nil }
            var place = unit
            for digit in parts[1].utf8 {
                place /= 10
                total += place * Int128(digit - UInt8(ascii: "0"))
            }
        }
        return total <= 1_000_000_000 * second ? total : nil
    }
}

extension Character {
    /// Whether it is one of 0 to 9.
    fileprivate var isDecimalDigit: Bool { ("0"..."9").contains(self) && isASCII }
}

extension Substring {
    /// Whether it is at least one of 0 to 9, and nothing else.
    fileprivate var isDecimal: Bool {
        !isEmpty && utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
