internal import Netius

/// Writes the content of parts so that every line is one that mail may have.
enum MailContentEncoder {
    /// The most octets of a line, without its end (RFC 5322 section 2.1.1).
    static let maximumLineLength = 998
    private static let encodedLineLength = 76

    /// Text with CRLF at the end of each line, in the encoding that suits it.
    static func encode(_ text: String, allowingEightBit: Bool) -> (MailTransferEncoding, [UInt8]) {
        let octets = withLineEnds(text)
        let high = octets.count { $0 >= 0x80 }
        if isLines(octets), high == 0 || allowingEightBit { return (high == 0 ? .sevenBit : .eightBit, octets) }
        // An escaped octet takes three, in Base64 each takes a third more.
        let escapes = octets.count { $0 >= 0x7F || $0 < 0x20 && !$0.isBlank || $0 == UInt8(ascii: "=") }
        return escapes * 6 <= octets.count
            ? (.quotedPrintable, quotedPrintable(octets)) : (.base64, base64(octets))
    }

    /// Whether these are lines, ended by CRLF only, without NUL, none longer than 998 octets.
    static func isLines(_ octets: [UInt8]) -> Bool {
        var length = 0
        var previous: UInt8 = 0
        for octet in octets {
            if octet == 0 || previous == .carriageReturn && octet != .lineFeed { return false }
            if octet == .lineFeed {
                guard previous == .carriageReturn else { return false }
                length = 0
            } else if octet != .carriageReturn {
                length += 1
                guard length <= maximumLineLength else { return false }
            }
            previous = octet
        }
        return previous != .carriageReturn
    }

    /// The text's octets; CR and LF alone count as line ends too.
    private static func withLineEnds(_ text: String) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(text.utf8.count + text.utf8.count / 32)
        var previous: UInt8 = 0
        for octet in text.utf8 {
            if octet == .carriageReturn || octet == .lineFeed {
                if octet == .carriageReturn || previous != .carriageReturn { octets += [.carriageReturn, .lineFeed] }
            } else {
                octets.append(octet)
            }
            previous = octet
        }
        return octets
    }

    /// Base64 in lines, the last ended too.
    static func base64(_ octets: [UInt8]) -> [UInt8] {
        var lines: [UInt8] = []
        lines.reserveCapacity(octets.count / 57 * 78 + 80)
        var index = 0
        while index < octets.count {
            let end = min(index + encodedLineLength / 4 * 3, octets.count)
            lines.append(contentsOf: Base64.encode(Array(octets[index..<end])).utf8)
            lines += [.carriageReturn, .lineFeed]
            index = end
        }
        return lines
    }

    /// Quoted-printable of lines that end with CRLF: printable ASCII as it is, except where something on the way is known
    /// to change it: white space at the end of a line, `From ` at its start.
    static func quotedPrintable(_ octets: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(octets.count + octets.count / 8)
        var column = 0
        var index = 0
        while index < octets.count {
            if isLineEnd(octets, index) {
                text += [.carriageReturn, .lineFeed]
                column = 0
                index += 2
                continue
            }
            let isLast = index + 1 == octets.count || isLineEnd(octets, index + 1)
            let isPlain = isPlain(octets, index, isFirst: column == 0, isLast: isLast)
            // The last column is for the mark that the line goes on.
            if column + (isPlain ? 1 : 3) > encodedLineLength - (isLast ? 0 : 1) {
                text += [UInt8(ascii: "="), .carriageReturn, .lineFeed]
                column = 0
                continue
            }
            if isPlain {
                text.append(octets[index])
                column += 1
            } else {
                text.appendHexadecimal(octets[index], after: UInt8(ascii: "="))
                column += 3
            }
            index += 1
        }
        return text
    }

    private static func isPlain(_ octets: [UInt8], _ index: Int, isFirst: Bool, isLast: Bool) -> Bool {
        switch octets[index] {
        case .space, .horizontalTab: !isLast
        case UInt8(ascii: "="): false
        case UInt8(ascii: "F"): !isFirst || !octets[index...].starts(with: "From ".utf8)
        default: 0x21...0x7E ~= octets[index]
        }
    }

    private static func isLineEnd(_ octets: [UInt8], _ index: Int) -> Bool {
        index + 1 < octets.count && octets[index] == .carriageReturn && octets[index + 1] == .lineFeed
    }
}
