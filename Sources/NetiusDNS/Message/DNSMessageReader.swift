internal import Netius

/// Reads the parts of a message one after another, never beyond its end or that of the record at hand.
struct DNSMessageReader {
    private let bytes: [UInt8]
    private(set) var index = 0
    /// Where the record at hand ends, or the message.
    private var end: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        end = bytes.count
    }

    /// What is left of the record at hand, or of the message.
    var count: Int { end - index }

    mutating func octet() throws(DNSMessageError) -> UInt8 {
        guard index < end else { throw .truncated }
        defer { index += 1 }
        return bytes[index]
    }

    mutating func integer16() throws(DNSMessageError) -> UInt16 {
        guard count >= 2 else { throw .truncated }
        defer { index += 2 }
        return UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
    }

    mutating func integer32() throws(DNSMessageError) -> UInt32 {
        let high = try integer16()
        return UInt32(high) << 16 | UInt32(try integer16())
    }

    mutating func octets(_ count: Int) throws(DNSMessageError) -> [UInt8] {
        guard count >= 0, self.count >= count else { throw .truncated }
        defer { index += count }
        return Array(bytes[index..<index + count])
    }

    /// All that is left of the record at hand.
    mutating func rest() -> [UInt8] {
        defer { index = end }
        return Array(bytes[index..<end])
    }

    /// Octets after their number in one octet.
    mutating func characterString() throws(DNSMessageError) -> [UInt8] {
        let length = try octet()
        return try octets(Int(length))
    }

    /// Reads what takes exactly `count` octets, the data of a record.
    mutating func record<Value>(
        of count: Int, _ read: (inout DNSMessageReader) throws(DNSMessageError) -> Value
    ) throws(DNSMessageError) -> Value {
        guard self.count >= count else { throw .truncated }
        let outerEnd = end
        end = index + count
        defer { end = outerEnd }
        let value = try read(&self)
        guard index == end else { throw .excess }
        return value
    }

    /// Reads a name, and follows its pointers (RFC 1035 section 4.1.4). A pointer leads to before the part of the name
    /// that it ends, so that none leads in a circle, and there are no more of them than a name can have labels.
    mutating func name() throws(DNSMessageError) -> DNSName {
        var wire: [UInt8] = []
        var (position, limit, partStart) = (index, end, index)
        var pointers = 0
        var after: Int?
        while true {
            guard position < limit else { throw .truncated }
            let length = bytes[position]
            switch length >> 6 {
            case 0:
                let next = position + 1 + Int(length)
                guard next <= limit else { throw .truncated }
                guard wire.count + 1 + Int(length) <= DNSName.maximumLength else { throw .invalidName }
                wire += bytes[position..<next]
                position = next
                guard length > 0 else {
                    index = after ?? position
                    return DNSName(wire: wire)
                }
            case 3:
                guard position + 1 < limit else { throw .truncated }
                let target = Int(length & 0x3F) << 8 | Int(bytes[position + 1])
                pointers += 1
                guard target < partStart, target >= DNSMessage.headerSize, pointers <= DNSName.maximumLength / 2 else {
                    throw .invalidName
                }
                after = after ?? position + 2
                (position, limit, partStart) = (target, bytes.count, target)
            default: throw .invalidName
            }
        }
    }
}
