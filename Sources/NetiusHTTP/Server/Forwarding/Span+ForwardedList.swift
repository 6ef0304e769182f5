extension Span where Element == UInt8 {
    /// The last element of the list in `start..<end`, trimmed and perhaps empty; nil when there is none. `end` moves
    /// before the comma in front of it.
    ///
    /// A list is read from its end, which the nearest proxy wrote. From its beginning, a quote that a client left open
    /// would swallow what proxies appended to it.
    func lastForwardedElement(from start: Int, to end: inout Int) -> Range<Int>? {
        guard end >= start else { return nil }
        var index = end
        while index > start {
            switch self[index - 1] {
            case UInt8(ascii: ","):
                defer { end = index - 1 }
                return trimmed(index..<end)
            case UInt8(ascii: "\""):
                // Without its other end all the rest is one element, which is malformed.
                index = openingQuote(before: index - 1, from: start) ?? start
            default:
                index -= 1
            }
        }
        defer { end = start - 1 }
        return trimmed(start..<end)
    }

    /// Where the quoted string begins whose closing quote is at `closing`. A quote inside of it has a backslash before
    /// it that is not itself escaped.
    private func openingQuote(before closing: Int, from start: Int) -> Int? {
        var index = closing
        while index > start {
            index -= 1
            guard self[index] == UInt8(ascii: "\"") else { continue }
            var backslashes = 0
            while index - backslashes > start, self[index - backslashes - 1] == UInt8(ascii: "\\") { backslashes += 1 }
            if backslashes.isMultiple(of: 2) { return index }
            index -= backslashes
        }
        return nil
    }
}
