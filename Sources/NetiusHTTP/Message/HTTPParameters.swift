/// Where one parameter, `name=value`, is in the input.
struct HTTPParameter {
    var name: Range<Int>
    /// Without the quotes of a quoted string.
    var value: Range<Int>
    var isQuoted: Bool
}

/// Reads `parameters = *( OWS ";" OWS [ parameter ] )` one by one, without copying (RFC 9110 §5.6.6).
struct HTTPParameters {
    /// What stands where a parameter should is none.
    struct Malformed: Error {}

    private(set) var position: Int
    private let end: Int

    /// Reads what follows the value that the parameters belong to.
    init(_ range: Range<Int>) {
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next parameter; nil at the end.
    mutating func next(in input: Span<UInt8>) throws(Malformed) -> HTTPParameter? {
        while true {
            skipWhitespace(input)
            guard position < end else { return nil }
            guard input[position] == UInt8(ascii: ";") else { throw Malformed() }
            position += 1
            skipWhitespace(input)
            guard position < end else { return nil }
            // An empty parameter is allowed.
            if input[position] != UInt8(ascii: ";") { return try parameter(input) }
        }
    }

    private mutating func parameter(_ input: Span<UInt8>) throws(Malformed) -> HTTPParameter {
        let name = position..<input.endOfToken(from: position, to: end)
        position = name.upperBound
        guard !name.isEmpty, position < end, input[position] == UInt8(ascii: "=") else { throw Malformed() }
        position += 1
        guard position < end else { throw Malformed() }
        if input[position] == UInt8(ascii: "\"") {
            guard let value = Self.quotedString(input, from: position, to: end) else { throw Malformed() }
            position = value.upperBound + 1
            return HTTPParameter(name: name, value: value, isQuoted: true)
        }
        let value = position..<input.endOfToken(from: position, to: end)
        guard !value.isEmpty else { throw Malformed() }
        position = value.upperBound
        return HTTPParameter(name: name, value: value, isQuoted: false)
    }

    private mutating func skipWhitespace(_ input: Span<UInt8>) {
        while position < end, input[position].isWhitespace { position += 1 }
    }

    /// What stands between the quote at `start` and the one that ends the string (RFC 9110 §5.6.4); nil if none does.
    static func quotedString(_ input: Span<UInt8>, from start: Int, to end: Int) -> Range<Int>? {
        var index = start + 1
        while index < end {
            if input[index] == UInt8(ascii: "\"") { return start + 1..<index }
            // A backslash takes the next octet with it.
            index += input[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }
}

extension HTTPParameter {
    /// The octets of the value, with those of a quoted string unescaped.
    func octets(in input: Span<UInt8>) -> [UInt8] {
        var octets: [UInt8] = []
        guard isQuoted else {
            octets.append(input, value)
            return octets
        }
        var index = value.lowerBound
        while index < value.upperBound {
            if input[index] == UInt8(ascii: "\\"), index + 1 < value.upperBound { index += 1 }
            octets.append(input[index])
            index += 1
        }
        return octets
    }
}
