/// What a response's Content-Range says in bytes (RFC 9110 section 14.4).
enum ContentRange: Equatable {
    /// The content is these bytes, of so many; nil where the server does not know of how many.
    case bytes(ClosedRange<Int>, length: Int?)
    /// No such bytes: there are so many.
    case unsatisfied(length: Int)

    /// Reads a value; nil where it is of another unit, or not as it should be.
    init?(_ text: String) {
        guard let space = text.firstIndex(of: " "), text[..<space].lowercased() == "bytes" else { return nil }
        let parts = text[text.index(after: space)...].split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let length = Self.number(parts[1])
        guard length != nil || parts[1] == "*" else { return nil }
        if parts[0] == "*" {
            guard let length else { return nil }
            self = .unsatisfied(length: length)
            return
        }
        let bounds = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2, let first = Self.number(bounds[0]), let last = Self.number(bounds[1]), first <= last,
            last < length ?? .max
        else { return nil }
        self = .bytes(first...last, length: length)
    }

    /// Digits, and nothing else.
    private static func number(_ text: Substring) -> Int? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return Int(text)
    }
}
