extension HTTPURL {
    /// What a request sends of a URL: its path without dot segments and its query, both encoded.
    static func target(
        _ input: Span<UInt8>, path: Range<Int>, query: Range<Int>?, after base: some Collection<UInt8> = []
    ) throws(HTTPURLError) -> String {
        var octets = Array(base)
        octets.reserveCapacity(octets.count + path.count + (query?.count ?? 0) + 2)
        try appendEncoded(input, path, to: &octets)
        octets = removingDotSegments(octets)
        if octets.isEmpty { octets.append(UInt8(ascii: "/")) }
        if let query {
            octets.append(UInt8(ascii: "?"))
            try appendEncoded(input, query, to: &octets)
        }
        guard octets.count <= maximumLength else { throw .tooLong }
        return String(decoding: octets, as: UTF8.self)
    }

    /// Adds the octets of the range, with those encoded that are no part of a URL. What is encoded already stays.
    static func appendEncoded(
        _ input: Span<UInt8>, _ range: Range<Int>, to octets: inout [UInt8]
    ) throws(HTTPURLError) {
        for index in range {
            let octet = input[index]
            switch octet {
            case UInt8(ascii: "%"):
                guard PercentEncoding.escapedOctet(input, at: index, before: range.upperBound) != nil else {
                    throw .invalidEscape
                }
                octets.append(octet)
            // Browsers take a backslash for a slash, others do not.
            case 0..<0x20, 0x7F, UInt8(ascii: "\\"): throw .invalidCharacter(octet)
            default: PercentEncoding.append(octet, keeping: .uriText, to: &octets)
            }
        }
    }

    /// The path, which is empty or begins with a slash, without segments `.` and `..` (RFC 3986 §5.2.4), be they
    /// percent-encoded or not.
    private static func removingDotSegments(_ path: [UInt8]) -> [UInt8] {
        let slash = UInt8(ascii: "/")
        var output: [UInt8] = []
        output.reserveCapacity(path.count)
        var start = 0
        while start < path.count {
            let end = path[(start + 1)...].firstIndex(of: slash) ?? path.count
            switch dots(path.span, start + 1..<end) {
            case 1:
                if end == path.count { output.append(slash) }
            case 2:
                while let last = output.popLast(), last != slash {}
                if end == path.count { output.append(slash) }
            default:
                output += path[start..<end]
            }
            start = end
        }
        return output
    }

    /// How many dots the segment consists of; nil if of anything else, or of more than two.
    private static func dots(_ path: Span<UInt8>, _ segment: Range<Int>) -> Int? {
        guard 1...6 ~= segment.count else { return nil }
        var count = 0
        var index = segment.lowerBound
        while index < segment.upperBound {
            if path[index] == UInt8(ascii: ".") {
                index += 1
            } else if PercentEncoding.escapedOctet(path, at: index, before: segment.upperBound) == UInt8(ascii: ".") {
                index += 3
            } else {
                return nil
            }
            count += 1
        }
        return count <= 2 ? count : nil
    }
}
