internal import Netius

// Scanning eight octets at a time. The loads are the only unsafe operations of the parser's hot road; each is within
// the span's bounds (the library checks it), and any eight octets are a valid `UInt64`.

extension Span where Element == UInt8 {
    @inline(__always)
    func word(at index: Int) -> UInt64 {
        UInt64(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    /// The first index in `start..<end` whose octet may not stand in field text (RFC 9110 §5.5), else `end`.
    @inline(__always)
    func endOfFieldText(from start: Int, to end: Int) -> Int {
        var index = start
        while true {
            while end - index >= 8 {
                let stops = Octets.lessThan(0x20, in: word(at: index)) | Octets.equal(0x7F, in: word(at: index))
                if stops != 0 {
                    index += stops.trailingZeroBitCount >> 3
                    break
                }
                index += 8
            }
            // At a stop, or in the last seven octets.
            guard index < end, self[index].isFieldText else { return index }
            index += 1
        }
    }

    /// The first index in `start..<end` whose octet is not a visible ASCII character, or is `#`, else `end`.
    @inline(__always)
    func endOfTarget(from start: Int, to end: Int) -> Int {
        var index = start
        while end - index >= 8 {
            let octets = word(at: index)
            let stops =
                Octets.lessThan(0x21, in: octets) | Octets.above(0x7E, in: octets)
                | Octets.equal(UInt8(ascii: "#"), in: octets)
            if stops != 0 { return index + stops.trailingZeroBitCount >> 3 }
            index += 8
        }
        while index < end, self[index] > 0x20, self[index] < 0x7F, self[index] != UInt8(ascii: "#") { index += 1 }
        return index
    }

    /// The first index in `start..<end` that has the octet, else `end`.
    @inline(__always)
    func firstIndex(of octet: UInt8, from start: Int, to end: Int) -> Int {
        var index = start
        while end - index >= 8 {
            let stops = Octets.equal(octet, in: word(at: index))
            if stops != 0 { return index + stops.trailingZeroBitCount >> 3 }
            index += 8
        }
        while index < end, self[index] != octet { index += 1 }
        return index
    }

    /// The first index in `start..<end` whose octet is not printable ASCII, or is a quote or a backslash, else `end`.
    @inline(__always)
    func endOfPlainText(from start: Int, to end: Int) -> Int {
        var index = start
        while end - index >= 8 {
            let octets = word(at: index)
            let stops =
                Octets.lessThan(0x20, in: octets) | Octets.above(0x7E, in: octets)
                | Octets.equal(UInt8(ascii: "\""), in: octets) | Octets.equal(UInt8(ascii: "\\"), in: octets)
            if stops != 0 { return index + stops.trailingZeroBitCount >> 3 }
            index += 8
        }
        while index < end, self[index] >= 0x20, self[index] < 0x7F, self[index] != UInt8(ascii: "\""),
            self[index] != UInt8(ascii: "\\")
        {
            index += 1
        }
        return index
    }

    /// The first index in `start..<end` whose octet is not a `tchar` (RFC 9110 §5.6.2), else `end`.
    @inline(__always)
    func endOfToken(from start: Int, to end: Int) -> Int {
        var index = start
        while index < end, OctetSet.token.contains(self[index]) { index += 1 }
        return index
    }

    /// Whether the eight octets at `index`, all before `end`, are `expected` read as a little-endian number.
    @inline(__always)
    func hasWord(_ expected: UInt64, at index: Int, before end: Int) -> Bool {
        end - index >= 8 && word(at: index) == expected
    }

    /// Whether the octets of `range` are those of the lower-case `text`, without regard to ASCII case.
    @inline(__always)
    func equals(_ text: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        var offset = 0
        while offset < range.count {
            // A static string is immortal, and `offset` is less than its count.
            let expected = unsafe text.utf8Start[offset]
            guard self[range.lowerBound + offset].lowercased == expected else { return false }
            offset += 1
        }
        return true
    }

    /// The end of the span, or of the `allowance` octets from `position` on when that is less.
    @inline(__always)
    func end(from position: Int, allowing allowance: Int) -> Int {
        let allowance = Swift.max(allowance, 0)
        return count - position > allowance ? position + allowance : count
    }

    /// `range` without the whitespace at its ends.
    @inline(__always)
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, self[start].isWhitespace { start += 1 }
        while end > start, self[end - 1].isWhitespace { end -= 1 }
        return start..<end
    }

    /// The next element, trimmed and perhaps empty, of the comma-separated list (RFC 9110 §5.6.1) in
    /// `position..<end`; nil when there is none. `position` moves behind it.
    func nextListElement(at position: inout Int, to end: Int) -> Range<Int>? {
        guard position <= end else { return nil }
        var index = position
        while index < end, self[index] != UInt8(ascii: ",") { index += 1 }
        defer { position = index + 1 }
        return trimmed(position..<index)
    }
}

/// Tests of eight octets at once. In each result the lowest bit set is exact and marks the first octet that passes;
/// bits above it may be wrong.
private enum Octets {
    static let ones: UInt64 = 0x0101_0101_0101_0101
    static let tops: UInt64 = 0x8080_8080_8080_8080

    @inline(__always)
    static func lessThan(_ limit: UInt8, in octets: UInt64) -> UInt64 {
        (octets &- ones &* UInt64(limit)) & ~octets & tops
    }

    @inline(__always)
    static func equal(_ octet: UInt8, in octets: UInt64) -> UInt64 {
        lessThan(1, in: octets ^ (ones &* UInt64(octet)))
    }

    /// `limit` is at most 127.
    @inline(__always)
    static func above(_ limit: UInt8, in octets: UInt64) -> UInt64 {
        ((octets & ~tops) &+ ones &* UInt64(127 - limit) | octets) & tops
    }
}
