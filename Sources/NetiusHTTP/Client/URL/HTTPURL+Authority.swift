internal import Netius

extension HTTPURL {
    /// `authority = [ userinfo "@" ] host [ ":" port ]` (RFC 3986 §3.2)
    mutating func readAuthority(
        _ input: Span<UInt8>, _ range: Range<Int>, isSocket: Bool
    ) throws(HTTPURLError) {
        var start = range.lowerBound
        let at = input.firstIndex(of: UInt8(ascii: "@"), from: start, to: range.upperBound)
        if at < range.upperBound {
            try readUserInformation(input, start..<at)
            start = at + 1
            // Which of two ends the user information, programs do not agree on.
            let second = input.firstIndex(of: UInt8(ascii: "@"), from: start, to: range.upperBound)
            guard second == range.upperBound else { throw .invalidUserInformation }
        }
        let rest = start..<range.upperBound
        if isSocket { try readSocketPath(input, rest) } else { try readHost(input, rest) }
    }

    /// `userinfo = *( unreserved / pct-encoded / sub-delims / ":" )`
    private mutating func readUserInformation(_ input: Span<UInt8>, _ range: Range<Int>) throws(HTTPURLError) {
        guard !range.isEmpty else { return }
        let colon = input.firstIndex(of: UInt8(ascii: ":"), from: range.lowerBound, to: range.upperBound)
        guard let user = Self.decoded(input, range.lowerBound..<colon, allowsColon: false) else {
            throw .invalidUserInformation
        }
        self.user = user
        guard colon < range.upperBound else { return }
        guard let password = Self.decoded(input, colon + 1..<range.upperBound, allowsColon: true) else {
            throw .invalidUserInformation
        }
        self.password = password
    }

    mutating func readSocketPath(_ input: Span<UInt8>, _ range: Range<Int>) throws(HTTPURLError) {
        host = "localhost"
        // A slash or an `@` is there as it is only after `unix:`.
        guard let path = Self.decoded(input, range, allowsColon: false, allowsSlash: true), path.utf8.count > 1,
            path.utf8.first == UInt8(ascii: "/") || path.utf8.first == UInt8(ascii: "@")
        else { throw .invalidSocketPath(input.text(range)) }
        socketPath = path
    }

    /// The decoded text without controls; nil if there is something that would have to be encoded.
    private static func decoded(
        _ input: Span<UInt8>, _ range: Range<Int>, allowsColon: Bool, allowsSlash: Bool = false
    ) -> String? {
        for index in range {
            switch input[index] {
            case UInt8(ascii: "%"): break
            case UInt8(ascii: ":"): guard allowsColon else { return nil }
            case UInt8(ascii: "/"), UInt8(ascii: "@"): guard allowsSlash else { return nil }
            case let octet: guard OctetSet.registeredName.contains(octet) else { return nil }
            }
        }
        guard let octets = PercentEncoding.decode(input, range), octets.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return nil }
        return String(validating: octets, as: UTF8.self)
    }

    private mutating func readHost(_ input: Span<UInt8>, _ range: Range<Int>) throws(HTTPURLError) {
        guard !range.isEmpty else { throw .missingHost }
        let end: Int
        if input[range.lowerBound] == UInt8(ascii: "[") {
            let bracket = input.firstIndex(of: UInt8(ascii: "]"), from: range.lowerBound, to: range.upperBound)
            guard bracket < range.upperBound else { throw .invalidHost(input.text(range)) }
            end = bracket + 1
            try readIPv6(input, range.lowerBound + 1..<bracket)
            guard end == range.upperBound || input[end] == UInt8(ascii: ":") else {
                throw .invalidHost(input.text(range))
            }
        } else {
            end = input.firstIndex(of: UInt8(ascii: ":"), from: range.lowerBound, to: range.upperBound)
            host = try Self.hostName(input, range.lowerBound..<end)
        }
        // `port = *DIGIT`: the empty one is the scheme's own (RFC 3986 §6.2.3).
        guard end + 1 < range.upperBound else { return }
        var number: UInt32 = 0
        for index in end + 1..<range.upperBound {
            guard input[index].isDigit else { throw .invalidPort }
            number = number * 10 + UInt32(input[index] - 48)
            guard number <= 65_535 else { throw .invalidPort }
        }
        port = UInt16(truncatingIfNeeded: number)
    }

    /// An IPv6 address, perhaps with a zone after `%25` (RFC 6874), or after `%` as it is written elsewhere.
    private mutating func readIPv6(_ input: Span<UInt8>, _ range: Range<Int>) throws(HTTPURLError) {
        let percent = input.firstIndex(of: UInt8(ascii: "%"), from: range.lowerBound, to: range.upperBound)
        guard let address = IPv6Address(utf8: input.extracting(range.lowerBound..<percent)) else {
            throw .invalidHost(input.text(range))
        }
        host = address.description
        guard percent < range.upperBound else { return }
        var start = percent + 1
        if range.upperBound - start >= 2, input[start] == UInt8(ascii: "2"), input[start + 1] == UInt8(ascii: "5") {
            start += 2
        }
        guard address.isZoned, let octets = PercentEncoding.decode(input, start..<range.upperBound),
            1...15 ~= octets.count, octets.allSatisfy(OctetSet.unreserved.contains)
        else { throw .invalidHost(input.text(range)) }
        zone = String(decoding: octets, as: UTF8.self)
    }
}
