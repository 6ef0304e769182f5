internal import Netius

extension MailEncodedWord {
    /// The text that the value of an unstructured field stands for: its encoded words decoded, white space between two of
    /// them left out (RFC 2047 section 6.2). What is malformed, or in an unknown character set, stays as it is. Control
    /// characters become spaces, so that what was decoded ends no line.
    static func decode(_ text: String) -> String {
        guard text.contains("=?") else { return text.withoutControlCharacters }
        let octets = Array(text.utf8)
        var decoded = ""
        // Characters may be split between words of one character set, though they must not.
        var run: (charset: MailCharset, octets: [UInt8])?
        func finishRun() {
            if let ended = run { decoded += ended.charset.decode(ended.octets) }
            run = nil
        }
        var plainStart = 0
        var index = 0
        while index < octets.count {
            let isAtStart = index == plainStart && run != nil || index == 0 || octets[index - 1].isBlank
            guard isAtStart, let word = read(octets, at: index) else {
                index += 1
                continue
            }
            let between = octets[plainStart..<index]
            if run == nil || !between.allSatisfy(\.isBlank) {
                finishRun()
                decoded += String(decoding: between, as: UTF8.self)
            }
            if run?.charset == word.charset {
                run?.octets += word.octets
            } else {
                finishRun()
                run = (word.charset, word.octets)
            }
            index = word.end
            plainStart = index
        }
        finishRun()
        decoded += String(decoding: octets[plainStart...], as: UTF8.self)
        return decoded.withoutControlCharacters
    }

    /// Reads the word that begins at `start`; nil where none does, or none that is understood.
    ///
    /// ```
    /// encoded-word = "=?" charset "?" encoding "?" encoded-text "?="
    /// ```
    private static func read(_ octets: [UInt8], at start: Int) -> (charset: MailCharset, octets: [UInt8], end: Int)? {
        guard octets[start...].starts(with: "=?".utf8), let nameEnd = end(octets, of: start + 2), nameEnd > start + 2,
            nameEnd + 2 < octets.count, octets[nameEnd + 2] == UInt8(ascii: "?"),
            let textEnd = end(octets, of: nameEnd + 3), textEnd + 1 < octets.count,
            octets[textEnd + 1] == UInt8(ascii: "=")
        else { return nil }
        let end = textEnd + 2
        guard isBoundary(octets, end) else { return nil }
        // RFC 2231 section 5: a language may follow the character set.
        let name = octets[start + 2..<nameEnd].prefix { $0 != UInt8(ascii: "*") }
        guard let charset = MailCharset(String(decoding: name, as: UTF8.self)) else { return nil }
        let text = octets[nameEnd + 3..<textEnd]
        switch octets[nameEnd + 1].lowercased {
        case UInt8(ascii: "q"): return (charset, decodeQ(text), end)
        case UInt8(ascii: "b"):
            var decoder = MailBase64Decoder()
            var decoded: [UInt8] = []
            decoder.decode(text, into: &decoded)
            decoder.finish(into: &decoded)
            return (charset, decoded, end)
        default: return nil
        }
    }

    /// The next question mark; nil where white space, or nothing more, comes first.
    private static func end(_ octets: [UInt8], of start: Int) -> Int? {
        var index = start
        while index < octets.count, octets[index] != UInt8(ascii: "?") {
            guard octets[index] > 0x20, octets[index] < 0x7F else { return nil }
            index += 1
        }
        return index < octets.count ? index : nil
    }

    /// Whether a word may end here: before white space, the end, or another word.
    private static func isBoundary(_ octets: [UInt8], _ index: Int) -> Bool {
        index == octets.count || octets[index].isBlank || octets[index...].starts(with: "=?".utf8)
    }

    private static func decodeQ(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var decoded: [UInt8] = []
        var index = text.startIndex
        while index < text.endIndex {
            if text[index] == UInt8(ascii: "="), index + 2 < text.endIndex, let high = text[index + 1].hexadecimalValue,
                let low = text[index + 2].hexadecimalValue
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(text[index] == UInt8(ascii: "_") ? .space : text[index])
                index += 1
            }
        }
        return decoded
    }
}

extension UInt8 {
    /// A space or a tab, or the line end of a fold.
    var isBlank: Bool { self == .space || self == .horizontalTab || self == .carriageReturn || self == .lineFeed }
}
