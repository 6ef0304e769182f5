internal import Netius

// Scanning eight octets at a time. The load is the only unsafe operation; it is within the span's bounds (the library
// checks it), and any eight octets are a valid `UInt64`.

extension Span where Element == UInt8 {
    @inline(__always)
    private func word(at index: Int) -> UInt64 {
        UInt64(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    /// The first index in `start..<end` whose octet is CR, LF or NUL, else `end`.
    @inline(__always)
    func endOfText(from start: Int, to end: Int) -> Int {
        var index = start
        while true {
            while end - index >= 8 {
                // What is less than 14: the three, and what is rare beside them.
                let octets = word(at: index)
                let stops = (octets &- 0x0E0E_0E0E_0E0E_0E0E) & ~octets & 0x8080_8080_8080_8080
                if stops != 0 {
                    index += stops.trailingZeroBitCount >> 3
                    break
                }
                index += 8
            }
            // At a stop, or in the last seven octets.
            guard index < end else { return end }
            let octet = self[index]
            if octet == .carriageReturn || octet == .lineFeed || octet == 0 { return index }
            index += 1
        }
    }

    /// The first index in `start..<end` that is a line feed's, else `end`.
    @inline(__always)
    func firstLineFeed(from start: Int, to end: Int) -> Int {
        var index = start
        while end - index >= 8 {
            let octets = word(at: index) ^ 0x0A0A_0A0A_0A0A_0A0A
            let stops = (octets &- 0x0101_0101_0101_0101) & ~octets & 0x8080_8080_8080_8080
            if stops != 0 { return index + stops.trailingZeroBitCount >> 3 }
            index += 8
        }
        while index < end, self[index] != .lineFeed { index += 1 }
        return index
    }

    /// Whether the octets of `range` are those of the lower-case `text`, without regard to ASCII case.
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

    /// Whether there is an octet below 32, or 127.
    var hasControls: Bool {
        var index = 0
        while index < count {
            if self[index] < 0x20 || self[index] == 0x7F { return true }
            index += 1
        }
        return false
    }

    /// The text that the octets of `range` are; nil where they are not UTF-8.
    func text(in range: Range<Int>) -> String? {
        guard let text = try? UTF8Span(validating: extracting(range)) else { return nil }
        return String(copying: text)
    }

    /// A copy of the octets of `range`.
    func octets(_ range: Range<Int>) -> [UInt8] { [UInt8](extracting(range)) }

    /// The decimal number that `range` consists of, one to twenty digits; nil for any other and where it overflows.
    func number(in range: Range<Int>) -> Int? {
        guard 1...20 ~= range.count else { return nil }
        var number = 0
        for index in range {
            guard self[index].isDigit else { return nil }
            let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflowOfSum) = tens.addingReportingOverflow(Int(self[index] &- 0x30))
            guard !overflow, !overflowOfSum else { return nil }
            number = sum
        }
        return number
    }
}
