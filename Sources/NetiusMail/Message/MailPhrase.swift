internal import Netius

/// A phrase (RFC 5322 section 3.2.5): what names people and groups.
enum MailPhrase {
    /// The longest text in quotes, which cannot be folded; a longer one is made of encoded words.
    private static let maximumQuotedLength = 60

    /// The phrase as it is written where UTF-8 is allowed.
    static func text(_ phrase: String) -> String {
        isAtoms(phrase) ? phrase : quoted(phrase)
    }

    /// The words of the phrase, to be written with spaces between.
    ///
    /// - Parameters:
    ///   - phrase: The text.
    ///   - allowingUTF8: Whether they may be in UTF-8 (RFC 6532).
    ///   - firstLength: The most characters of an encoded first word.
    /// - Returns: The words; none for an empty phrase.
    static func words(_ phrase: String, allowingUTF8: Bool, firstLength: Int) -> [[UInt8]] {
        let isWritable = allowingUTF8 || phrase.utf8.allSatisfy { $0 < 0x80 }
        // Some readers decode what looks encoded wherever it is.
        guard isWritable, !phrase.contains("=?"), !phrase.contains("\t") else {
            return MailEncodedWord.encode(phrase, firstLength: firstLength)
        }
        let words = phrase.utf8.split(separator: .space).map { Array($0) }
        if isAtoms(phrase), words.allSatisfy({ $0.count <= maximumQuotedLength }) { return words }
        guard phrase.utf8.count <= maximumQuotedLength else {
            return MailEncodedWord.encode(phrase, firstLength: firstLength)
        }
        return [Array(quoted(phrase).utf8)]
    }

    /// Whether it is atoms with one space between two.
    private static func isAtoms(_ phrase: String) -> Bool {
        let words = phrase.utf8.split(separator: .space, omittingEmptySubsequences: false)
        return words.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isAtomText) } && !phrase.contains("=?")
    }

    private static func quoted(_ phrase: String) -> String {
        var text = "\""
        for scalar in phrase.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { text.append("\\") }
            text.unicodeScalars.append(scalar)
        }
        return text + "\""
    }
}
