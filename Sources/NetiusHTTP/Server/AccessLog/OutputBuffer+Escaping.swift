internal import Netius

extension OutputBuffer {
    /// Appends octets with `\xHH` for each that could end a quoted string or a line, or is not printable ASCII.
    ///
    /// - Parameters:
    ///   - octets: What a client sent.
    ///   - isQuoted: Whether it stands between quotes, where a space may be.
    func append(escaping octets: Span<UInt8>, isQuoted: Bool = true) {
        var start = 0
        while start < octets.count {
            var end = octets.endOfPlainText(from: start, to: octets.count)
            if !isQuoted, let space = (start..<end).first(where: { octets[$0] == .space }) { end = space }
            append(octets.extracting(start..<end))
            guard end < octets.count else { return }
            append("\\x")
            append(hexadecimalDigits: octets[end])
            start = end + 1
        }
    }

    /// Appends octets as part of a JSON string (RFC 8259 section 7); what is not UTF-8 becomes U+FFFD.
    func append(escapingForJSON octets: Span<UInt8>) {
        if octets.endOfPlainText(from: 0, to: octets.count) == octets.count { return append(octets) }
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
