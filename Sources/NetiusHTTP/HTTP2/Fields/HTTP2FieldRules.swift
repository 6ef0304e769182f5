internal import Netius

/// What holds for each field of HTTP/2, be it of a request, a response or their trailers (RFC 9113 §8.2).
enum HTTP2FieldRules {
    /// Why the field is malformed; nil if it is not. Pseudo-fields are none of this. The name is at the index in HPACK's
    /// static table, where all are well-formed, unless that is 0.
    @inline(__always)
    static func malformation(_ name: Span<UInt8>, _ value: Span<UInt8>, index: Int) -> HTTP2Malformation? {
        if index == 0 {
            if let malformed = malformation(ofOther: name, value) { return malformed }
        } else if index == transferEncoding {
            return .connectionSpecific
        }
        return isValid(value) ? nil : .invalidValue
    }

    /// `transfer-encoding` in HPACK's static table.
    private static let transferEncoding = 57

    private static func malformation(ofOther name: Span<UInt8>, _ value: Span<UInt8>) -> HTTP2Malformation? {
        guard isValid(name: name) else { return .invalidName }
        if isConnectionSpecific(name, 0..<name.count) { return .connectionSpecific }
        if name.isExactly("te", in: 0..<name.count), !value.equals("trailers", in: 0..<value.count) {
            return .otherThanTrailers
        }
        return nil
    }

    /// Lower-case `token` (RFC 9113 §8.2.1).
    private static func isValid(name: Span<UInt8>) -> Bool {
        for index in name.indices where !OctetSet.lowercaseToken.contains(name[index]) { return false }
        return !name.isEmpty
    }

    /// Field text without whitespace at its ends (RFC 9113 §8.2.1, RFC 9110 §5.5).
    @inline(__always)
    static func isValid(_ value: Span<UInt8>) -> Bool {
        let count = value.count
        guard count > 0 else { return true }
        return !value[0].isWhitespace && !value[count - 1].isWhitespace
            && value.endOfFieldText(from: 0, to: count) == count
    }

    /// Whether the name, in whatever case, is of a field that concerns one connection of HTTP/1 and has no place in
    /// HTTP/2 (RFC 9113 §8.2.2).
    static func isConnectionSpecific(_ octets: Span<UInt8>, _ name: Range<Int>) -> Bool {
        switch name.count {
        case 7: octets.equals("upgrade", in: name)
        case 10: octets.equals("connection", in: name) || octets.equals("keep-alive", in: name)
        case 14: octets.equals("http2-settings", in: name)
        case 16: octets.equals("proxy-connection", in: name)
        case 17: octets.equals("transfer-encoding", in: name)
        default: false
        }
    }

    /// The number that the digits of a content-length stand for; nil if it is anything else, or no `Int` holds it
    /// (RFC 9110 §8.6).
    static func contentLength(_ octets: Span<UInt8>, _ digits: Range<Int>) -> Int? {
        var length = 0
        for index in digits {
            guard octets[index].isDigit else { return nil }
            let (shifted, isTooLarge) = length.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = shifted.addingReportingOverflow(Int(octets[index] - 48))
            guard !isTooLarge, !overflows else { return nil }
            length = sum
        }
        return digits.isEmpty ? nil : length
    }
}
