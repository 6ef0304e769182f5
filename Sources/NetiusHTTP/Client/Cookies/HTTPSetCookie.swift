internal import Netius

/// What a Set-Cookie field says, read as user agents do: leniently (draft-ietf-httpbis-rfc6265bis §5.6).
struct HTTPSetCookie: Equatable {
    /// The most octets of an attribute's value; a longer one counts as not there.
    static let maximumAttributeLength = 1024

    var name = ""
    var value = ""
    var expires: Timestamp?
    /// In seconds.
    var maxAge: Int64?
    /// In lower case, without a leading dot; empty if not said.
    var domain = ""
    /// Nil if not said, or not a path.
    var path: String?
    var isSecure = false
    var isHTTPOnly = false
    var sameSite: HTTPCookie.SameSite?

    /// Nil for what is no cookie at all.
    init?(_ text: String, maximumLength: Int) {
        let octets = Array(text.utf8)
        let input = octets.span
        for octet in octets where octet < 0x20 && octet != .horizontalTab || octet == 0x7F { return nil }
        let end = input.firstIndex(of: UInt8(ascii: ";"), from: 0, to: octets.count)
        let equals = input.firstIndex(of: UInt8(ascii: "="), from: 0, to: end)
        // Without a `=` it is a value that has no name.
        let nameRange = input.trimmed(0..<(equals < end ? equals : 0))
        let valueRange = input.trimmed((equals < end ? equals + 1 : 0)..<end)
        guard nameRange.count + valueRange.count <= maximumLength, !nameRange.isEmpty || !valueRange.isEmpty else {
            return nil
        }
        name = input.text(nameRange)
        value = input.text(valueRange)
        var start = end + 1
        while start < octets.count {
            let end = input.firstIndex(of: UInt8(ascii: ";"), from: start, to: octets.count)
            let equals = input.firstIndex(of: UInt8(ascii: "="), from: start, to: end)
            readAttribute(input, input.trimmed(start..<equals), input.trimmed(min(equals + 1, end)..<end))
            start = end + 1
        }
    }

    /// Of attributes that are there twice the last counts.
    private mutating func readAttribute(_ input: Span<UInt8>, _ name: Range<Int>, _ value: Range<Int>) {
        guard value.count <= Self.maximumAttributeLength else { return }
        if input.equals("expires", in: name) {
            guard let seconds = HTTPCookieDate.secondsSince1970(input, value) else { return }
            expires = Timestamp(seconds: Int64(seconds))
        } else if input.equals("max-age", in: name) {
            guard let seconds = Self.seconds(input, value) else { return }
            maxAge = seconds
        } else if input.equals("domain", in: name) {
            let hasDot = !value.isEmpty && input[value.lowerBound] == UInt8(ascii: ".")
            let octets = (hasDot ? value.dropFirst() : value).map { input[$0].lowercased }
            domain = String(decoding: octets, as: UTF8.self)
        } else if input.equals("path", in: name) {
            let isPath = !value.isEmpty && input[value.lowerBound] == UInt8(ascii: "/")
            path = isPath ? input.text(value) : nil
        } else if input.equals("secure", in: name) {
            isSecure = true
        } else if input.equals("httponly", in: name) {
            isHTTPOnly = true
        } else if input.equals("samesite", in: name) {
            if input.equals("strict", in: value) {
                sameSite = .strict
            } else if input.equals("lax", in: value) {
                sameSite = .lax
            } else {
                sameSite = input.equals("none", in: value) ? HTTPCookie.SameSite.none : nil
            }
        }
    }

    /// `[ "-" ] 1*DIGIT`, where so many digits that no number has them count as the most.
    private static func seconds(_ input: Span<UInt8>, _ range: Range<Int>) -> Int64? {
        guard let first = range.first else { return nil }
        let isNegative = input[first] == UInt8(ascii: "-")
        let digits = isNegative ? range.dropFirst() : range
        guard !digits.isEmpty else { return nil }
        var number: Int64 = 0
        for index in digits {
            guard input[index].isDigit else { return nil }
            // More than anybody lives.
            number = min(number * 10 + Int64(input[index] - 48), 1_000_000_000_000)
        }
        return isNegative ? -number : number
    }
}
