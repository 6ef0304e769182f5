import TestSupport

/// Reads the header blocks of a server, slowly and strictly (RFC 7541).
struct RawHPACKReader {
    private var table: [(String, String)] = []
    private var maximumSize = 4096

    /// What a client's SETTINGS_HEADER_TABLE_SIZE allows the server to use.
    var allowedSize = 4096

    /// The fields of one block.
    mutating func fields(of block: [UInt8]) throws -> [(String, String)] {
        var rest = block[...]
        var fields: [(String, String)] = []
        while let first = rest.first {
            switch first {
            case 0x80...:
                fields.append(try entry(at: try Self.integer(&rest, prefix: 7)))
            case 0x40...:
                let field = try literal(&rest, prefix: 6)
                insert(field)
                fields.append(field)
            case 0x20...:
                guard fields.isEmpty else { throw RawError.malformed("a table size update after a field") }
                maximumSize = try Self.integer(&rest, prefix: 5)
                evict()
                continue
            default:
                fields.append(try literal(&rest, prefix: 4))
            }
            // What the client has made smaller the server has to confirm at the next block's beginning (§4.2).
            guard maximumSize <= allowedSize else { throw RawError.malformed("a table larger than allowed") }
        }
        return fields
    }

    private func literal(_ rest: inout ArraySlice<UInt8>, prefix: Int) throws -> (String, String) {
        let index = try Self.integer(&rest, prefix: prefix)
        let name = try index == 0 ? Self.string(&rest) : entry(at: index).0
        return (name, try Self.string(&rest))
    }

    private func entry(at index: Int) throws -> (String, String) {
        let entries = Self.staticTable.count
        if (1...entries).contains(index) { return Self.staticTable[index - 1] }
        guard index > entries, index - entries <= table.count else { throw RawError.malformed("index \(index)") }
        return table[index - entries - 1]
    }

    private mutating func insert(_ field: (String, String)) {
        table.insert(field, at: 0)
        evict()
    }

    private mutating func evict() {
        while table.reduce(0, { $0 + $1.0.utf8.count + $1.1.utf8.count + 32 }) > maximumSize { table.removeLast() }
    }

    private static func integer(_ rest: inout ArraySlice<UInt8>, prefix: Int) throws -> Int {
        let largest = 1 << prefix - 1
        guard let first = rest.popFirst() else { throw RawError.malformed("a block that is cut off") }
        var value = Int(first) & largest
        guard value == largest else { return value }
        for shift in stride(from: 0, through: 28, by: 7) {
            guard let octet = rest.popFirst() else { break }
            value += Int(octet & 0x7F) << shift
            if octet < 0x80 { return value }
        }
        throw RawError.malformed("an integer that does not end")
    }

    private static func string(_ rest: inout ArraySlice<UInt8>) throws -> String {
        let isHuffman = (rest.first ?? 0) & 0x80 != 0
        let count = try integer(&rest, prefix: 7)
        guard count <= rest.count else { throw RawError.malformed("a string that is cut off") }
        let octets = rest.prefix(count)
        rest = rest.dropFirst(count)
        guard isHuffman else { return String(decoding: octets, as: UTF8.self) }
        guard let decoded = RawHuffman.decode(octets) else { throw RawError.malformed("a wrong Huffman code") }
        return String(decoding: decoded, as: UTF8.self)
    }

    /// Appendix A.
    private static let staticTable: [(String, String)] = [
        (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"),
        (":scheme", "http"), (":scheme", "https"), (":status", "200"), (":status", "204"), (":status", "206"),
        (":status", "304"), (":status", "400"), (":status", "404"), (":status", "500"), ("accept-charset", ""),
        ("accept-encoding", "gzip, deflate"), ("accept-language", ""), ("accept-ranges", ""), ("accept", ""),
        ("access-control-allow-origin", ""), ("age", ""), ("allow", ""), ("authorization", ""),
        ("cache-control", ""), ("content-disposition", ""), ("content-encoding", ""), ("content-language", ""),
        ("content-length", ""), ("content-location", ""), ("content-range", ""), ("content-type", ""),
        ("cookie", ""), ("date", ""), ("etag", ""), ("expect", ""), ("expires", ""), ("from", ""), ("host", ""),
        ("if-match", ""), ("if-modified-since", ""), ("if-none-match", ""), ("if-range", ""),
        ("if-unmodified-since", ""), ("last-modified", ""), ("link", ""), ("location", ""), ("max-forwards", ""),
        ("proxy-authenticate", ""), ("proxy-authorization", ""), ("range", ""), ("referer", ""), ("refresh", ""),
        ("retry-after", ""), ("server", ""), ("set-cookie", ""), ("strict-transport-security", ""),
        ("transfer-encoding", ""), ("user-agent", ""), ("vary", ""), ("via", ""), ("www-authenticate", ""),
    ]
}
