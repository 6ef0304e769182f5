internal import Netius

/// What a domain says of how mail for it must be protected (RFC 8461 section 3.2).
struct MTASTSPolicy: Sendable, Hashable {
    enum Mode: String, Sendable, Hashable {
        case enforce, testing, none
    }

    /// The most octets of a policy that are read (RFC 8461 section 3.2 suggests 64 KiB).
    static let maximumSize = 64 << 10
    /// The longest that a policy holds: a year (section 3.2).
    static let maximumAge = 31_557_600
    /// The most mail exchangers that are kept.
    static let maximumMailExchangers = 100

    var mode: Mode
    /// Names, or `*.` and a domain.
    var mailExchangers: [String]
    /// In seconds.
    var maximumAge: Int

    /// Reads a policy; nil for what is none.
    init?(_ text: String) {
        var mode: Mode?
        var age: Int?
        var version: String?
        mailExchangers = []
        for line in text.split(whereSeparator: \.isNewline).prefix(1000) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let name = line[..<colon].trimmingSpaces.lowercasedASCII
            let value = String(line[line.index(after: colon)...].trimmingSpaces)
            switch name {
            // Of what is said twice, but `mx`, the first counts.
            case "version": version = version ?? value
            case "mode": mode = mode ?? Mode(rawValue: value.lowercasedASCII)
            case "max_age": age = age ?? (value.utf8.allSatisfy(\.isDigit) ? Int(value.prefix(10)) : nil)
            case "mx" where mailExchangers.count < Self.maximumMailExchangers:
                mailExchangers.append(value.lowercasedASCII)
            default: break
            }
        }
        guard version == "STSv1", let mode, let age, mode == .none || !mailExchangers.isEmpty else { return nil }
        self.mode = mode
        maximumAge = min(age, Self.maximumAge)
    }

    /// Reads the identifier in the record that says that there is a policy (section 3.1); nil where that is none.
    static func identifier(in record: [UInt8]) -> String? {
        guard let text = String(validating: record, as: UTF8.self) else { return nil }
        let parts = text.split(separator: ";").map(\.trimmingSpaces)
        guard parts.first == "v=STSv1" else { return nil }
        for part in parts.dropFirst() where part.hasPrefix("id=") {
            let identifier = part.dropFirst(3)
            let isValid = 1...32 ~= identifier.utf8.count && identifier.utf8.allSatisfy { $0.isLetter || $0.isDigit }
            return isValid ? String(identifier) : nil
        }
        return nil
    }
}

extension Substring {
    /// Without spaces and tabs around it.
    fileprivate var trimmingSpaces: Substring {
        var text = self
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
