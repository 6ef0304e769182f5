internal import Netius

extension HTTPRequest {
    /// The language that the client likes best, by `Accept-Language` (RFC 9110 §12.5.4).
    ///
    /// It is found by lookup (RFC 4647 §3.4): of the ranges that the client names, in the order of their weights, the
    /// first that names one of the languages decides; a range is shortened subtag by subtag until it does, so that
    /// `de-CH` finds `de`, but `de` does not find `de-CH`. The range `*` finds the first language that is not refused.
    ///
    /// - Parameter languages: The tags of what can be sent, such as `["en", "de", "pt-BR"]`.
    /// - Returns: One of them; nil where the client names none of them, for which one has a default.
    public func preferredLanguage(among languages: [String]) -> String? {
        var ranges = languageRanges()
        let isRefused = ranges.filter { $0.quality == 0 }.map(\.tag)
        ranges.removeAll { $0.quality == 0 }
        // Stable: among equals the first in the list.
        for range in ranges.sorted(by: { $0.quality > $1.quality }) {
            let found =
                range.tag == "*"
                ? languages.first { !isRefused.contains($0.lowercased()) }
                : Self.lookUp(range.tag, among: languages)
            if let found { return found }
        }
        return nil
    }

    private struct LanguageRange {
        /// In lower case.
        var tag: String
        var quality: Int
    }

    private func languageRanges() -> [LanguageRange] {
        var ranges: [LanguageRange] = []
        headerFields.forEachQualityElement(of: .acceptLanguage) { input, element in
            guard Self.isLanguageRange(input, element.value) else { return true }
            var tag: [UInt8] = []
            for index in element.value { tag.append(input[index].lowercased) }
            ranges.append(LanguageRange(tag: String(decoding: tag, as: UTF8.self), quality: element.quality))
            return true
        }
        return ranges
    }

    /// `1*8ALPHA *("-" 1*8alphanum) / "*"` (RFC 4647 §2.1).
    private static func isLanguageRange(_ input: Span<UInt8>, _ range: Range<Int>) -> Bool {
        if input.equals("*", in: range) { return true }
        var length = 0
        var isFirst = true
        for index in range {
            if input[index] == UInt8(ascii: "-") {
                guard length > 0 else { return false }
                (length, isFirst) = (0, false)
            } else {
                guard input[index].isLetter || (!isFirst && input[index].isDigit), length < 8 else { return false }
                length += 1
            }
        }
        return length > 0
    }

    private static func lookUp(_ range: String, among languages: [String]) -> String? {
        let range = Array(range.utf8)[...]
        var end = range.endIndex
        while end > 0 {
            let tag = range[..<end]
            let found = languages.first {
                $0.utf8.count == tag.count && $0.utf8.lazy.map(\.lowercased).elementsEqual(tag)
            }
            if let found { return found }
            end = tag.lastIndex(of: UInt8(ascii: "-")) ?? 0
            // What a single letter introduces goes with it.
            if end >= 2, range[end - 2] == UInt8(ascii: "-") { end -= 2 }
        }
        return nil
    }
}
