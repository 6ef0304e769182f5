internal import Netius

extension HTTPRequest {
    /// The content coding that the client likes best, by `Accept-Encoding` (RFC 9110 §12.5.3).
    ///
    /// - Parameter codings: What can be sent, in lower case, the one to be preferred among equals first: such as
    ///   `["br", "gzip"]`.
    /// - Returns: One of them, or nil to send the content as it is: where the client takes none of them, likes
    ///   `identity` better, or says nothing.
    public func preferredContentCoding(among codings: [String]) -> String? {
        guard headerFields.contains(.acceptEncoding) else { return nil }
        var best: String?
        var highest = max(headerFields.quality(ofContentCoding: "identity") ?? 0, 1)
        for coding in codings {
            guard let quality = headerFields.quality(ofContentCoding: coding),
                best == nil ? quality >= highest : quality > highest
            else { continue }
            (best, highest) = (coding, quality)
        }
        return best
    }
}

extension HTTPFields {
    /// How much the client wants a content coding, in thousandths: 0 for one that it refuses, nil where
    /// `Accept-Encoding` says nothing about it. For `identity` nil means that it is acceptable, for any other that it
    /// is not.
    ///
    /// Nothing is allocated. Where a coding is named twice, the first time counts. An `x-gzip` is a `gzip`.
    func quality(ofContentCoding coding: String) -> Int? {
        let wanted = coding.utf8.span
        var named: Int?
        var others: Int?
        forEachQualityElement(of: .acceptEncoding) { input, element in
            if input.isCoding(wanted, in: element.value) {
                named = element.quality
                return false
            }
            if others == nil, input.equals("*", in: element.value) { others = element.quality }
            return true
        }
        if let named { return named }
        // A `*` makes identity unacceptable, but never more welcome than what is named (RFC 9110 §12.5.3).
        return coding == "identity" && others != 0 ? nil : others
    }
}

extension Span<UInt8> {
    /// Whether the range names the coding, which is in lower case, or an old name for it (RFC 9110 §8.4.1).
    fileprivate func isCoding(_ coding: Span<UInt8>, in range: Range<Int>) -> Bool {
        let hasPrefix = range.count == coding.count + 2 && equals("x-", in: range.lowerBound..<range.lowerBound + 2)
        guard hasPrefix || range.count == coding.count else { return false }
        let start = hasPrefix ? range.lowerBound + 2 : range.lowerBound
        for offset in 0..<coding.count where self[start + offset].lowercased != coding[offset] { return false }
        return true
    }
}
