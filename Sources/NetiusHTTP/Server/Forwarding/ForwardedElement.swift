internal import Netius

/// What one proxy says of a request in a Forwarded field (RFC 7239 section 4).
struct ForwardedElement: Equatable {
    /// Who the proxy had the request from.
    var node: ForwardedNode?
    /// The scheme that the request was made with, in lower case.
    var scheme: String?
    /// The Host field as the proxy received it.
    var host: String?

    private var hasBy = false

    /// Reads `[ forwarded-pair ] *( ";" [ forwarded-pair ] )`; nil for anything else, such as a value that its parameter
    /// cannot have, or a parameter that is there twice.
    init?(_ input: Span<UInt8>, _ range: Range<Int>) {
        var index = range.lowerBound
        while true {
            if index < range.upperBound, input[index] != UInt8(ascii: ";") {
                guard let next = readPair(input, index..<range.upperBound) else { return nil }
                index = next
            }
            guard index < range.upperBound else { return }
            guard input[index] == UInt8(ascii: ";") else { return nil }
            index += 1
        }
    }

    /// Reads `token "=" value` at the beginning of the range; where it ends, or nil if it is malformed.
    private mutating func readPair(_ input: Span<UInt8>, _ range: Range<Int>) -> Int? {
        let end = range.upperBound
        let name = range.lowerBound..<input.endOfToken(from: range.lowerBound, to: end)
        guard !name.isEmpty, name.upperBound < end, input[name.upperBound] == UInt8(ascii: "=") else { return nil }
        let start = name.upperBound + 1
        guard start < end else { return nil }
        guard input[start] == UInt8(ascii: "\"") else {
            let value = start..<input.endOfToken(from: start, to: end)
            guard !value.isEmpty, set(input, name, to: input.extracting(value)) else { return nil }
            return value.upperBound
        }
        guard let (value, hasEscapes) = Self.quoted(input, start + 1..<end) else { return nil }
        let isValid =
            hasEscapes
            ? set(input, name, to: Self.unescaped(input, value).span) : set(input, name, to: input.extracting(value))
        return isValid ? value.upperBound + 1 : nil
    }

    /// Where a quoted string's text ends, which begins at the range's beginning (RFC 9110 section 5.6.4).
    private static func quoted(_ input: Span<UInt8>, _ range: Range<Int>) -> (text: Range<Int>, hasEscapes: Bool)? {
        var index = range.lowerBound
        var hasEscapes = false
        while index < range.upperBound {
            switch input[index] {
            case UInt8(ascii: "\""): return (range.lowerBound..<index, hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                index += 1
                guard index < range.upperBound, input[index].isFieldText else { return nil }
            case let octet where !octet.isFieldText: return nil
            default: break
            }
            index += 1
        }
        return nil
    }

    private static func unescaped(_ input: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
        var text: [UInt8] = []
        var index = range.lowerBound
        while index < range.upperBound {
            if input[index] == UInt8(ascii: "\\") { index += 1 }
            text.append(input[index])
            index += 1
        }
        return text
    }

    /// Takes in a parameter; false where it is malformed or was there before.
    private mutating func set(_ input: Span<UInt8>, _ name: Range<Int>, to value: Span<UInt8>) -> Bool {
        if input.equals("for", in: name) {
            guard node == nil, let read = ForwardedNode(value) else { return false }
            node = read
        } else if input.equals("proto", in: name) {
            guard scheme == nil, let read = Self.scheme(value) else { return false }
            scheme = read
        } else if input.equals("host", in: name) {
            guard host == nil, let read = Self.host(value) else { return false }
            host = read
        } else if input.equals("by", in: name) {
            guard !hasBy, ForwardedNode(value) != nil else { return false }
            hasBy = true
        }
        return true
    }

    /// A URI's scheme (RFC 3986 section 3.1), in lower case.
    static func scheme(_ value: Span<UInt8>) -> String? {
        guard !value.isEmpty, value[0].isLetter else { return nil }
        var text: [UInt8] = []
        for index in value.indices {
            let octet = value[index]
            guard octet.isLetter || octet.isDigit || [0x2B, 0x2D, 0x2E].contains(octet) else { return nil }
            text.append(octet.lowercased)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// What a Host field may say (RFC 9110 section 7.2).
    static func host(_ value: Span<UInt8>) -> String? {
        guard HTTPAuthority.isValid(value, 0..<value.count) else { return nil }
        return String(decoding: [UInt8](value), as: UTF8.self)
    }
}
