internal import Netius

extension MailDate {
    /// Reads a date, also one of the obsolete syntax (RFC 5322 section 4.3): with comments, years of two or three digits,
    /// names of zones. Letters that are no zone's name say nothing of it, and count as UTC. Nil for what is no date.
    ///
    /// ```
    /// date-time = [ day-name "," ] day month year hour ":" minute [ ":" second ] zone
    /// ```
    public init?(_ text: String) {
        guard text.utf8.count <= Self.maximumLength, let tokens = Self.tokens(text) else { return nil }
        var reader = Reader(tokens: tokens)
        if let name = reader.word(), Self.index(of: name, in: Self.dayNames) != nil {
            guard reader.take(",") else { return nil }
        } else {
            reader.position = 0
        }
        guard let day = reader.number(digits: 1...2), let month = reader.word().flatMap({ Self.monthNumber($0) }),
            let year = reader.year(), let hour = reader.number(digits: 2...2), hour < 24, reader.take(":"),
            let minute = reader.number(digits: 2...2), minute < 60
        else { return nil }
        var second = 0
        if reader.take(":") {
            // 60 is a leap second.
            guard let number = reader.number(digits: 2...2), number <= 60 else { return nil }
            second = number
        }
        guard let offset = reader.zone(), reader.isAtEnd,
            let days = Self.daysSince1970(year: year, month: month, day: day)
        else { return nil }
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset * 60
        self.init(Timestamp(seconds: Int64(seconds)), offsetMinutes: offset)
    }

    private static let maximumLength = 1000

    private static func monthNumber(_ name: String) -> Int? { index(of: name, in: monthNames).map { $0 + 1 } }

    private static func index(of name: String, in names: [String]) -> Int? {
        names.firstIndex { $0.lowercasedASCII == name.lowercasedASCII }
    }

    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int? {
        let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard 1...lengths[month - 1] ~= day else { return nil }
        let before = year - 1
        let daysBeforeYear = before * 365 + before / 4 - before / 100 + before / 400
        return daysBeforeYear + lengths[..<(month - 1)].reduce(0, +) + day - 1 - 719_162
    }

    /// Words of letters and digits, and other characters one by one; comments and spaces are left out.
    private static func tokens(_ text: String) -> [String]? {
        var tokens: [String] = []
        var depth = 0
        var isEscaped = false
        var isInWord = false
        for scalar in text.unicodeScalars {
            let isWord = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            defer { isInWord = isWord && depth == 0 }
            if depth > 0 {
                if isEscaped {
                    isEscaped = false
                } else if scalar == "\\" {
                    isEscaped = true
                } else {
                    depth += scalar == "(" ? 1 : scalar == ")" ? -1 : 0
                }
            } else if scalar == "(" {
                depth = 1
            } else if isWord, isInWord {
                tokens[tokens.count - 1].unicodeScalars.append(scalar)
            } else if !" \t\r\n".unicodeScalars.contains(scalar) {
                tokens.append(String(scalar))
            }
        }
        return depth == 0 ? tokens : nil
    }

    private struct Reader {
        let tokens: [String]
        var position = 0

        var isAtEnd: Bool { position == tokens.count }

        mutating func take(_ token: String) -> Bool {
            guard position < tokens.count, tokens[position] == token else { return false }
            position += 1
            return true
        }

        mutating func word() -> String? {
            guard position < tokens.count else { return nil }
            defer { position += 1 }
            return tokens[position]
        }

        mutating func number(digits: ClosedRange<Int>) -> Int? {
            guard let word = word(), digits ~= word.utf8.count, word.utf8.allSatisfy(\.isDigit) else { return nil }
            return Int(word)
        }

        /// RFC 5322 section 4.3: two digits are of 1950 to 2049, three of years since 1900.
        mutating func year() -> Int? {
            guard position < tokens.count else { return nil }
            let count = tokens[position].utf8.count
            guard let number = number(digits: 2...4) else { return nil }
            switch count {
            case 2: return number < 50 ? number + 2000 : number + 1900
            case 3: return number + 1900
            default: return number >= 1900 ? number : nil
            }
        }

        /// Minutes ahead of UTC.
        mutating func zone() -> Int? {
            guard let word = word() else { return nil }
            if word == "+" || word == "-" {
                guard let number = number(digits: 4...4), number % 100 < 60 else { return nil }
                return (number / 100 * 60 + number % 100) * (word == "-" ? -1 : 1)
            }
            guard word.utf8.allSatisfy(\.isLetter) else { return nil }
            switch word.uppercased() {
            case "EDT": return -4 * 60
            case "EST", "CDT": return -5 * 60
            case "CST", "MDT": return -6 * 60
            case "MST", "PDT": return -7 * 60
            case "PST": return -8 * 60
            default: return 0
            }
        }
    }
}
