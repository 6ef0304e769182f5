internal import Netius

/// The `xtext` of RFC 3461 section 4: octets of which `+`, `=` and what is not printable are `+` and two hexadecimal
/// digits.
enum SMTPXText {
    /// The text that is meant; nil for what is no xtext, or decodes to what is not printable. Octets of UTF-8 may stand
    /// as they are where it `allowsUTF8` (RFC 6533 section 3).
    static func decode(_ bytes: Span<UInt8>, _ range: Range<Int>, allowsUTF8: Bool = false) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            var octet = bytes[index]
            if octet == UInt8(ascii: "+") {
                guard index + 2 < range.upperBound, let high = digit(bytes[index + 1]),
                    let low = digit(bytes[index + 2])
                else { return nil }
                octet = high << 4 | low
                guard 0x20...0x7E ~= octet else { return nil }
                index += 2
            } else {
                guard 0x21...0x7E ~= octet && octet != UInt8(ascii: "=") || (allowsUTF8 && octet >= 0x80) else {
                    return nil
                }
            }
            decoded.append(octet)
            index += 1
        }
        return String(validating: decoded, as: UTF8.self)
    }

    /// Upper-case letters only, as the RFC has it.
    private static func digit(_ octet: UInt8) -> UInt8? {
        octet.isDigit || 0x41...0x46 ~= octet ? octet.hexadecimalValue : nil
    }
}
