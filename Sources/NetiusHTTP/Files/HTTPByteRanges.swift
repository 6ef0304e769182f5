internal import Netius

/// The ranges of octets that a Range field asks for (RFC 9110 section 14).
///
/// What a server may ignore is ignored, and the whole representation sent: other units than bytes, and every field
/// that is invalid or asks for more ranges than the limit.
struct HTTPByteRanges: Equatable, Sendable {
    /// `ranges-specifier` for bytes (RFC 9110 section 14.1.2). A number that is too large for any file is the largest.
    enum Specification: Equatable, Sendable {
        /// From an octet to another, included, or to the end.
        case from(Int, through: Int?)
        /// As many as that at the end.
        case suffix(Int)
    }

    let specifications: [Specification]

    /// `bytes=` and a list of ranges; nil where the field is to be ignored.
    ///
    /// - Parameters:
    ///   - value: The field's value.
    ///   - limit: The most ranges there may be.
    init?(_ value: String, limit: Int) {
        let octets = Array(value.utf8)
        let span = octets.span
        let unit = "bytes="
        guard span.count > unit.utf8.count, span.equals("bytes=", in: 0..<unit.utf8.count) else { return nil }
        var specifications: [Specification] = []
        var position = unit.utf8.count
        while let element = span.nextListElement(at: &position, to: span.count) {
            guard !element.isEmpty else { continue }
            guard specifications.count < limit, let specification = Self.specification(span, element) else {
                return nil
            }
            specifications.append(specification)
        }
        guard !specifications.isEmpty else { return nil }
        self.specifications = specifications
    }

    /// `int-range = first-pos "-" [ last-pos ]`, `suffix-range = "-" suffix-length`
    private static func specification(_ octets: Span<UInt8>, _ range: Range<Int>) -> Specification? {
        var index = range.lowerBound
        let first = number(octets, at: &index, to: range.upperBound)
        guard index < range.upperBound, octets[index] == UInt8(ascii: "-") else { return nil }
        index += 1
        let isOpen = index == range.upperBound
        let last = number(octets, at: &index, to: range.upperBound)
        guard index == range.upperBound else { return nil }
        switch (first, last) {
        case (nil, nil): return nil
        case (nil, let length?): return .suffix(length)
        case (let first?, nil): return isOpen ? .from(first, through: nil) : nil
        case (let first?, let last?): return first <= last ? .from(first, through: last) : nil
        }
    }

    /// Digits; nil if there are none, and `Int.max` for more than an `Int` holds.
    private static func number(_ octets: Span<UInt8>, at index: inout Int, to end: Int) -> Int? {
        guard index < end, octets[index].isDigit else { return nil }
        var number = 0
        while index < end, octets[index].isDigit {
            let (product, overflows) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflowsToo) = product.addingReportingOverflow(Int(octets[index] &- 48))
            number = overflows || overflowsToo ? .max : sum
            index += 1
            if number == .max {
                while index < end, octets[index].isDigit { index += 1 }
            }
        }
        return number
    }
}

extension HTTPByteRanges {
    /// The octets that two parts of a multipart response cost at least: ranges that are nearer to each other are sent
    /// as one (RFC 9110 section 15.3.7.2).
    static let smallestGap = 80

    /// What is to be sent of a representation of a length: parts of it, none of which is empty, that neither overlap
    /// nor are close to each other. Each stands where the first range that it covers was asked for.
    ///
    /// - Returns: No parts where no range can be satisfied: 416.
    func parts(of length: Int) -> [Range<Int>] {
        let wanted = specifications.compactMap { Self.resolve($0, length) }
        guard wanted.count > 1 else { return wanted }
        var parts: [(range: Range<Int>, place: Int)] = []
        let ordered = wanted.enumerated().sorted { $0.element.lowerBound < $1.element.lowerBound }
        for (place, range) in ordered {
            if let last = parts.last, range.lowerBound - last.range.upperBound < Self.smallestGap {
                let end = max(last.range.upperBound, range.upperBound)
                parts[parts.count - 1] = (last.range.lowerBound..<end, min(last.place, place))
            } else {
                parts.append((range, place))
            }
        }
        return parts.sorted { $0.place < $1.place }.map(\.range)
    }

    /// The octets that are meant, or nil if there are none.
    private static func resolve(_ specification: Specification, _ length: Int) -> Range<Int>? {
        switch specification {
        case .from(let first, let last):
            guard first < length else { return nil }
            let end = last.map { $0 < length ? $0 + 1 : length } ?? length
            return first..<end
        case .suffix(let count):
            guard count > 0, length > 0 else { return nil }
            return (count < length ? length - count : 0)..<length
        }
    }

    /// The value of Content-Range for a part: `bytes 0-499/1234` (RFC 9110 section 14.4).
    static func contentRange(_ part: Range<Int>, of length: Int) -> String {
        "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(length)"
    }

    /// The value of Content-Range where no range can be satisfied: `bytes */1234` (RFC 9110 section 14.4).
    static func unsatisfiedRange(of length: Int) -> String {
        "bytes */\(length)"
    }
}
