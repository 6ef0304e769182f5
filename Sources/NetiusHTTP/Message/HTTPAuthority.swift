internal import Netius

/// The grammar of `uri-host [ ":" port ]` (RFC 9110 §7.2, RFC 3986 §3.2).
enum HTTPAuthority {
    /// Whether the octets of the range are a host that is not empty, and perhaps a port. User information is refused
    /// (RFC 9110 §4.2.4).
    static func isValid(_ input: Span<UInt8>, _ range: Range<Int>, portIsRequired: Bool = false) -> Bool {
        let end = range.upperBound
        var index = range.lowerBound
        guard index < end else { return false }
        if input[index] == UInt8(ascii: "[") {
            let start = index + 1
            while index < end, input[index] != UInt8(ascii: "]") { index += 1 }
            guard index < end, isLiteral(input, start..<index) else { return false }
            index += 1
        } else {
            index = endOfRegisteredName(input, range)
            guard index > range.lowerBound else { return false }
        }
        guard index < end else { return !portIsRequired }
        guard input[index] == UInt8(ascii: ":") else { return false }
        let digits = index + 1..<end
        if digits.isEmpty { return !portIsRequired }
        return isPort(input, digits)
    }

    private static func isPort(_ input: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var port = 0
        for index in range {
            guard input[index].isDigit else { return false }
            port = port * 10 + Int(input[index] - 48)
            guard port <= 65_535 else { return false }
        }
        return true
    }

    /// An incomplete percent-encoding ends the name.
    private static func endOfRegisteredName(_ input: Span<UInt8>, _ range: Range<Int>) -> Int {
        let end = range.upperBound
        var index = range.lowerBound
        while index < end {
            if OctetSet.registeredName.contains(input[index]) {
                index += 1
            } else if input[index] == UInt8(ascii: "%"), end - index > 2,
                input[index + 1].hexadecimalValue != nil, input[index + 2].hexadecimalValue != nil
            {
                index += 3
            } else {
                break
            }
        }
        return index
    }

    /// What stands between the brackets of an `IP-literal`: `IPv6address / IPvFuture`.
    private static func isLiteral(_ input: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard let first = range.first else { return false }
        return input[first].lowercased == UInt8(ascii: "v") ? isFuture(input, range) : isIPv6(input, range)
    }

    private static func isFuture(_ input: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var index = range.lowerBound + 1
        let version = index
        while index < range.upperBound, input[index].hexadecimalValue != nil { index += 1 }
        guard index > version, index < range.upperBound, input[index] == UInt8(ascii: ".") else { return false }
        let address = index + 1..<range.upperBound
        for index in address
        where !OctetSet.registeredName.contains(input[index]) && input[index] != UInt8(ascii: ":") { return false }
        return !address.isEmpty
    }

    private static func isIPv6(_ input: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let end = range.upperBound
        var index = range.lowerBound
        var groups = 0
        var isCompressed = false
        let colon = UInt8(ascii: ":")
        if end - index >= 2, input[index] == colon, input[index + 1] == colon {
            isCompressed = true
            index += 2
        }
        while index < end {
            let start = index
            while index < end, index - start < 4, input[index].hexadecimalValue != nil { index += 1 }
            guard index > start else { return false }
            if index < end, input[index] == UInt8(ascii: ".") {
                guard isIPv4(input, start..<end) else { return false }
                groups += 2
                break
            }
            groups += 1
            guard index < end else { break }
            // Between two groups stands one colon, or once in the address two, which may also end it.
            guard input[index] == colon, end - index > 1 else { return false }
            index += 1
            if input[index] == colon {
                guard !isCompressed else { return false }
                isCompressed = true
                index += 1
            }
        }
        return isCompressed ? groups <= 7 : groups == 8
    }

    private static func isIPv4(_ input: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var parts = 1
        var (digits, value) = (0, 0)
        for index in range {
            if input[index] == UInt8(ascii: ".") {
                guard digits > 0 else { return false }
                parts += 1
                (digits, value) = (0, 0)
            } else {
                guard input[index].isDigit, digits == 0 || value > 0 else { return false }
                value = value * 10 + Int(input[index] - 48)
                digits += 1
                guard value <= 255 else { return false }
            }
        }
        return parts == 4 && digits > 0
    }
}
