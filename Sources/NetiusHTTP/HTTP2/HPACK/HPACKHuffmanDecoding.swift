/// Reads Huffman-coded text (RFC 7541 §5.2).
enum HPACKHuffmanDecoding {
    /// How many octets the text of that many octets may become: no code has less than five bits.
    static func largestCount(of count: Int) -> Int { count * 8 / 5 }

    /// Codes of up to this many bits are looked up, in a table of two kilobytes; others are rare.
    private static let lookupBits = 10

    /// For each beginning of a text: the symbol in the high octet and the length of its code in the low one, or 0 if
    /// the code is longer than the beginning.
    private static let lookup: [UInt16] = {
        var table = [UInt16](repeating: 0, count: 1 << lookupBits)
        for symbol in HPACKHuffmanCode.symbols {
            let length = Int(HPACKHuffmanCode.lengths[Int(symbol)])
            guard length <= lookupBits else { break }
            let first = Int(HPACKHuffmanCode.codes[Int(symbol)]) << (lookupBits - length)
            for index in first..<first + 1 << (lookupBits - length) { table[index] = symbol << 8 | UInt16(length) }
        }
        return table
    }()

    /// The codes of one length that is not looked up, their bits at the top of 32.
    private struct LongCodes {
        var length: Int
        var first: UInt32
        var last: UInt32
        /// The place of the first one's symbol among ``HPACKHuffmanCode/symbols``.
        var place: Int
    }

    private static let longCodes: [LongCodes] = {
        var result: [LongCodes] = []
        for (place, symbol) in HPACKHuffmanCode.symbols.enumerated() {
            let length = Int(HPACKHuffmanCode.lengths[Int(symbol)])
            guard length > lookupBits else { continue }
            let code = HPACKHuffmanCode.codes[Int(symbol)] << UInt32(32 - length)
            if result.last?.length != length {
                result.append(LongCodes(length: length, first: code, last: code, place: place))
            }
            result[result.count - 1].last = code
        }
        return result
    }()

    /// Writes the octets that the text of the range stands for into the target, from `start` on, where there must be
    /// room for ``largestCount(of:)``. Returns their number.
    static func decode(
        _ input: Span<UInt8>, _ range: Range<Int>, into target: inout MutableSpan<UInt8>, at start: Int
    ) throws(HPACKError) -> Int {
        // A lookup must not retain the table each time.
        let table = lookup
        let lookup = table.span
        var (position, written) = (range.lowerBound, start)
        // The next bits of the text, at the top, and how many there are. Below them are zeros.
        var (bits, count): (UInt64, Int) = (0, 0)
        while true {
            while count <= 56, position < range.upperBound {
                bits |= UInt64(input[position]) << UInt64(56 - count)
                count += 8
                position += 1
            }
            let entry = lookup[Int(truncatingIfNeeded: bits >> UInt64(64 - lookupBits))]
            var (octet, length) = (UInt8(truncatingIfNeeded: entry >> 8), Int(entry & 0xFF))
            if length == 0 { (octet, length) = try decodeLong(bits, count) }
            guard length <= count else { break }
            target[written] = octet
            written += 1
            bits <<= UInt64(length)
            count -= length
        }
        // What is left is the beginning of EOS, whose bits are ones, and less than an octet.
        guard count < 8, bits == ~(UInt64.max >> UInt64(count)) else { throw .invalidPadding }
        return written - start
    }

    @inline(never)
    private static func decodeLong(_ bits: UInt64, _ count: Int) throws(HPACKError) -> (UInt8, Int) {
        let code = UInt32(truncatingIfNeeded: bits >> 32)
        for codes in longCodes where code >> UInt32(32 - codes.length) <= codes.last >> UInt32(32 - codes.length) {
            guard codes.length <= count else { return (0, codes.length) }
            let place = codes.place + Int((code - codes.first) >> UInt32(32 - codes.length))
            let symbol = HPACKHuffmanCode.symbols[place]
            guard symbol < HPACKHuffmanCode.endOfString else { throw .endOfString }
            return (UInt8(truncatingIfNeeded: symbol), codes.length)
        }
        // Not reached: the last code of the greatest length is all ones.
        throw .invalidPadding
    }
}
