internal import Netius

/// Checks what follows the size of a chunk, octet by octet (RFC 9112 §7.1.1). Nothing of it is kept.
///
///     chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )
///     chunk-ext-val = token / quoted-string
struct HTTP1ChunkExtensionScanner {
    private enum Stage: UInt8 {
        case beforeSemicolon, beforeName, name, afterName, beforeValue, value, quoted, escaped, afterValue
    }

    private var stage = Stage.beforeSemicolon

    init() {}

    /// Takes the next octet, which is not CR.
    mutating func read(_ octet: UInt8) throws(HTTP1Error) {
        if octet == .lineFeed { throw .bareLineFeed }
        guard let next = next(octet) else { throw .invalidChunkExtension }
        stage = next
    }

    /// Takes the end of the line, which whitespace may not precede.
    func finish() throws(HTTP1Error) {
        guard stage == .name || stage == .value || stage == .afterValue else { throw .invalidChunkExtension }
    }

    private func next(_ octet: UInt8) -> Stage? {
        let isToken = OctetSet.token.contains(octet)
        switch (stage, octet) {
        case (.beforeSemicolon, _) where octet.isWhitespace: return .beforeSemicolon
        case (.beforeSemicolon, UInt8(ascii: ";")): return .beforeName
        case (.beforeName, _) where octet.isWhitespace: return .beforeName
        case (.beforeName, _) where isToken, (.name, _) where isToken: return .name
        case (.name, _) where octet.isWhitespace, (.afterName, _) where octet.isWhitespace: return .afterName
        case (.name, UInt8(ascii: ";")), (.afterName, UInt8(ascii: ";")): return .beforeName
        case (.name, UInt8(ascii: "=")), (.afterName, UInt8(ascii: "=")): return .beforeValue
        case (.beforeValue, _) where octet.isWhitespace: return .beforeValue
        case (.beforeValue, UInt8(ascii: "\"")): return .quoted
        case (.beforeValue, _) where isToken, (.value, _) where isToken: return .value
        case (.value, _) where octet.isWhitespace, (.afterValue, _) where octet.isWhitespace: return .beforeSemicolon
        case (.value, UInt8(ascii: ";")), (.afterValue, UInt8(ascii: ";")): return .beforeName
        case (.quoted, UInt8(ascii: "\"")): return .afterValue
        case (.quoted, UInt8(ascii: "\\")): return .escaped
        case (.quoted, _) where octet >= 0x80 || OctetSet.quotedText.contains(octet): return .quoted
        case (.escaped, _) where octet.isFieldText: return .quoted
        default: return nil
        }
    }
}
