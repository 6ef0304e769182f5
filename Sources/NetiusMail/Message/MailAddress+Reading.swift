internal import Netius

extension MailAddress {
    /// Reads the address that begins at `start`, as RFC 5321 section 4.1.2 has it; nil where none does.
    ///
    /// ```
    /// Mailbox     = Local-part "@" ( Domain / address-literal )
    /// Local-part  = Dot-string / Quoted-string
    /// ```
    static func read(_ bytes: Span<UInt8>, from start: Int) -> (MailAddress, end: Int)? {
        guard let (local, at) = readLocalPart(bytes, from: start), at < bytes.count, bytes[at] == UInt8(ascii: "@"),
            let (domain, end) = readDomain(bytes, from: at + 1)
        else { return nil }
        let address = MailAddress(checkedLocalPart: local, domain: domain)
        return address.writtenCount <= maximumLength ? (address, end) : nil
    }

    private static func readLocalPart(_ bytes: Span<UInt8>, from start: Int) -> (String, end: Int)? {
        guard start < bytes.count else { return nil }
        if bytes[start] == UInt8(ascii: "\"") { return readQuoted(bytes, from: start + 1) }
        var end = start
        var atomStart = start
        while end < bytes.count, bytes[end].isAtomText || bytes[end] == UInt8(ascii: ".") {
            if bytes[end] == UInt8(ascii: ".") {
                guard end > atomStart else { return nil }
                atomStart = end + 1
            }
            end += 1
        }
        guard end > atomStart, end - start <= maximumLength,
            let text = bytes.text(in: start..<end)
        else { return nil }
        return (text, end)
    }

    /// ```
    /// Quoted-string  = DQUOTE *QcontentSMTP DQUOTE
    /// QcontentSMTP   = qtextSMTP / quoted-pairSMTP
    /// ```
    private static func readQuoted(_ bytes: Span<UInt8>, from start: Int) -> (String, end: Int)? {
        var content: [UInt8] = []
        var index = start
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            if bytes[index] == UInt8(ascii: "\\") { index += 1 }
            guard index < bytes.count, bytes[index] >= 0x20, bytes[index] != 0x7F,
                content.count < maximumLength
            else { return nil }
            content.append(bytes[index])
            index += 1
        }
        guard index < bytes.count, !content.isEmpty, let text = String(validating: content, as: UTF8.self) else {
            return nil
        }
        return (text, index + 1)
    }

    /// Reads a domain or an address literal that begins at `start`.
    ///
    /// ```
    /// Domain      = sub-domain *("." sub-domain)
    /// sub-domain  = Let-dig [Ldh-str]   ; RFC 6531: / U-label
    /// ```
    static func readDomain(_ bytes: Span<UInt8>, from start: Int) -> (String, end: Int)? {
        guard start < bytes.count else { return nil }
        if bytes[start] == UInt8(ascii: "[") { return readLiteral(bytes, from: start) }
        var index = start
        var labelStart = start
        // Whether it is ASCII in lower case, as most are, which is taken as it is.
        var isPlain = true
        while index < bytes.count, bytes[index].isDomainText {
            if bytes[index] >= 0x80 || bytes[index] != bytes[index].lowercased { isPlain = false }
            if bytes[index] == UInt8(ascii: ".") {
                guard isLabel(bytes, labelStart..<index) else { return nil }
                labelStart = index + 1
            }
            index += 1
        }
        guard isLabel(bytes, labelStart..<index), index - start <= maximumDomainLength else { return nil }
        if isPlain { return bytes.text(in: start..<index).map { ($0, index) } }
        let lower = bytes.octets(start..<index).map(\.lowercased)
        guard let text = String(validating: lower, as: UTF8.self), text.unicodeScalars.allSatisfy(isShown) else {
            return nil
        }
        return (text, index)
    }

    /// Whether it can be part of a name that is shown as it is: nothing blank, hidden or without meaning.
    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        guard !scalar.isASCII else { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            // Joiners are letters' (RFC 5892 appendix A).
            return scalar == "\u{200C}" || scalar == "\u{200D}"
        default: return true
        }
    }

    private static func isLabel(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        1...63 ~= range.count && bytes[range.lowerBound] != UInt8(ascii: "-")
            && bytes[range.upperBound - 1] != UInt8(ascii: "-")
    }

    /// RFC 5321 section 4.1.3; of the general form nothing is known.
    private static func readLiteral(_ bytes: Span<UInt8>, from start: Int) -> (String, end: Int)? {
        // The longest: [IPv6:, eight groups, an IPv4 address in the last two.
        let limit = min(bytes.count, start + 64)
        var end = start + 1
        while end < limit, bytes[end] != UInt8(ascii: "]") { end += 1 }
        guard end < limit else { return nil }
        let text = String(decoding: [UInt8](bytes.extracting(start + 1..<end)), as: UTF8.self)
        if text.lowercasedASCII.hasPrefix(literalTag.lowercasedASCII) {
            // Zones mean nothing to others.
            guard !text.contains("%"), let address = IPv6Address(String(text.dropFirst(literalTag.count))) else {
                return nil
            }
            return ("[\(literalTag)\(address)]", end + 1)
        }
        guard let address = IPv4Address(text) else { return nil }
        return ("[\(address)]", end + 1)
    }
}

extension UInt8 {
    /// RFC 5322 section 3.2.3 `atext`, RFC 6531 section 3.3 with UTF-8.
    var isAtomText: Bool {
        if isLetter || isDigit || self >= 0x80 { return true }
        switch self {
        case UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "?"),
            UInt8(ascii: "^")...UInt8(ascii: "`"), UInt8(ascii: "{")...UInt8(ascii: "~"):
            return true
        default: return false
        }
    }

    fileprivate var isDomainText: Bool {
        isLetter || isDigit || self >= 0x80 || self == UInt8(ascii: "-") || self == UInt8(ascii: ".")
    }
}
