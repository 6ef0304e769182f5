import TestSupport

/// The Huffman code of RFC 7541 appendix B, slowly and from nothing but the lengths: the code is canonical, so codes of
/// one length follow each other in the order of their symbols.
enum RawHuffman {
    /// The length of each symbol's code, and last that of EOS: A stands for five bits, B for six, and so on.
    private static let lengths = Array(
        """
        ISXXXXXXXTZXXZXXXXXXXXZXXXXXXXXXBFFHIBDGFFDGDBBBAAABBBBBBBCDKBHFIBCCCCCCCCCCCCCCCCCCCCCCDCDIOIJB\
        KABABABBBACCBBBABCBAABCCCCCKGJIXPRPPRRRSRSSSSSTSTTRSTSSSSQRSRSSTRQPRRSSQSRRTQRSSQQRQSRSSPRRRSRRS\
        VVPORSRUVVVWWVTUOQVWWVWTQQVVXWWWPTPQRQQSRRUUTTVSVWVVWWWWWXWWWWWVZ
        """.utf8
    ).map { Int($0) - 60 }

    private static let endOfString = 256

    /// The code of each symbol, without leading zeros.
    private static let codes: [UInt32] = {
        var codes = [UInt32](repeating: 0, count: lengths.count)
        var next: UInt32 = 0
        for length in 1...30 {
            next <<= 1
            for symbol in codes.indices where lengths[symbol] == length {
                codes[symbol] = next
                next += 1
            }
        }
        return codes
    }()

    private static let symbols: [Code: Int] = Dictionary(
        uniqueKeysWithValues: codes.indices.map { (Code(bits: codes[$0], length: lengths[$0]), $0) })

    private struct Code: Hashable {
        var bits: UInt32
        var length: Int
    }

    /// The bits of the symbols, padded with `padding` up to a whole octet.
    static func encode(_ octets: [UInt8], padding: UInt8 = 1) -> [UInt8] {
        pack(octets.flatMap { bits(of: Int($0)) }, padding: padding)
    }

    /// Symbols of which the last is EOS, which nobody may send (§5.2).
    static func encodeWithEnd(_ octets: [UInt8]) -> [UInt8] {
        pack(octets.flatMap { bits(of: Int($0)) } + bits(of: endOfString), padding: 1)
    }

    private static func bits(of symbol: Int) -> [UInt8] {
        (0..<lengths[symbol]).reversed().map { UInt8(codes[symbol] >> UInt32($0) & 1) }
    }

    private static func pack(_ bits: [UInt8], padding: UInt8) -> [UInt8] {
        stride(from: 0, to: bits.count, by: 8).map { start in
            (start..<(start + 8)).reduce(0) { $0 << 1 | ($1 < bits.count ? bits[$1] : padding) }
        }
    }

    /// Nil where the octets are not such a string.
    static func decode(_ octets: ArraySlice<UInt8>) -> [UInt8]? {
        var decoded: [UInt8] = []
        var code = Code(bits: 0, length: 0)
        for octet in octets {
            for shift in (0..<8).reversed() {
                code.bits = code.bits << 1 | UInt32(octet >> UInt8(shift) & 1)
                code.length += 1
                guard code.length <= 30 else { return nil }
                guard let symbol = symbols[code] else { continue }
                guard symbol != endOfString else { return nil }
                decoded.append(UInt8(symbol))
                code = Code(bits: 0, length: 0)
            }
        }
        return code.length < 8 && code.bits == 1 << UInt32(code.length) - 1 ? decoded : nil
    }
}
