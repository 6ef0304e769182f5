internal import Netius

/// Reads the challenges of one field in one pass. Commas separate both the challenges and their parameters: what follows
/// one is a parameter if it has a `=`, and a scheme otherwise.
struct HTTPChallengeReader {
    private var position = 0
    private let end: Int

    init(end: Int) {
        self.end = end
    }

    /// The next challenge; nil at the end of what is well-formed, and nil within where one is to be left out.
    mutating func next(in input: Span<UInt8>) -> HTTPChallenge?? {
        skipSeparators(input)
        let scheme = token(input)
        guard !scheme.isEmpty else { return .none }
        var challenge = HTTPChallenge(scheme: Self.lowercased(input, scheme))
        guard position < end, input[position] != UInt8(ascii: ",") else { return .some(challenge) }
        guard skipWhitespace(input) else { return stop() }
        if let token = token68(input) {
            challenge.token68 = input.text(token)
            return .some(challenge)
        }
        var isValid = true
        while true {
            skipSeparators(input)
            let start = position
            let name = token(input)
            guard !name.isEmpty else { break }
            _ = skipWhitespace(input)
            guard position < end, input[position] == UInt8(ascii: "=") else {
                // The next scheme.
                position = start
                break
            }
            position += 1
            _ = skipWhitespace(input)
            guard let value = value(input) else { return stop() }
            let key = Self.lowercased(input, name)
            isValid =
                isValid && challenge.parameters[key] == nil
                && challenge.parameters.count < HTTPChallenge.maximumParameters
            if isValid { challenge.parameters[key] = value }
            _ = skipWhitespace(input)
            guard position == end || input[position] == UInt8(ascii: ",") else { return stop() }
        }
        return .some(isValid ? challenge : nil)
    }

    private mutating func stop() -> HTTPChallenge?? {
        position = end
        return .none
    }

    /// `token68 = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="`, with nothing behind it.
    private mutating func token68(_ input: Span<UInt8>) -> Range<Int>? {
        let start = position
        var index = start
        while index < end, Self.isToken68(input[index]) { index += 1 }
        guard index > start else { return nil }
        while index < end, input[index] == UInt8(ascii: "=") { index += 1 }
        var rest = index
        while rest < end, input[rest].isWhitespace { rest += 1 }
        guard rest == end || input[rest] == UInt8(ascii: ",") else { return nil }
        position = rest
        return start..<index
    }

    private static func isToken68(_ octet: UInt8) -> Bool {
        OctetSet.unreserved.contains(octet) || octet == UInt8(ascii: "+") || octet == UInt8(ascii: "/")
    }

    /// `token / quoted-string`, without the quotes and what they needed.
    private mutating func value(_ input: Span<UInt8>) -> String? {
        let start = position
        if start < end, input[start] == UInt8(ascii: "\"") {
            guard let text = HTTPParameters.quotedString(input, from: start, to: end) else { return nil }
            position = text.upperBound + 1
            let parameter = HTTPParameter(name: start..<start, value: text, isQuoted: true)
            return String(decoding: parameter.octets(in: input), as: UTF8.self)
        }
        let value = token(input)
        return value.isEmpty ? nil : input.text(value)
    }

    private mutating func token(_ input: Span<UInt8>) -> Range<Int> {
        let start = position
        position = input.endOfToken(from: start, to: end)
        return start..<position
    }

    /// Whether there is any.
    private mutating func skipWhitespace(_ input: Span<UInt8>) -> Bool {
        let start = position
        while position < end, input[position].isWhitespace { position += 1 }
        return position > start
    }

    private mutating func skipSeparators(_ input: Span<UInt8>) {
        while position < end, input[position].isWhitespace || input[position] == UInt8(ascii: ",") { position += 1 }
    }

    private static func lowercased(_ input: Span<UInt8>, _ range: Range<Int>) -> String {
        String(decoding: range.map { input[$0].lowercased }, as: UTF8.self)
    }
}
