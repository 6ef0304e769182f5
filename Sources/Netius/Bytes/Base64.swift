/// Base64 (RFC 4648 section 4), read by the letter: padded, without line ends, no bit set that is not part of an octet.
package enum Base64 {
    /// The octets that the text stands for; nil where it is not Base64.
    package static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        var octets: [UInt8] = []
        octets.reserveCapacity(text.count / 4 * 3)
        var index = 0
        while index < text.count {
            let isLast = index + 4 == text.count
            let padding = isLast ? padding(text, index) : 0
            var bits: UInt32 = 0
            for offset in 0..<4 - padding {
                guard let value = text[index + offset].base64Value else { return nil }
                bits |= UInt32(value) << UInt32(18 - 6 * offset)
            }
            guard bits & (padding == 2 ? 0xFFFF : padding == 1 ? 0xFF : 0) == 0 else { return nil }
            for shift in [UInt32(16), 8, 0].prefix(3 - padding) {
                octets.append(UInt8(truncatingIfNeeded: bits >> shift))
            }
            index += 4
        }
        return octets
    }

    private static func padding(_ text: Span<UInt8>, _ index: Int) -> Int {
        guard text[index + 3] == UInt8(ascii: "=") else { return 0 }
        return text[index + 2] == UInt8(ascii: "=") ? 2 : 1
    }
}
