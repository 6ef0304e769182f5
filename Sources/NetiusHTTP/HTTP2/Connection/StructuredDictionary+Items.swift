internal import Netius

extension StructuredDictionary {
    /// Reads a bare item and moves `position` behind it (RFC 8941 §4.2.3.1).
    static func bareItem(_ input: Span<UInt8>, _ position: inout Int) throws(Malformed) -> Value {
        guard position < input.count else { throw Malformed() }
        let first = input[position]
        if first.isDigit || first == UInt8(ascii: "-") { return try number(input, &position) }
        if first.isLetter || first == UInt8(ascii: "*") {
            skipToken(input, &position)
            return .other
        }
        position += 1
        switch first {
        case UInt8(ascii: "?"): return try boolean(input, &position)
        case UInt8(ascii: "\""): try skipString(input, &position)
        case UInt8(ascii: ":"): try skipByteSequence(input, &position)
        default: throw Malformed()
        }
        return .other
    }

    /// An integer has up to 15 digits; a decimal up to 12, a point, and one to three (RFC 8941 §4.2.4).
    private static func number(_ input: Span<UInt8>, _ position: inout Int) throws(Malformed) -> Value {
        let isNegative = input[position] == UInt8(ascii: "-")
        if isNegative { position += 1 }
        let start = position
        var magnitude = 0
        while position < input.count, input[position].isDigit {
            guard position - start < 15 else { throw Malformed() }
            magnitude = magnitude * 10 + Int(input[position] & 15)
            position += 1
        }
        let digits = position - start
        guard digits > 0 else { throw Malformed() }
        guard position < input.count, input[position] == UInt8(ascii: ".") else {
            return .integer(isNegative ? -magnitude : magnitude)
        }
        position += 1
        let fraction = position
        while position < input.count, input[position].isDigit { position += 1 }
        guard digits <= 12, 1...3 ~= position - fraction else { throw Malformed() }
        return .other
    }

    private static func boolean(_ input: Span<UInt8>, _ position: inout Int) throws(Malformed) -> Value {
        guard position < input.count else { throw Malformed() }
        defer { position += 1 }
        switch input[position] {
        case UInt8(ascii: "0"): return .boolean(false)
        case UInt8(ascii: "1"): return .boolean(true)
        default: throw Malformed()
        }
    }

    private static func skipToken(_ input: Span<UInt8>, _ position: inout Int) {
        position += 1
        while position < input.count,
            OctetSet.token.contains(input[position]) || input[position] == UInt8(ascii: ":")
                || input[position] == UInt8(ascii: "/")
        {
            position += 1
        }
    }

    /// Skips what follows the quote: printable ASCII, of which a quote and a backslash are escaped (RFC 8941 §4.2.5).
    private static func skipString(_ input: Span<UInt8>, _ position: inout Int) throws(Malformed) {
        while position < input.count {
            let octet = input[position]
            position += 1
            switch octet {
            case UInt8(ascii: "\""):
                return
            case UInt8(ascii: "\\"):
                guard position < input.count,
                    input[position] == UInt8(ascii: "\"") || input[position] == UInt8(ascii: "\\")
                else { throw Malformed() }
                position += 1
            case 0x20...0x7E:
                continue
            default:
                throw Malformed()
            }
        }
        throw Malformed()
    }

    /// Skips what follows the colon: characters of base64 up to another (RFC 8941 §4.2.7).
    private static func skipByteSequence(_ input: Span<UInt8>, _ position: inout Int) throws(Malformed) {
        while position < input.count {
            let octet = input[position]
            position += 1
            if octet == UInt8(ascii: ":") { return }
            guard
                octet.isLetter || octet.isDigit || octet == UInt8(ascii: "+") || octet == UInt8(ascii: "/")
                    || octet == UInt8(ascii: "=")
            else { throw Malformed() }
        }
        throw Malformed()
    }
}
