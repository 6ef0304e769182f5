internal import Netius

/// Where the five components of a URI reference are (RFC 3986 §4.1, appendix B). Any text has them; whether they are
/// well-formed is not looked at.
struct URIReference {
    /// Without the colon.
    private(set) var scheme: Range<Int>?
    /// Without the two slashes.
    private(set) var authority: Range<Int>?
    let path: Range<Int>
    /// Without the `?`.
    private(set) var query: Range<Int>?
    /// Without the `#`.
    private(set) var fragment: Range<Int>?

    init(_ input: Span<UInt8>) {
        var end = input.firstIndex(of: UInt8(ascii: "#"), from: 0, to: input.count)
        if end < input.count { fragment = end + 1..<input.count }
        let mark = input.firstIndex(of: UInt8(ascii: "?"), from: 0, to: end)
        if mark < end {
            query = mark + 1..<end
            end = mark
        }
        var start = 0
        let colon = Self.endOfScheme(input, before: end)
        if colon > 0, colon < end, input[colon] == UInt8(ascii: ":") {
            scheme = 0..<colon
            start = colon + 1
        }
        let slash = UInt8(ascii: "/")
        if end - start >= 2, input[start] == slash, input[start + 1] == slash {
            let authorityEnd = input.firstIndex(of: slash, from: start + 2, to: end)
            authority = start + 2..<authorityEnd
            start = authorityEnd
        }
        path = start..<end
    }

    /// `scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )`
    private static func endOfScheme(_ input: Span<UInt8>, before end: Int) -> Int {
        guard end > 0, input[0].isLetter else { return 0 }
        var index = 1
        while index < end {
            switch input[index] {
            case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): break
            case let octet where octet.isLetter || octet.isDigit: break
            default: return index
            }
            index += 1
        }
        return index
    }
}
