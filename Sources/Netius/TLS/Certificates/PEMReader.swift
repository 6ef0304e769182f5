/// Finds the blocks in a text. What is around them is left alone: comments, the "bag attributes" of other programs.
///
/// Line ends are LF, CR LF or CR; white space around a line does not count, nor does a byte order mark.
package struct PEMReader {
    private static let begin = Array("-----BEGIN ".utf8)
    private static let end = Array("-----END ".utf8)
    private static let dashes = Array("-----".utf8)

    /// A block that has begun.
    private struct Open {
        let label: String
        let line: Int
        var header = ""
        /// Whether the last line was one of the header, which the next may continue.
        var isInHeader = false
        var base64: [UInt8] = []
    }

    private var blocks: [PEMBlock] = []
    private var open: Open?
    private var number = 0

    /// The blocks of the text, in order.
    package static func blocks(of text: [UInt8]) throws(TLSConfigurationError) -> [PEMBlock] {
        var reader = PEMReader()
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        var rest = text.starts(with: mark) ? text[mark.count...] : text[...]
        while !rest.isEmpty {
            let lineEnd = rest.firstIndex { $0 == 10 || $0 == 13 } ?? rest.endIndex
            try reader.read(rest[rest.startIndex..<lineEnd])
            rest = rest[lineEnd...].dropFirst()
            // The LF after a CR is part of the same line's end.
            if lineEnd < text.endIndex, text[lineEnd] == 13, rest.first == 10 { rest = rest.dropFirst() }
        }
        if let open = reader.open {
            throw TLSConfigurationError("the \(open.label.quoted) that begins in line \(open.line) has no end")
        }
        return reader.blocks
    }

    private mutating func read(_ untrimmed: ArraySlice<UInt8>) throws(TLSConfigurationError) {
        number += 1
        let isIndented = untrimmed.first.map(Self.isSpace) ?? false
        let line = Self.trimmed(untrimmed)
        if let label = Self.label(of: line, after: Self.begin) {
            if let open { throw TLSConfigurationError("the \(open.label.quoted) of line \(open.line) has no end") }
            open = Open(label: label, line: number)
        } else if open != nil, let label = Self.label(of: line, after: Self.end) {
            try close(label)
        } else if open != nil {
            try add(line, isIndented: isIndented)
        }
    }

    private mutating func add(_ line: ArraySlice<UInt8>, isIndented: Bool) throws(TLSConfigurationError) {
        guard var block = open.take() else { return }
        defer { open = block }
        if line.isEmpty {
            block.isInHeader = false
        } else if line.contains(UInt8(ascii: ":")) || (block.isInHeader && isIndented) {
            block.header += (isIndented ? " " : "") + String(decoding: line, as: UTF8.self) + "\n"
            block.isInHeader = true
        } else {
            block.isInHeader = false
            block.base64 += line
        }
    }

    private mutating func close(_ label: String) throws(TLSConfigurationError) {
        guard let block = open.take() else { return }
        guard block.label == label, let content = OpenSSLCoding.octets(ofBase64: block.base64) else {
            throw TLSConfigurationError(
                block.label == label
                    ? "the \(label.quoted) that begins in line \(block.line) is not Base64"
                    : "line \(number) ends a \(label.quoted), line \(block.line) began a \(block.label.quoted)")
        }
        blocks.append(PEMBlock(label: label, header: block.header, content: content))
    }

    /// The label of a line that begins or ends a block; nil for any other line.
    private static func label(of line: ArraySlice<UInt8>, after prefix: [UInt8]) -> String? {
        guard line.count >= prefix.count + dashes.count, line.starts(with: prefix),
            line.suffix(dashes.count).elementsEqual(dashes)
        else { return nil }
        return String(decoding: line.dropFirst(prefix.count).dropLast(dashes.count), as: UTF8.self)
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let tail = line.drop(while: isSpace)
        return tail.dropLast(tail.reversed().prefix(while: isSpace).count)
    }

    private static func isSpace(_ octet: UInt8) -> Bool { octet == 32 || octet == 9 }
}
