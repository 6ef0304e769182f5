internal import Netius

/// Text that is not ASCII, in the header section of ASCII messages (RFC 2047): `=?utf-8?Q?Caf=C3=A9?=`.
enum MailEncodedWord {
    /// The most characters of one (section 2).
    static let maximumLength = 75
    private static let frameLength = "=?utf-8?Q?".utf8.count + "?=".utf8.count

    /// Encodes text.
    ///
    /// No character is split between two of them.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - firstLength: The most characters of the first, which may have less space.
    /// - Returns: The words that stand for the text when they are written with white space between; none for none.
    static func encode(_ text: String, firstLength: Int = maximumLength) -> [[UInt8]] {
        let escapes = text.utf8.count { !isPlain($0) }
        let usesQ = escapes * 6 <= text.utf8.count * 2 + 6
        var words: [[UInt8]] = []
        var octets: [UInt8] = []
        // Too little for a character is as good as nothing: the word will begin a line.
        var limit = (firstLength < frameLength + 16 ? maximumLength : min(firstLength, maximumLength)) - frameLength
        func length(_ octets: [UInt8]) -> Int {
            usesQ ? octets.reduce(0) { $0 + (isPlain($1) || $1 == .space ? 1 : 3) } : (octets.count + 2) / 3 * 4
        }
        var used = 0
        for scalar in text.unicodeScalars {
            let character = Array(scalar.utf8)
            let more = usesQ ? used + length(character) : length(octets + character)
            if more > limit {
                words.append(word(octets, usesQ: usesQ))
                limit = maximumLength - frameLength
                octets = []
                used = 0
            }
            octets += character
            used += length(character)
        }
        if !octets.isEmpty { words.append(word(octets, usesQ: usesQ)) }
        return words
    }

    private static func word(_ octets: [UInt8], usesQ: Bool) -> [UInt8] {
        guard usesQ else { return Array("=?utf-8?B?\(Base64.encode(octets))?=".utf8) }
        var word = Array("=?utf-8?Q?".utf8)
        for octet in octets {
            if isPlain(octet) {
                word.append(octet)
            } else if octet == .space {
                word.append(UInt8(ascii: "_"))
            } else {
                word.appendHexadecimal(octet, after: UInt8(ascii: "="))
            }
        }
        return word + Array("?=".utf8)
    }

    /// What stands for itself in phrases (section 5, rule 3), and so everywhere.
    private static func isPlain(_ octet: UInt8) -> Bool {
        if octet.isLetter || octet.isDigit { return true }
        switch octet {
        case UInt8(ascii: "!"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"): return true
        default: return false
        }
    }
}

extension [UInt8] {
    /// Appends a mark and the two upper-case hexadecimal digits of an octet.
    mutating func appendHexadecimal(_ octet: UInt8, after mark: UInt8) {
        append(mark)
        for digit in [octet >> 4, octet & 15] {
            append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10)
        }
    }
}
