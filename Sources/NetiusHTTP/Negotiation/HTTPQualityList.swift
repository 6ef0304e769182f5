internal import Netius

/// One element of a weighted list: `value parameters [ weight ]` (RFC 9110 §12.4.2).
struct HTTPQualityElement {
    /// What is weighed: a media range without its parameters, a coding, a language range.
    var value: Range<Int>
    /// What follows the value: its parameters, the weight among them.
    var parameters: Range<Int>
    /// The weight in thousandths, 0 for what is not acceptable, 1000 where none is given.
    var quality: Int
}

/// Reads a weighted list, as of `Accept-Encoding`, one element after the other, without copying.
///
/// An element that is malformed, as by a weight of 2, counts as not there.
struct HTTPQualityList {
    /// The most elements of a message's list that are looked at, however many fields it is spread over.
    static let maximumCount = 128

    private var position: Int
    private let end: Int
    /// Whether a quote was found that nothing closes. None behind it is closed then: to look for that at each would
    /// take time in proportion to the square of their number.
    private var hasOpenQuote = false

    init(_ range: Range<Int>) {
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next element; nil at the end.
    mutating func next(in input: Span<UInt8>) -> HTTPQualityElement? {
        while position < end {
            let start = position
            position = endOfElement(input, from: start)
            let range = input.trimmed(start..<position)
            position += 1
            if !range.isEmpty, let element = Self.element(input, range) { return element }
        }
        return nil
    }

    /// The comma behind the element; one in a quoted string ends nothing.
    private mutating func endOfElement(_ input: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < end, input[index] != UInt8(ascii: ",") {
            if input[index] == UInt8(ascii: "\""), !hasOpenQuote {
                let quoted = HTTPParameters.quotedString(input, from: index, to: end)
                hasOpenQuote = quoted == nil
                index = quoted?.upperBound ?? index
            }
            index += 1
        }
        return index
    }

    private static func element(_ input: Span<UInt8>, _ range: Range<Int>) -> HTTPQualityElement? {
        var index = range.lowerBound
        while index < range.upperBound, OctetSet.token.contains(input[index]) || input[index] == UInt8(ascii: "/") {
            index += 1
        }
        let value = range.lowerBound..<index
        var element = HTTPQualityElement(value: value, parameters: index..<range.upperBound, quality: 1000)
        guard !value.isEmpty else { return nil }
        guard !element.parameters.isEmpty else { return element }
        var parameters = HTTPParameters(element.parameters)
        var hasWeight = false
        do throws(HTTPParameters.Malformed) {
            while let parameter = try parameters.next(in: input) {
                guard input.equals("q", in: parameter.name) else { continue }
                guard !hasWeight, !parameter.isQuoted, let quality = quality(input, parameter.value) else { return nil }
                element.quality = quality
                hasWeight = true
            }
        } catch {
            return nil
        }
        return element
    }

    /// `qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )`
    private static func quality(_ input: Span<UInt8>, _ range: Range<Int>) -> Int? {
        guard range.count <= 5, range.count < 2 || input[range.lowerBound + 1] == UInt8(ascii: ".") else { return nil }
        var quality = 0
        var unit = 1000
        for index in range where index != range.lowerBound + 1 {
            guard input[index].isDigit else { return nil }
            quality += Int(input[index] - 48) * unit
            unit /= 10
        }
        return quality <= 1000 ? quality : nil
    }
}

extension HTTPFields {
    /// Calls `body` with the elements of all fields of the name, in order, until it returns false. What comes behind
    /// the first ``HTTPQualityList/maximumCount`` elements is ignored.
    func forEachQualityElement(
        of name: HTTPField.Name, _ body: (_ input: Span<UInt8>, _ element: HTTPQualityElement) -> Bool
    ) {
        guard let storage else { return }
        var count = 0
        var next = storage.index(of: name)
        while let index = next {
            var list = HTTPQualityList(storage.entries[index].value)
            let input = storage.bytes.span
            while let element = list.next(in: input) {
                guard count < HTTPQualityList.maximumCount, body(input, element) else { return }
                count += 1
            }
            next = storage.index(of: name, from: index + 1)
        }
    }
}
