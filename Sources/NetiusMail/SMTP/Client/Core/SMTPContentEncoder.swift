internal import Netius

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What becomes of line ends in a message that are not CRLF. They are never sent: a server that took them for line ends
/// where another does not would see another message (RFC 5321 section 2.3.8).
public enum SMTPLineEnds: Sendable, Hashable {
    /// A CR or LF alone becomes CRLF.
    case normalized
    /// The message is not sent.
    case strict
}

/// Writes content as DATA has it (RFC 5321 section 4.5.2): a period before each line that begins with one, and a line with
/// a period alone behind the last. It takes the content in whatever pieces.
struct SMTPContentEncoder {
    private enum Position {
        case lineStart
        case withinLine
        /// A CR has come, and was not written: what follows decides.
        case afterCarriageReturn
    }

    private let lineEnds: SMTPLineEnds
    private var position = Position.lineStart

    init(lineEnds: SMTPLineEnds) {
        self.lineEnds = lineEnds
    }

    /// Appends what a piece of the content becomes.
    ///
    /// - Throws: `SMTPLineEndError` for a CR or LF alone, where those are not to be normalised.
    mutating func append(_ piece: Span<UInt8>, to output: OutputBuffer) throws(SMTPLineEndError) {
        guard piece.count > 0 else { return }
        var index = 0
        if position == .afterCarriageReturn {
            if piece[0] == .lineFeed {
                endLine(output)
                index = 1
            } else {
                try endBareLine(.carriageReturn, output)
            }
        }
        // What is not written yet begins here.
        var runStart = index
        var nextFeed = index
        while index < piece.count {
            if position == .lineStart {
                if piece[index] == UInt8(ascii: ".") {
                    output.append(piece.extracting(runStart..<index))
                    output.append(UInt8(ascii: "."))
                    runStart = index
                }
                position = .withinLine
            }
            if nextFeed <= index { nextFeed = piece.firstIndex(of: .lineFeed, in: index..<piece.count) ?? piece.count }
            let found = piece.firstIndex(of: .carriageReturn, in: index..<nextFeed)
            if let found, found + 1 == nextFeed, nextFeed < piece.count {
                index = nextFeed + 1
                nextFeed = index
                position = .lineStart
                continue
            }
            guard found != nil || nextFeed < piece.count else { break }
            let end = found ?? nextFeed
            output.append(piece.extracting(runStart..<end))
            index = end + 1
            runStart = index
            if found != nil, index == piece.count {
                position = .afterCarriageReturn
                break
            }
            try endBareLine(found != nil ? .carriageReturn : .lineFeed, output)
            if found == nil { nextFeed = index }
        }
        output.append(piece.extracting(runStart..<piece.count))
    }

    /// Appends the end of the last line, if it has none, and of the content.
    mutating func finish(_ output: OutputBuffer) throws(SMTPLineEndError) {
        switch position {
        case .lineStart: break
        case .withinLine: endLine(output)
        case .afterCarriageReturn: try endBareLine(.carriageReturn, output)
        }
        output.append(".\r\n")
    }

    private mutating func endLine(_ output: OutputBuffer) {
        output.append("\r\n")
        position = .lineStart
    }

    private mutating func endBareLine(_ byte: UInt8, _ output: OutputBuffer) throws(SMTPLineEndError) {
        guard lineEnds == .normalized else {
            throw byte == .lineFeed ? .bareLineFeed : .bareCarriageReturn
        }
        endLine(output)
    }
}

/// Why content cannot be sent.
enum SMTPLineEndError: Error, Hashable, CustomStringConvertible {
    case bareLineFeed
    case bareCarriageReturn

    /// One line for people.
    var description: String {
        switch self {
        case .bareLineFeed: "the message has a line feed without a carriage return"
        case .bareCarriageReturn: "the message has a carriage return without a line feed"
        }
    }
}

extension Span<UInt8> {
    /// Where the octet first is within the range.
    fileprivate func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        guard !range.isEmpty else { return nil }
        // Safe: the pointer is used during the call only, within the span, which holds the range.
        return unsafe extracting(range).withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress, let found = unsafe memchr(start, Int32(byte), bytes.count) else {
                return nil
            }
            return unsafe range.lowerBound + (UnsafeRawPointer(found) - start)
        }
    }
}
