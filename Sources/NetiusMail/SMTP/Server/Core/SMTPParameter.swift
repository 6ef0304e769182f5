internal import Netius

/// A parameter of MAIL or RCPT (RFC 5321 section 4.1.2): where its keyword and its value are.
///
/// ```
/// esmtp-param    = esmtp-keyword ["=" esmtp-value]
/// esmtp-keyword  = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
/// esmtp-value    = 1*(%d33-60 / %d62-126)   ; RFC 6531: / UTF8-non-ascii
/// ```
struct SMTPParameter {
    let keyword: Range<Int>
    /// Nil where there is no `=`.
    let value: Range<Int>?

    /// Reads the parameter at `position`, which is behind the path or the parameter before; nil at the end.
    static func next(_ bytes: Span<UInt8>, at position: inout Int) throws(SMTPRefusal) -> SMTPParameter? {
        guard position < bytes.count else { return nil }
        guard bytes[position] == .space else { throw .badParameters }
        let start = position + 1
        var index = start
        while index < bytes.count,
            bytes[index].isLetter || bytes[index].isDigit || (bytes[index] == UInt8(ascii: "-") && index > start)
        {
            index += 1
        }
        let keyword = start..<index
        guard !keyword.isEmpty else { throw .badParameters }
        guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else {
            position = index
            return SMTPParameter(keyword: keyword, value: nil)
        }
        let valueStart = index + 1
        index = valueStart
        while index < bytes.count, bytes[index] > 0x20, bytes[index] != 0x7F, bytes[index] != UInt8(ascii: "=") {
            index += 1
        }
        guard index > valueStart else { throw .badParameters }
        position = index
        return SMTPParameter(keyword: keyword, value: valueStart..<index)
    }
}

/// Why a command is answered at once, and with what.
struct SMTPRefusal: Error {
    let reply: SMTPReply

    static let badParameters = SMTPRefusal(reply: .badParameters)
    static let unknownParameter = SMTPRefusal(reply: .unknownParameter)
}
