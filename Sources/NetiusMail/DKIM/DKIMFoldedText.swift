internal import Netius

/// A field that is written word by word, in lines of at most 76 characters where words are not longer.
struct DKIMFoldedText {
    private static let width = 76

    private(set) var bytes: [UInt8]
    /// How many characters the last line has.
    private var column: Int

    init(_ start: String) {
        bytes = Array(start.utf8)
        column = bytes.count
    }

    /// Appends a word, with a space before it or, where it does not fit, in a line of its own. One that is not spaced
    /// follows what is there, if it fits.
    mutating func append(_ word: String, isSpaced: Bool = true) {
        if column + word.utf8.count + (isSpaced ? 1 : 0) > Self.width {
            fold()
        } else if isSpaced {
            bytes.append(.space)
            column += 1
        }
        bytes += Array(word.utf8)
        column += word.utf8.count
    }

    /// Appends a text that may be broken anywhere.
    mutating func appendBroken(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            if column >= Self.width { fold() }
            let part = rest.prefix(Self.width - column)
            bytes += part
            column += part.count
            rest = rest.dropFirst(part.count)
        }
    }

    private mutating func fold() {
        bytes += [.carriageReturn, .lineFeed, .horizontalTab]
        // A tab is as wide as eight.
        column = 8
    }
}
