internal import Netius

// The octets of a path (RFC 3986 §3.3), whose percent-encoding is undone while they are looked at, without a copy.

extension Span where Element == UInt8 {
    /// The octet that the escape at `index` stands for, or nil where no whole escape is before `end`.
    @inline(__always)
    func escapedOctet(at index: Int, before end: Int) -> UInt8? {
        guard end - index > 2, self[index] == UInt8(ascii: "%"), let high = self[index + 1].hexadecimalValue,
            let low = self[index + 2].hexadecimalValue
        else { return nil }
        return high << 4 | low
    }

    /// The octet at `index`, decoded; `index` moves behind it. A `%` that begins no escape is taken as it is.
    @inline(__always)
    func decodedOctet(at index: inout Int, before end: Int) -> UInt8 {
        if let octet = escapedOctet(at: index, before: end) {
            index += 3
            return octet
        }
        defer { index += 1 }
        return self[index]
    }

    /// The octets of the range, decoded, or nil where a `%` begins no escape.
    func percentDecoded(_ range: Range<Int>) -> [UInt8]? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            if self[index] == UInt8(ascii: "%"), escapedOctet(at: index, before: range.upperBound) == nil { return nil }
            decoded.append(decodedOctet(at: &index, before: range.upperBound))
        }
        return decoded
    }

    /// Whether a part of the decoded range, between slashes or its ends, is `.` or `..`.
    func hasDotSegment(_ range: Range<Int>) -> Bool {
        var segment = DotSegment()
        var index = range.lowerBound
        while index < range.upperBound {
            if segment.ends(with: decodedOctet(at: &index, before: range.upperBound)) { return true }
        }
        return segment.isComplete
    }

    /// Whether the decoded range begins with the octets; where what follows them begins.
    func decodedPrefix(_ prefix: [UInt8], in range: Range<Int>) -> Int? {
        var index = range.lowerBound
        for octet in prefix {
            guard index < range.upperBound, decodedOctet(at: &index, before: range.upperBound) == octet else {
                return nil
            }
        }
        return index
    }

    /// Whether the decoded range ends with the octets; where they begin. All escapes in the range are whole.
    func decodedSuffix(_ suffix: [UInt8], in range: Range<Int>) -> Int? {
        var end = range.upperBound
        for octet in suffix.reversed() {
            guard end > range.lowerBound else { return nil }
            // No octet of a whole escape but its first is a percent sign.
            var start = end - 1
            if end - range.lowerBound > 2, self[end - 3] == UInt8(ascii: "%") { start = end - 3 }
            var index = start
            guard decodedOctet(at: &index, before: end) == octet else { return nil }
            end = start
        }
        return end
    }
}

/// Finds segments of one or two dots (RFC 3986 §5.2.4) in octets that come one by one.
struct DotSegment {
    /// The dots so far, if there was nothing else in the segment.
    private var dots: UInt8? = 0

    init() {}

    /// Whether the segment is one if it ends here.
    var isComplete: Bool { dots == 1 || dots == 2 }

    /// Takes in an octet; true if it is a slash that ends such a segment.
    @inline(__always)
    mutating func ends(with octet: UInt8) -> Bool {
        if octet == UInt8(ascii: "/") {
            defer { dots = 0 }
            return isComplete
        }
        if let count = dots { dots = octet == UInt8(ascii: ".") && count < 2 ? count + 1 : nil }
        return false
    }
}
