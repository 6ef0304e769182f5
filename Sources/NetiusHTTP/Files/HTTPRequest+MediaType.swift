extension HTTPRequest {
    /// How much the client wants a media type, in thousandths: what the most specific range in Accept that it is in
    /// says (RFC 9110 section 12.5.1); the most where there is no Accept. Parameters are not looked at.
    ///
    /// - Parameter type: The type, in lower case, without parameters.
    func quality(ofMediaType type: StaticString) -> Int {
        guard headerFields.contains(.accept) else { return 1000 }
        var best = (specificity: 0, quality: 0)
        headerFields.forEachQualityElement(of: .accept) { input, element in
            let specificity = input.specificity(of: element.value, for: type)
            if specificity > best.specificity { best = (specificity, element.quality) }
            return true
        }
        return best.quality
    }
}

extension Span<UInt8> {
    /// 3 for the type itself, 2 for its top-level type with `/*`, 1 for `*/*`, 0 for all others.
    fileprivate func specificity(of range: Range<Int>, for type: StaticString) -> Int {
        if equals(type, in: range) { return 3 }
        if equals("*/*", in: range) { return 1 }
        guard range.count >= 2, equals("/*", in: range.upperBound - 2..<range.upperBound) else { return 0 }
        let expected = type.description.utf8
        let topLevel = range.lowerBound..<range.upperBound - 1
        guard expected.count > topLevel.count, expected.dropFirst(topLevel.count - 1).first == UInt8(ascii: "/") else {
            return 0
        }
        return zip(topLevel, expected).allSatisfy { self[$0].lowercased == $1 } ? 2 : 0
    }
}
