internal import Netius

extension OutputBuffer {
    /// Appends octets with `\xHH` for each that could end a quoted string or a line, or is not printable ASCII.
    ///
    /// - Parameters:
    ///   - octets: What a client sent.
    ///   - isQuoted: Whether it stands between quotes, where a space may be.
    func append(escaping octets: Span<UInt8>, isQuoted: Bool = true) {
        let first: UInt8 = isQuoted ? 0x20 : 0x21
        var start = 0
        var index = 0
        while index < octets.count {
            let octet = octets[index]
            if !octet.isPlain(from: first) {
                append(octets.extracting(start..<index))
                append("\\x")
                append(hexadecimalDigits: octet)
                start = index + 1
            }
            index += 1
        }
        append(octets.extracting(start..<octets.count))
    }

    /// Appends octets as part of a JSON string (RFC 8259 section 7); what is not UTF-8 becomes U+FFFD.
    func append(escapingForJSON octets: Span<UInt8>) {
        var isPlain = true
        for index in octets.indices where !octets[index].isPlain(from: 0x20) { isPlain = false }
        if isPlain { return append(octets) }
        var escaped: [UInt8] = []
        escaped.appendEscaped(String(decoding: [UInt8](octets), as: UTF8.self))
        append(escaped)
    }

    private func append(hexadecimalDigits octet: UInt8) {
        if octet < 0x10 { append(UInt8(ascii: "0")) }
        append(hexadecimal: Int(octet))
    }

    /// Appends a number that is not negative, in at least so many digits.
    func append(decimal number: Int, digits: Int) {
        var least = 10
        for _ in 1..<max(digits, 1) {
            if number < least { append(UInt8(ascii: "0")) }
            least *= 10
        }
        append(decimal: number)
    }

    /// Appends a duration that is not negative in seconds, with six decimals.
    func append(seconds duration: Duration) {
        let microseconds = Int(clamping: duration.clampedNanoseconds / 1000)
        append(decimal: microseconds / 1_000_000)
        append(UInt8(ascii: "."))
        append(decimal: microseconds % 1_000_000, digits: 6)
    }
}

extension UInt8 {
    /// Whether it is printable ASCII, from `first` on, that needs no escape between quotes.
    @inline(__always)
    fileprivate func isPlain(from first: UInt8) -> Bool {
        self >= first && self < 0x7F && self != UInt8(ascii: "\"") && self != UInt8(ascii: "\\")
    }
}
