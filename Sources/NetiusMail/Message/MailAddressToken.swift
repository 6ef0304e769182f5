internal import Netius

/// A token of a structured header field (RFC 5322 section 3.2), of which comments are no part.
struct MailAddressToken: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case atom
        /// In quotes, which are taken away.
        case quoted
        /// In brackets, which are kept.
        case literal
        /// A single octet that separates.
        case special(UInt8)
    }

    let kind: Kind
    /// Of what separates, only a dot has a text: it may be part of a name.
    let text: [UInt8]
    /// Whether white space or a comment is before it.
    let isAfterSpace: Bool

    private static let dot = [UInt8(ascii: ".")]

    /// The tokens of a text; nil where quotes, brackets or a comment do not end, or there is a control character.
    static func tokens(of bytes: [UInt8]) -> [MailAddressToken]? {
        var tokens: [MailAddressToken] = []
        var index = 0
        var isAfterSpace = false
        while index < bytes.count {
            let start = index
            switch bytes[index] {
            case .space, .horizontalTab, .carriageReturn, .lineFeed:
                index += 1
                isAfterSpace = true
                continue
            case UInt8(ascii: "("):
                guard let end = endOfComment(bytes, from: index) else { return nil }
                index = end
                isAfterSpace = true
                continue
            case UInt8(ascii: "\""), UInt8(ascii: "["):
                let isQuoted = bytes[index] == UInt8(ascii: "\"")
                guard let text = enclosed(bytes, &index, by: isQuoted ? UInt8(ascii: "\"") : UInt8(ascii: "]")) else {
                    return nil
                }
                tokens.append(
                    MailAddressToken(
                        kind: isQuoted ? .quoted : .literal,
                        text: isQuoted ? text : [UInt8(ascii: "[")] + text + [UInt8(ascii: "]")],
                        isAfterSpace: isAfterSpace))
            case let byte where byte.isAtomText:
                while index < bytes.count, bytes[index].isAtomText { index += 1 }
                tokens.append(
                    MailAddressToken(kind: .atom, text: Array(bytes[start..<index]), isAfterSpace: isAfterSpace))
            case let byte where 0x20..<0x7F ~= byte:
                index += 1
                tokens.append(
                    MailAddressToken(
                        kind: .special(byte), text: byte == UInt8(ascii: ".") ? dot : [], isAfterSpace: isAfterSpace))
            default: return nil
            }
            isAfterSpace = false
        }
        return tokens
    }

    /// What is between the octet at `index` and the next `end`, escapes and folds undone; `index` moves behind.
    private static func enclosed(_ bytes: [UInt8], _ index: inout Int, by end: UInt8) -> [UInt8]? {
        var text: [UInt8] = []
        index += 1
        while index < bytes.count, bytes[index] != end {
            if bytes[index] == UInt8(ascii: "\\") { index += 1 }
            guard index < bytes.count, bytes[index] != 0 else { return nil }
            if bytes[index] != .carriageReturn, bytes[index] != .lineFeed { text.append(bytes[index]) }
            index += 1
        }
        guard index < bytes.count else { return nil }
        index += 1
        return text
    }

    /// Where the comment ends that begins at `start`; those within it are counted, not followed.
    static func endOfComment(_ bytes: [UInt8], from start: Int) -> Int? {
        var depth = 0
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"):
                depth -= 1
                if depth == 0 { return index + 1 }
            case UInt8(ascii: "\\"): index += 1
            default: break
            }
            index += 1
        }
        return nil
    }
}
