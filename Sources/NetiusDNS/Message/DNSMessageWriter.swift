/// Puts a message together, with names compressed where receivers must know how to read that (RFC 3597 section 4).
struct DNSMessageWriter {
    private(set) var bytes: [UInt8] = []
    /// Where ends of names are, with their case, since an answer must show the question's as it is.
    private var places: [ArraySlice<UInt8>: Int] = [:]

    mutating func append(_ octet: UInt8) {
        bytes.append(octet)
    }

    mutating func append(_ number: UInt16) {
        bytes.append(UInt8(truncatingIfNeeded: number >> 8))
        bytes.append(UInt8(truncatingIfNeeded: number))
    }

    mutating func append(_ number: UInt32) {
        append(UInt16(truncatingIfNeeded: number >> 16))
        append(UInt16(truncatingIfNeeded: number))
    }

    mutating func append(_ octets: [UInt8]) {
        bytes += octets
    }

    /// Appends octets after their number in one octet.
    mutating func append(characterString octets: [UInt8]) throws(DNSMessageError) {
        guard let length = UInt8(exactly: octets.count) else { throw .tooLong }
        append(length)
        append(octets)
    }

    /// Appends a name as it is.
    mutating func append(uncompressed name: DNSName) {
        bytes += name.wire
    }

    /// Appends a name, its end as a pointer where the message has that already.
    mutating func append(_ name: DNSName) {
        var rest = name.wire[...]
        while let length = rest.first, length > 0 {
            if let place = places[rest] {
                append(0xC000 | UInt16(truncatingIfNeeded: place))
                return
            }
            // A pointer has 14 bits.
            if bytes.count < 0x4000 { places[rest] = bytes.count }
            bytes += rest.prefix(1 + Int(length))
            rest = rest.dropFirst(1 + Int(length))
        }
        append(0 as UInt8)
    }

    /// Appends what `write` does, after its length in two octets.
    mutating func appendData(
        _ write: (inout DNSMessageWriter) throws(DNSMessageError) -> Void
    ) throws(DNSMessageError) {
        let start = bytes.count
        append(0 as UInt16)
        try write(&self)
        guard let length = UInt16(exactly: bytes.count - start - 2) else { throw .tooLong }
        bytes[start] = UInt8(truncatingIfNeeded: length >> 8)
        bytes[start + 1] = UInt8(truncatingIfNeeded: length)
    }
}
