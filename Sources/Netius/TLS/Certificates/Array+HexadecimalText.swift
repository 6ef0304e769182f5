extension [UInt8] {
    /// The octets in upper-case hexadecimal digits, two for each, with the separator between octets: `AB:CD`.
    func hexadecimalText(separator: UInt8? = nil) -> String {
        var digits: [UInt8] = []
        digits.reserveCapacity(count * 3)
        for octet in self {
            if let separator, !digits.isEmpty { digits.append(separator) }
            for digit in [octet >> 4, octet & 15] {
                digits.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10)
            }
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// The octets that hexadecimal digits stand for, in either case; nil where anything else is among them, or half of
    /// an octet.
    package init?(hexadecimalText text: some Collection<UInt8>) {
        self.init()
        reserveCapacity(text.count / 2)
        var high: UInt8?
        for character in text {
            let digit: UInt8
            switch character {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = character - UInt8(ascii: "0")
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = character - UInt8(ascii: "A") + 10
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = character - UInt8(ascii: "a") + 10
            default: return nil
            }
            if let first = high {
                append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        guard high == nil else { return nil }
    }
}
