internal import Netius

/// The four forms of a request-target (RFC 9112 §3.2).
struct HTTP1RequestTarget {
    var form: HTTPRequestHead.TargetForm
    /// The authority in absolute-form and authority-form, counted from the beginning of the target.
    var authority: Range<Int> = 0..<0

    /// Understands the octets of the range, which are visible ASCII characters.
    @inline(__always)
    init(_ input: Span<UInt8>, _ range: Range<Int>, method: HTTPRequest.Method) throws(HTTP1Error) {
        if input[range.lowerBound] == UInt8(ascii: "/"), method != .connect {
            form = .origin
        } else {
            self = try Self(unusual: input, range, method: method)
        }
    }

    private init(
        unusual input: Span<UInt8>, _ range: Range<Int>, method: HTTPRequest.Method
    ) throws(HTTP1Error) {
        if method == .connect {
            guard HTTPAuthority.isValid(input, range, portIsRequired: true) else { throw .invalidTarget }
            form = .authority
            authority = 0..<range.count
        } else if range.count == 1, input[range.lowerBound] == UInt8(ascii: "*") {
            guard method == .options else { throw .invalidTarget }
            form = .asterisk
        } else {
            form = .absolute
            authority = try Self.absoluteAuthority(input, range)
        }
    }

    /// `scheme "://" authority path-abempty [ "?" query ]` (RFC 9110 §4.2).
    private static func absoluteAuthority(
        _ input: Span<UInt8>, _ range: Range<Int>
    ) throws(HTTP1Error) -> Range<Int> {
        let end = range.upperBound
        var index = range.lowerBound
        guard input[index].isLetter else { throw .invalidTarget }
        while index < end, isScheme(input[index]) { index += 1 }
        guard end - index > 3, input[index] == UInt8(ascii: ":"), input[index + 1] == UInt8(ascii: "/"),
            input[index + 2] == UInt8(ascii: "/")
        else { throw .invalidTarget }
        let start = index + 3
        index = start
        while index < end, input[index] != UInt8(ascii: "/"), input[index] != UInt8(ascii: "?") { index += 1 }
        guard HTTPAuthority.isValid(input, start..<index) else { throw .invalidTarget }
        return start - range.lowerBound..<index - range.lowerBound
    }

    private static func isScheme(_ octet: UInt8) -> Bool {
        octet.isLetter || octet.isDigit || octet == UInt8(ascii: "+") || octet == UInt8(ascii: "-")
            || octet == UInt8(ascii: ".")
    }
}
