internal import Netius

/// Writes the fields of a header section: folded so that lines have at most 78 octets where there is a place to fold
/// (RFC 5322 section 2.1.1), and never more than 998.
struct MailFieldWriter {
    private static let lineLength = 78
    /// A word that is longer is encoded, where that may be, so that its line is not too long.
    private static let maximumWordLength = 900

    private(set) var bytes: [UInt8] = []
    private let allowingUTF8: Bool
    private var column = 0

    init(allowingUTF8: Bool) {
        self.allowingUTF8 = allowingUTF8
    }

    /// Begins a field.
    mutating func begin(_ name: String) {
        bytes.append(contentsOf: name.utf8)
        bytes.append(UInt8(ascii: ":"))
        column = name.utf8.count + 1
    }

    /// Adds a word and the white space before it, where the line may be folded.
    mutating func append(_ word: some Collection<UInt8>, after space: [UInt8] = [.space]) {
        if column + space.count + word.count > Self.lineLength {
            bytes += [.carriageReturn, .lineFeed]
            column = 0
        }
        bytes.append(contentsOf: space)
        bytes.append(contentsOf: word)
        column += space.count + word.count
    }

    /// Ends the field.
    mutating func end() {
        bytes += [.carriageReturn, .lineFeed]
        column = 0
    }

    /// Writes a field of words.
    mutating func field(_ name: String, _ words: [String]) {
        begin(name)
        for word in words { append(word.utf8) }
        end()
    }

    /// What is left on the line for a word.
    private var room: Int { Self.lineLength - column - 1 }

    /// Writes an unstructured field (RFC 5322 section 3.6.5), encoded where ASCII does not hold it.
    mutating func text(_ name: String, _ value: String) {
        begin(name)
        let pieces = Self.pieces(value)
        guard !needsEncodingWhole(value, pieces) else {
            for word in MailEncodedWord.encode(value, firstLength: room) { append(word) }
            return end()
        }
        var index = 0
        while index < pieces.count {
            guard needsEncoding(pieces[index].word) else {
                append(pieces[index].word, after: pieces[index].space.isEmpty ? [.space] : pieces[index].space)
                index += 1
                continue
            }
            // White space between encoded words is left out when they are read: it is encoded with them.
            var run = pieces[index].word
            let space = pieces[index].space
            index += 1
            while index < pieces.count, needsEncoding(pieces[index].word) {
                run += pieces[index].space + pieces[index].word
                index += 1
            }
            let words = MailEncodedWord.encode(String(decoding: run, as: UTF8.self), firstLength: room)
            for (number, word) in words.enumerated() {
                append(word, after: number == 0 && !space.isEmpty ? space : [.space])
            }
        }
        end()
    }

    private func needsEncoding(_ word: [UInt8]) -> Bool {
        if word.count > Self.maximumWordLength || !allowingUTF8 && !word.allSatisfy({ $0 < 0x80 }) { return true }
        // It would be taken for an encoded word.
        return zip(word, word.dropFirst()).contains { $0 == UInt8(ascii: "=") && $1 == UInt8(ascii: "?") }
    }

    /// White space at the ends is no part of a value, and a line of nothing else ends no field everywhere.
    private func needsEncodingWhole(_ value: String, _ pieces: [Piece]) -> Bool {
        guard let first = value.utf8.first, let last = value.utf8.last else { return false }
        return first.isBlank || last.isBlank || pieces.contains { $0.space.count > Self.lineLength / 2 }
    }

    private struct Piece {
        var space: [UInt8]
        var word: [UInt8]
    }

    /// Words, each with the white space before it.
    private static func pieces(_ value: String) -> [Piece] {
        var pieces: [Piece] = []
        var space: [UInt8] = []
        for octet in value.utf8 {
            if octet.isBlank {
                space.append(octet)
            } else if space.isEmpty, !pieces.isEmpty {
                pieces[pieces.count - 1].word.append(octet)
            } else {
                pieces.append(Piece(space: space, word: [octet]))
                space = []
            }
        }
        return pieces
    }

    /// Writes a field of mailboxes, if there are any.
    mutating func mailboxes(_ name: String, _ mailboxes: [Mailbox]) throws(MailMessageError) {
        guard !mailboxes.isEmpty else { return }
        begin(name)
        for (index, mailbox) in mailboxes.enumerated() {
            guard allowingUTF8 || !mailbox.address.requiresUTF8 else { throw .requiresUTF8(mailbox.address) }
            let comma = index + 1 < mailboxes.count ? "," : ""
            guard let phrase = mailbox.name else {
                append("\(mailbox.address)\(comma)".utf8)
                continue
            }
            let words = MailPhrase.words(phrase, allowingUTF8: allowingUTF8, firstLength: room)
            for word in words { append(word) }
            append("<\(mailbox.address)>\(comma)".utf8)
        }
        end()
    }

    /// Writes Content-Disposition with the file's name: in quotes, or, where that does not hold it, as RFC 2231 has it.
    mutating func disposition(_ kind: String, fileName: String?) {
        begin("Content-Disposition")
        guard let fileName else {
            append(kind.utf8)
            return end()
        }
        append("\(kind);".utf8)
        let isQuotable =
            fileName.utf8.count <= 60 && fileName.utf8.allSatisfy { $0 < 0x80 } && !fileName.contains("=?")
        if isQuotable {
            append("filename=\"\(Self.escaped(fileName))\"".utf8)
        } else {
            let pieces = Self.percentEncoded(fileName)
            for (number, piece) in pieces.enumerated() {
                let name = pieces.count == 1 ? "filename*=" : "filename*\(number)*="
                append("\(name)\(number == 0 ? "utf-8''" : "")\(piece)\(number + 1 < pieces.count ? ";" : "")".utf8)
            }
        }
        end()
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { escaped.append("\\") }
            escaped.unicodeScalars.append(scalar)
        }
        return escaped
    }

    /// The text in pieces of at most 50 characters, all but letters, digits and `-._` escaped.
    private static func percentEncoded(_ text: String) -> [String] {
        var pieces: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars {
            var octets: [UInt8] = []
            for octet in scalar.utf8 {
                if octet.isLetter || octet.isDigit || [0x2D, 0x2E, 0x5F].contains(octet) {
                    octets.append(octet)
                } else {
                    octets.appendHexadecimal(octet, after: UInt8(ascii: "%"))
                }
            }
            if pieces[pieces.count - 1].count + octets.count > 50 { pieces.append([]) }
            pieces[pieces.count - 1] += octets
        }
        return pieces.map { String(decoding: $0, as: UTF8.self) }
    }
}
