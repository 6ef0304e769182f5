/// What is told apart from all others by 122 random bits: a UUID (RFC 9562 section 5.4).
enum RandomIdentifier {
    /// Such as `B7863809-1B29-4F39-9CF4-80F1DE4A9405`.
    static func make() -> String {
        let high = UInt64.random(in: 0 ... .max) & ~0xF000 | 0x4000
        let low = UInt64.random(in: 0 ... .max) & ~(3 << 62) | 2 << 62
        return text(high, low)
    }

    /// The text of a UUID (section 4), in capitals.
    static func text(_ high: UInt64, _ low: UInt64) -> String {
        var digits: [UInt8] = []
        digits.reserveCapacity(36)
        for position in 0..<32 {
            if position == 8 || position == 12 || position == 16 || position == 20 { digits.append(UInt8(ascii: "-")) }
            let half = position < 16 ? high : low
            let digit = UInt8(truncatingIfNeeded: half >> UInt64(60 - position % 16 * 4)) & 15
            digits.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10)
        }
        return String(decoding: digits, as: UTF8.self)
    }
}
