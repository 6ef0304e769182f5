internal import Netius

/// What separates the parts: a line end, two dashes and the boundary (RFC 2046 §5.1.1).
struct HTTPMultipartBoundary: Sendable {
    enum Match {
        case none
        /// The input ends before it is decided.
        case partial
        case whole
    }

    /// `CRLF "--" boundary`
    private let delimiter: [UInt8]

    /// Makes the delimiter of a boundary; nil if it is not one:
    ///
    ///     boundary := 0*69<bchars> bcharsnospace
    init?(_ boundary: String) {
        let octets = boundary.utf8
        guard 1...70 ~= octets.count, octets.allSatisfy(OctetSet.boundary.contains), octets.last != .space else {
            return nil
        }
        delimiter = [.carriageReturn, .lineFeed, UInt8(ascii: "-"), UInt8(ascii: "-")] + octets
    }

    /// Whether the delimiter is at `index`; where the line end before it has been read already, without it.
    @inline(__always)
    func match(_ input: Span<UInt8>, at index: Int, isAfterLineEnd: Bool) -> Match {
        var offset = isAfterLineEnd ? 2 : 0
        var index = index
        while offset < delimiter.count {
            guard index < input.count else { return .partial }
            guard input[index] == delimiter[offset] else { return .none }
            offset += 1
            index += 1
        }
        return .whole
    }

    /// The octets of the delimiter.
    func count(isAfterLineEnd: Bool) -> Int {
        isAfterLineEnd ? delimiter.count - 2 : delimiter.count
    }
}
