internal import Netius

/// Percent-encoding: `%` and two hexadecimal digits for an octet that may not stand for itself (RFC 3986 §2.1).
public enum PercentEncoding {
    /// The text with every octet of its UTF-8 encoded that is not unreserved: it can stand anywhere in a URI.
    public static func encode(_ text: String) -> String {
        encode(text, keeping: .unreserved)
    }

    /// The text with its escapes decoded; nil if a `%` is not followed by two hexadecimal digits, or if what comes of
    /// it is not UTF-8.
    public static func decode(_ text: String) -> String? {
        let input = Array(text.utf8)
        guard let octets = decode(input.span, 0..<input.count) else { return nil }
        return String(validating: octets, as: UTF8.self)
    }

    /// The text with every octet of its UTF-8 encoded that is not in the set.
    static func encode(_ text: String, keeping kept: OctetSet) -> String {
        // Most texts need nothing.
        if text.utf8.allSatisfy(kept.contains) { return text }
        var octets: [UInt8] = []
        for octet in text.utf8 { append(octet, keeping: kept, to: &octets) }
        return String(decoding: octets, as: UTF8.self)
    }

    /// Adds the octet, encoded if it is not in the set.
    @inline(__always)
    static func append(_ octet: UInt8, keeping kept: OctetSet, to octets: inout [UInt8]) {
        guard !kept.contains(octet) else { return octets.append(octet) }
        octets.append(UInt8(ascii: "%"))
        octets.append(digit(octet >> 4))
        octets.append(digit(octet & 15))
    }

    /// The octets of the range, decoded; nil if an escape is malformed.
    static func decode(_ input: Span<UInt8>, _ range: Range<Int>) -> [UInt8]? {
        var octets: [UInt8] = []
        octets.reserveCapacity(range.count)
        return append(decoding: input, range, to: &octets) ? octets : nil
    }

    /// Adds the octets of the range, decoded; false, with only those before it added, at a malformed escape.
    static func append(decoding input: Span<UInt8>, _ range: Range<Int>, to octets: inout [UInt8]) -> Bool {
        var index = range.lowerBound
        while index < range.upperBound {
            var octet = input[index]
            if octet == UInt8(ascii: "%") {
                guard let escaped = escapedOctet(input, at: index, before: range.upperBound) else { return false }
                octet = escaped
                index += 2
            }
            octets.append(octet)
            index += 1
        }
        return true
    }

    /// The octets of the range, decoded as forms are (WHATWG URL §5.1): a malformed escape stands for itself, `+` for a
    /// space.
    static func decodeForm(_ input: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            var octet = input[index]
            if octet == UInt8(ascii: "+") {
                octet = .space
            } else if octet == UInt8(ascii: "%"),
                let escaped = escapedOctet(input, at: index, before: range.upperBound)
            {
                octet = escaped
                index += 2
            }
            octets.append(octet)
            index += 1
        }
        return octets
    }

    /// The octet that the escape at `index` stands for; nil if it is malformed.
    @inline(__always)
    static func escapedOctet(_ input: Span<UInt8>, at index: Int, before end: Int) -> UInt8? {
        guard end - index > 2, let high = input[index + 1].hexadecimalValue,
            let low = input[index + 2].hexadecimalValue
        else { return nil }
        return high << 4 | low
    }

    @inline(__always)
    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? 48 + value : 55 + value
    }
}
