import TestSupport

/// Writes header blocks octet by octet (RFC 7541 §6): literals only, unless a test asks for something else.
enum RawHPACK {
    enum Indexing { case incremental, none, never }

    /// A field or a list of them as literals with new names, which leave no trace in a table.
    static func block(_ fields: [(String, String)]) -> [UInt8] {
        var block: [UInt8] = []
        for (name, value) in fields { block += literal(name, value) }
        return block
    }

    /// The representation of a request of no content.
    static func request(
        _ method: String = "GET", _ path: String = "/", scheme: String = "http", _ fields: [(String, String)] = []
    ) -> [UInt8] {
        let pseudo = [(":method", method), (":scheme", scheme), (":authority", "localhost"), (":path", path)]
        return block(pseudo + fields)
    }

    static func literal(
        _ name: String, _ value: String, _ indexing: Indexing = .none, huffman: Bool = false
    ) -> [UInt8] {
        integer(0, indexing) + string(name, huffman: huffman) + string(value, huffman: huffman)
    }

    /// A literal whose name is in a table.
    static func literal(
        index: Int, _ value: String, _ indexing: Indexing = .none, huffman: Bool = false
    ) -> [UInt8] {
        integer(index, indexing) + string(value, huffman: huffman)
    }

    static func indexed(_ index: Int) -> [UInt8] { integer(index, prefix: 7, 0x80) }

    static func sizeUpdate(_ size: Int) -> [UInt8] { integer(size, prefix: 5, 0x20) }

    /// A string as its octets, or Huffman-encoded (§5.2).
    static func string(_ text: String, huffman: Bool = false) -> [UInt8] {
        let octets = Array(text.utf8)
        guard huffman else { return integer(octets.count, prefix: 7, 0) + octets }
        let encoded = RawHuffman.encode(octets)
        return integer(encoded.count, prefix: 7, 0x80) + encoded
    }

    /// An integer whose first octet it shares with a pattern (§5.1).
    static func integer(_ value: Int, prefix: Int, _ pattern: UInt8) -> [UInt8] {
        let largest = 1 << prefix - 1
        guard value >= largest else { return [pattern | UInt8(value)] }
        var octets = [pattern | UInt8(largest)]
        var rest = value - largest
        while rest >= 128 {
            octets.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return octets + [UInt8(rest)]
    }

    private static func integer(_ value: Int, _ indexing: Indexing) -> [UInt8] {
        switch indexing {
        case .incremental: integer(value, prefix: 6, 0x40)
        case .none: integer(value, prefix: 4, 0x00)
        case .never: integer(value, prefix: 4, 0x10)
        }
    }
}
