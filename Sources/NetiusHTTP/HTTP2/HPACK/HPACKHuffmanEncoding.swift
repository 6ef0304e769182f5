/// Writes text in the Huffman code (RFC 7541 §5.2).
enum HPACKHuffmanEncoding {
    /// For each octet its code, and in the low eight bits the code's length.
    private static let codes: [UInt64] = (0..<HPACKHuffmanCode.endOfString).map {
        UInt64(HPACKHuffmanCode.codes[$0]) << 8 | UInt64(HPACKHuffmanCode.lengths[$0])
    }

    /// How many octets the text becomes.
    static func count(of text: Span<UInt8>) -> Int {
        let table = HPACKHuffmanCode.lengths
        let lengths = table.span
        var bits = 0
        for index in text.indices { bits += Int(lengths[Int(text[index])]) }
        return (bits + 7) / 8
    }

    /// Writes the text as octets of the code, of which there must be room for ``count(of:)``.
    static func encode(_ text: Span<UInt8>, into target: inout MutableSpan<UInt8>) {
        let table = codes
        let codes = table.span
        var written = 0
        // The bits that are not written yet, at the bottom, and how many there are: less than 8 after each octet.
        var (bits, count): (UInt64, UInt64) = (0, 0)
        for index in text.indices {
            let code = codes[Int(text[index])]
            bits = bits << (code & 0xFF) | code >> 8
            count += code & 0xFF
            while count >= 8 {
                count -= 8
                target[written] = UInt8(truncatingIfNeeded: bits >> count)
                written += 1
            }
        }
        // The rest is filled with the beginning of EOS.
        if count > 0 { target[written] = UInt8(truncatingIfNeeded: bits << (8 - count) | 0xFF >> count) }
    }
}
