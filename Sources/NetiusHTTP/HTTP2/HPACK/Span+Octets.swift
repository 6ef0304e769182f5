extension Span where Element == UInt8 {
    /// A number that is the same for the same octets, and seldom for others.
    @inline(__always)
    func hash(_ range: Range<Int>, seed: UInt32 = 0) -> UInt32 {
        var state = UInt64(seed) &+ UInt64(range.count) &* 0x9E37_79B9_7F4A_7C15
        var index = range.lowerBound
        while range.upperBound - index >= 8 {
            state = Self.mixed(state ^ word(at: index))
            index += 8
        }
        var rest: UInt64 = 0
        while index < range.upperBound {
            rest = rest << 8 | UInt64(self[index])
            index += 1
        }
        return UInt32(truncatingIfNeeded: Self.mixed(state ^ rest))
    }

    @inline(__always)
    private static func mixed(_ state: UInt64) -> UInt64 {
        let product = state &* 0xD6E8_FEB8_6659_FD93
        return product ^ product >> 32
    }

    /// Whether the octets of the range are those of the other range, in this span or in another.
    @inline(__always)
    func equals(_ range: Range<Int>, _ other: Span<UInt8>, _ otherRange: Range<Int>) -> Bool {
        guard range.count == otherRange.count else { return false }
        var (index, match) = (range.lowerBound, otherRange.lowerBound)
        while range.upperBound - index >= 8 {
            guard word(at: index) == other.word(at: match) else { return false }
            index += 8
            match += 8
        }
        while index < range.upperBound {
            guard self[index] == other[match] else { return false }
            index += 1
            match += 1
        }
        return true
    }

    /// Whether the octets of the range are those of the text, with regard to case.
    @inline(__always)
    func isExactly(_ text: StaticString, in range: Range<Int>) -> Bool {
        // Static strings are immortal.
        unsafe equals(range, text.octets.span, 0..<text.utf8CodeUnitCount)
    }
}

extension StaticString {
    /// The octets, which are immortal; the string must be one of octets, not of a single scalar.
    @inline(__always)
    var octets: UnsafeBufferPointer<UInt8> {
        unsafe UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
    }
}
