/// Writes the values of a record: numbers with the highest octet first, texts behind their length.
struct RecordWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    mutating func append(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

    mutating func append(_ number: some FixedWidthInteger & UnsignedInteger) {
        var shift = number.bitWidth
        while shift > 0 {
            shift -= 8
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    mutating func append(_ number: Int64) { append(UInt64(bitPattern: number)) }

    mutating func append(_ text: String) {
        append(UInt32(clamping: text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(_ text: String?) {
        append(text != nil)
        if let text { append(text) }
    }
}

/// Reads what `RecordWriter` wrote; what is anything else makes it throw.
struct RecordReader {
    private let bytes: [UInt8]
    private var position: Int
    private let end: Int

    /// What is no record.
    struct Malformed: Error {}

    init(_ bytes: [UInt8], _ range: Range<Int>? = nil) {
        self.bytes = bytes
        position = range?.lowerBound ?? 0
        end = min(range?.upperBound ?? bytes.count, bytes.count)
    }

    var isAtEnd: Bool { position >= end }

    mutating func byte() throws -> UInt8 {
        guard position < end else { throw Malformed() }
        position += 1
        return bytes[position - 1]
    }

    mutating func flag() throws -> Bool { try byte() != 0 }

    mutating func number<Number: FixedWidthInteger & UnsignedInteger>(_: Number.Type = Number.self) throws -> Number {
        var number: Number = 0
        for _ in 0..<Number.bitWidth / 8 { number = number << 8 | Number(try byte()) }
        return number
    }

    mutating func signed() throws -> Int64 { Int64(bitPattern: try number()) }

    mutating func text() throws -> String {
        let count = Int(try number(UInt32.self))
        guard count <= end - position,
            let text = String(validating: bytes[position..<position + count], as: UTF8.self)
        else { throw Malformed() }
        position += count
        return text
    }

    mutating func optionalText() throws -> String? { try flag() ? try text() : nil }
}
