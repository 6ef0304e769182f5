internal import Netius

/// Reads a dictionary of structured fields member by member, without copying (RFC 8941 §4.2.2).
///
/// All that may stand there is checked; of values only integers and booleans are told, and parameters are skipped.
struct StructuredDictionary {
    /// What is there is no dictionary: nothing in it counts (RFC 8941 §4.2).
    struct Malformed: Error {}

    enum Value: Hashable {
        case integer(Int)
        case boolean(Bool)
        /// Of another type, or an inner list.
        case other
    }

    struct Member {
        var key: Range<Int>
        var value: Value
    }

    private var position = 0

    /// The next member; nil at the end.
    mutating func next(in input: Span<UInt8>) throws(Malformed) -> Member? {
        if position == 0 {
            skipSpaces(input)
            guard position < input.count else { return nil }
        } else {
            skipWhitespace(input)
            guard position < input.count else { return nil }
            guard take(UInt8(ascii: ","), input) else { throw Malformed() }
            skipWhitespace(input)
        }
        let key = try key(input)
        guard take(UInt8(ascii: "="), input) else {
            try skipParameters(input)
            return Member(key: key, value: .boolean(true))
        }
        let value = take(UInt8(ascii: "("), input) ? try innerList(input) : try bareItem(input)
        try skipParameters(input)
        return Member(key: key, value: value)
    }

    // MARK: What members consist of

    private mutating func key(_ input: Span<UInt8>) throws(Malformed) -> Range<Int> {
        let start = position
        while position < input.count, Self.isKey(input[position], isFirst: position == start) { position += 1 }
        guard position > start else { throw Malformed() }
        return start..<position
    }

    private static func isKey(_ octet: UInt8, isFirst: Bool) -> Bool {
        if octet.isLetter { return octet == octet.lowercased }
        if octet == UInt8(ascii: "*") { return true }
        return !isFirst
            && (octet.isDigit || octet == UInt8(ascii: "_") || octet == UInt8(ascii: "-")
                || octet == UInt8(ascii: "."))
    }

    private mutating func skipParameters(_ input: Span<UInt8>) throws(Malformed) {
        while take(UInt8(ascii: ";"), input) {
            skipSpaces(input)
            _ = try key(input)
            if take(UInt8(ascii: "="), input) { _ = try bareItem(input) }
        }
    }

    /// What follows the parenthesis that opens the list. Lists are not nested (RFC 8941 §3.1.1).
    private mutating func innerList(_ input: Span<UInt8>) throws(Malformed) -> Value {
        while true {
            skipSpaces(input)
            if take(UInt8(ascii: ")"), input) { return .other }
            _ = try bareItem(input)
            try skipParameters(input)
            guard position < input.count, input[position] == .space || input[position] == UInt8(ascii: ")") else {
                throw Malformed()
            }
        }
    }

    // MARK: Octets

    private mutating func take(_ octet: UInt8, _ input: Span<UInt8>) -> Bool {
        guard position < input.count, input[position] == octet else { return false }
        position += 1
        return true
    }

    private mutating func skipSpaces(_ input: Span<UInt8>) {
        while position < input.count, input[position] == .space { position += 1 }
    }

    private mutating func skipWhitespace(_ input: Span<UInt8>) {
        while position < input.count, input[position].isWhitespace { position += 1 }
    }

    private mutating func bareItem(_ input: Span<UInt8>) throws(Malformed) -> Value {
        try Self.bareItem(input, &position)
    }
}
