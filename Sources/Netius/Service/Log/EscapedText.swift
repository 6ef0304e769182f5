extension [UInt8] {
    /// Appends the text so that it neither ends a line, nor moves a terminal's cursor, nor ends a quoted string.
    ///
    /// Quotes and backslashes get a backslash (unless `quotes` is false); line ends, control characters and those that
    /// reorder what a reader sees become JSON's escapes (RFC 8259 section 7), so the result also fits a JSON string.
    package mutating func appendEscaped(_ text: String, quotes: Bool = true) {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            append(contentsOf: text.utf8)
            return
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                if quotes { append(UInt8(ascii: "\\")) }
                append(contentsOf: scalar.utf8)
            case "\n": append(contentsOf: "\\n".utf8)
            case "\r": append(contentsOf: "\\r".utf8)
            case "\t": append(contentsOf: "\\t".utf8)
            case let scalar where scalar.isDeceptive: appendEscape(of: scalar)
            default: append(contentsOf: scalar.utf8)
            }
        }
    }

    /// Appends `\u` and four digits: every deceptive scalar has at most four.
    private mutating func appendEscape(of scalar: Unicode.Scalar) {
        append(contentsOf: "\\u".utf8)
        for shift in [12, 8, 4, 0] as [UInt32] {
            let digit = UInt8(truncatingIfNeeded: scalar.value >> shift & 0xF)
            append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}

extension Unicode.Scalar {
    /// Whether it controls what is shown rather than being shown: C0, DEL and C1 controls, line and paragraph
    /// separators, and the marks, embeddings, overrides and isolates of bidirectional text.
    fileprivate var isDeceptive: Bool {
        switch value {
        case 0...0x1F, 0x7F...0x9F, 0x61C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}

extension String {
    /// The text between quotes, with what would break a line or end the quotes escaped.
    package var quoted: String {
        var bytes: [UInt8] = [UInt8(ascii: "\"")]
        bytes.appendEscaped(self)
        bytes.append(UInt8(ascii: "\""))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text as one line: line ends and control characters escaped, quotes left alone.
    package var onOneLine: String {
        var bytes: [UInt8] = []
        bytes.appendEscaped(self, quotes: false)
        return String(decoding: bytes, as: UTF8.self)
    }
}
