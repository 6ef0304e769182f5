/// CRC-32C (RFC 9260 appendix A): tells what was torn or rotted on a disk, not what somebody changed.
struct Checksum {
    private var remainder: UInt32 = .max

    /// Of what was appended so far.
    var value: UInt32 { ~remainder }

    mutating func append(_ bytes: [UInt8]) {
        append(bytes[...])
    }

    /// Eight octets at a time, each by the table that tells what it comes to behind those after it.
    mutating func append(_ bytes: ArraySlice<UInt8>) {
        let tables = Self.tables
        var remainder = remainder
        var index = bytes.startIndex
        while bytes.endIndex - index >= 8 {
            let first =
                UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2]) << 16
                | UInt32(bytes[index + 3]) << 24
            let mixed = first ^ remainder
            remainder =
                tables[7 << 8 | Int(mixed & 0xFF)] ^ tables[6 << 8 | Int(mixed >> 8 & 0xFF)]
                ^ tables[5 << 8 | Int(mixed >> 16 & 0xFF)] ^ tables[4 << 8 | Int(mixed >> 24)]
            remainder ^= tables[3 << 8 | Int(bytes[index + 4])] ^ tables[2 << 8 | Int(bytes[index + 5])]
            remainder ^= tables[1 << 8 | Int(bytes[index + 6])] ^ tables[Int(bytes[index + 7])]
            index += 8
        }
        while index < bytes.endIndex {
            remainder = tables[Int((remainder ^ UInt32(bytes[index])) & 0xFF)] ^ remainder >> 8
            index += 1
        }
        self.remainder = remainder
    }

    static func of(_ bytes: [UInt8]) -> UInt32 { of(bytes[...]) }

    static func of(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var checksum = Checksum()
        checksum.append(bytes)
        return checksum.value
    }

    /// Eight tables of 256, one behind the other: the first for an octet that is the last, the next for one that is
    /// followed by another, and so on.
    private static let tables: [UInt32] = {
        var tables = (0..<256 as Range<UInt32>).map { number in
            (0..<8).reduce(number) { value, _ in value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
        }
        tables.reserveCapacity(8 << 8)
        for index in 256..<8 << 8 {
            let before = tables[index - 256]
            tables.append(tables[Int(before & 0xFF)] ^ before >> 8)
        }
        return tables
    }()
}
