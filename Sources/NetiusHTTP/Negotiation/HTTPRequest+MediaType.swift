internal import Netius

extension HTTPRequest {
    /// The media type that the client likes best, by `Accept` (RFC 9110 §12.5.1).
    ///
    /// For each type the most specific range that it is in decides: with `text/*;q=0.5, text/html` a `text/plain` has
    /// the weight 0.5.
    ///
    /// - Parameter types: What can be sent, the one to be preferred among equals first: such as
    ///   `["text/html", "application/json"]`.
    /// - Returns: One of them; the first where the client says nothing; nil where it takes none, which is to be
    ///   answered with 406, or with any of them nevertheless.
    public func preferredMediaType(among types: [String]) -> String? {
        var best: String?
        var highest = 0
        for type in types {
            guard let offer = HTTPMediaType(type) else { continue }
            guard let quality = headerFields.quality(of: offer) else { return types.first }
            if quality > highest { (best, highest) = (type, quality) }
        }
        return best
    }
}

extension HTTPFields {
    /// How much the client wants a media type, in thousandths; nil where `Accept` says nothing at all.
    fileprivate func quality(of type: HTTPMediaType) -> Int? {
        var result: (specificity: Int, quality: Int)?
        forEachQualityElement(of: .accept) { input, element in
            guard let range = HTTPMediaRange(input, element) else { return true }
            let specificity = range.specificity(for: type, input) ?? -1
            if specificity > result?.specificity ?? -2 {
                result = (specificity, specificity < 0 ? 0 : element.quality)
            }
            return true
        }
        return result?.quality
    }
}

/// A range of media types: `*/*`, `type/*` or `type/subtype`, the last perhaps with parameters.
private struct HTTPMediaRange {
    private let element: HTTPQualityElement
    private let slash: Int

    /// Nil for what is no range.
    init?(_ input: Span<UInt8>, _ element: HTTPQualityElement) {
        self.element = element
        let value = element.value
        slash = input.endOfToken(from: value.lowerBound, to: value.upperBound)
        guard slash > value.lowerBound, slash + 1 < value.upperBound,
            input.endOfToken(from: slash + 1, to: value.upperBound) == value.upperBound
        else { return nil }
        if input.equals("*", in: value.lowerBound..<slash), !input.equals("*", in: slash + 1..<value.upperBound) {
            return nil
        }
    }

    /// How closely the range describes the type; nil if the type is not in it.
    func specificity(for type: HTTPMediaType, _ input: Span<UInt8>) -> Int? {
        let value = element.value
        let essence = type.essence.utf8.span
        if input.equals("*", in: slash + 1..<value.upperBound) {
            if input.equals("*", in: value.lowerBound..<slash) { return 0 }
            // With the slash, or `text` would be a beginning of `texture`.
            return input.matches(essence, in: value.lowerBound..<slash + 1) ? 1 : nil
        }
        guard value.count == essence.count, input.matches(essence, in: value) else { return nil }
        return parametersMatch(type, input).map { 2 + $0 }
    }

    /// How many parameters the range has, all of which the type must have too.
    private func parametersMatch(_ type: HTTPMediaType, _ input: Span<UInt8>) -> Int? {
        var parameters = HTTPParameters(element.parameters)
        var count = 0
        while let parameter = try? parameters.next(in: input) {
            if input.equals("q", in: parameter.name) { continue }
            var name: [UInt8] = []
            name.append(input, parameter.name)
            let value = String(decoding: parameter.octets(in: input), as: UTF8.self)
            guard let own = type[parameter: String(decoding: name, as: UTF8.self)],
                own.lowercased() == value.lowercased()
            else { return nil }
            count += 1
        }
        return count
    }
}

extension Span<UInt8> {
    /// Whether the octets of the range are the first of the lower-case `text`, without regard to case.
    fileprivate func matches(_ text: Span<UInt8>, in range: Range<Int>) -> Bool {
        guard range.count <= text.count else { return false }
        for index in 0..<range.count where self[range.lowerBound + index].lowercased != text[index] {
            return false
        }
        return true
    }
}
