internal import Netius

extension MailParameters {
    /// The most parameters, or pieces of them, that are read; any more are passed over.
    private static let maximumCount = 256

    /// Reads `*(";" name "=" value)`, as forgiving as readers of mail are: values that should be in quotes go to the next
    /// semicolon, what is no parameter is passed over.
    init(reading bytes: [UInt8], from start: Int) {
        var pieces = MailParameterPieces()
        var index = start
        var count = 0
        while let semicolon = Self.nextSemicolon(bytes, from: index), count < Self.maximumCount {
            count += 1
            index = semicolon + 1
            let nameStart = Self.skipBlank(bytes, from: index)
            var nameEnd = nameStart
            while nameEnd < bytes.count, bytes[nameEnd].isParameterName { nameEnd += 1 }
            let equals = Self.skipBlank(bytes, from: nameEnd)
            guard nameEnd > nameStart, equals < bytes.count, bytes[equals] == UInt8(ascii: "=") else { continue }
            let valueStart = Self.skipBlank(bytes, from: equals + 1)
            let value: [UInt8]
            (value, index) = Self.value(bytes, from: valueStart)
            pieces.add(name: String(decoding: bytes[nameStart..<nameEnd], as: UTF8.self).lowercasedASCII, value: value)
        }
        for (name, value, wasEncoded) in pieces.joined() { append(name, value, wasEncoded: wasEncoded) }
    }

    /// The next semicolon that is outside of comments; it need not be where it should.
    private static func nextSemicolon(_ bytes: [UInt8], from start: Int) -> Int? {
        var index = start
        while index < bytes.count, bytes[index] != UInt8(ascii: ";") {
            if bytes[index] == UInt8(ascii: "(") {
                guard let end = MailAddressToken.endOfComment(bytes, from: index) else { return nil }
                index = end
            } else {
                index += 1
            }
        }
        return index < bytes.count ? index : nil
    }

    /// Behind white space and comments.
    private static func skipBlank(_ bytes: [UInt8], from start: Int) -> Int {
        var index = start
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "(") {
                index = MailAddressToken.endOfComment(bytes, from: index) ?? bytes.count
            } else if bytes[index].isBlank {
                index += 1
            } else {
                break
            }
        }
        return index
    }

    private static func value(_ bytes: [UInt8], from start: Int) -> (value: [UInt8], end: Int) {
        var value: [UInt8] = []
        var index = start
        if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
            index += 1
            while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count { index += 1 }
                value.append(bytes[index])
                index += 1
            }
            return (value, min(index + 1, bytes.count))
        }
        while index < bytes.count, bytes[index] != UInt8(ascii: ";"), bytes[index] != UInt8(ascii: "(") {
            value.append(bytes[index])
            index += 1
        }
        while let last = value.last, last.isBlank { value.removeLast() }
        return (value, index)
    }
}

/// The parameters of one field, which may be in pieces and in a character set (RFC 2231): `title*0*`, `title*1`.
private struct MailParameterPieces {
    private struct Piece {
        var value: [UInt8]
        var isExtended: Bool
    }

    private var names: [String] = []
    private var plain: [String: [UInt8]] = [:]
    private var pieces: [String: [Int: Piece]] = [:]

    mutating func add(name: String, value: [UInt8]) {
        let parts = name.split(separator: "*", maxSplits: 2, omittingEmptySubsequences: false)
        let base = String(parts[0])
        if plain[base] == nil, pieces[base] == nil { names.append(base) }
        guard parts.count > 1 else {
            if plain[base] == nil { plain[base] = value }
            return
        }
        // `name*` is the only piece, `name*0` the first of plain ones, `name*0*` the first of encoded ones.
        let number = parts[1].isEmpty ? 0 : parts[1].utf8.count < 5 ? Int(parts[1]) : nil
        guard let number, number >= 0, pieces[base]?[number] == nil else { return }
        pieces[base, default: [:]][number] = Piece(value: value, isExtended: parts.count == 3 || parts[1].isEmpty)
    }

    func joined() -> [(name: String, value: String, wasEncoded: Bool)] {
        names.compactMap { name in
            // Where the parts of a message begin all readers must see alike, those too that do not know RFC 2231.
            let isPlain = name == "boundary" && plain[name] != nil
            if !isPlain, let text = pieces[name].flatMap({ Self.text($0) }) { return (name, text, true) }
            return plain[name].map { (name, String(decoding: $0, as: UTF8.self).withoutControlCharacters, false) }
        }
    }

    /// The pieces from the first on, as long as none is missing; nil without a first one.
    private static func text(_ pieces: [Int: Piece]) -> String? {
        guard let first = pieces[0] else { return nil }
        var octets: [UInt8] = []
        var charset: MailCharset? = .utf8
        if first.isExtended {
            // charset "'" language "'" text
            let parts = first.value.split(separator: UInt8(ascii: "'"), maxSplits: 2, omittingEmptySubsequences: false)
            if parts.count == 3 {
                let name = String(decoding: parts[0], as: UTF8.self)
                charset = name.isEmpty ? .usASCII : MailCharset(name)
                octets = percentDecoded(parts[2], charset)
            } else {
                octets = percentDecoded(first.value[...], charset)
            }
        } else {
            octets = first.value
        }
        var number = 1
        while let piece = pieces[number] {
            octets += piece.isExtended ? percentDecoded(piece.value[...], charset) : piece.value
            number += 1
        }
        return (charset ?? .utf8).decode(octets).withoutControlCharacters
    }

    /// Of an unknown character set it stays as it is.
    private static func percentDecoded(_ text: ArraySlice<UInt8>, _ charset: MailCharset?) -> [UInt8] {
        guard charset != nil else { return Array(text) }
        var octets: [UInt8] = []
        var index = text.startIndex
        while index < text.endIndex {
            if text[index] == UInt8(ascii: "%"), index + 2 < text.endIndex, let high = text[index + 1].hexadecimalValue,
                let low = text[index + 2].hexadecimalValue
            {
                octets.append(high << 4 | low)
                index += 3
            } else {
                octets.append(text[index])
                index += 1
            }
        }
        return octets
    }
}

extension UInt8 {
    /// RFC 2045 section 5.1: printable ASCII that separates nothing.
    var isParameterName: Bool {
        guard 0x21...0x7E ~= self else { return false }
        switch self {
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "@"),
            UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "\\"), UInt8(ascii: "\""),
            UInt8(ascii: "/"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "?"), UInt8(ascii: "="):
            return false
        default: return true
        }
    }
}
