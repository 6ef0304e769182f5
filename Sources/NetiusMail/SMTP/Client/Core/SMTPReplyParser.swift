internal import Netius

/// Reads replies (RFC 5321 section 4.2) from what has arrived of them.
///
/// ```
/// Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF
/// Reply-code = %x32-35 %x30-35 %x30-39
/// ```
/// The second digit is taken up to 9: some servers say 571, and nothing hangs on it.
struct SMTPReplyParser {
    private let maximumLineLength: Int
    private let maximumLines: Int
    private let maximumLength: Int
    /// The code of the lines that have come; nil before the first.
    private var code: Int?
    private var lines: [String] = []
    /// The octets of the lines that have come.
    private var length = 0
    private var status: SMTPEnhancedStatus?

    /// A parser.
    ///
    /// - Parameters:
    ///   - maximumLineLength: The most octets of a line, with its end.
    ///   - maximumLines: The most lines of a reply.
    ///   - maximumLength: The most octets of all lines of a reply, with their ends.
    init(maximumLineLength: Int, maximumLines: Int, maximumLength: Int = 16 * 1024) {
        self.maximumLineLength = maximumLineLength
        self.maximumLines = maximumLines
        self.maximumLength = maximumLength
    }

    /// Whether a reply has begun and not ended.
    var isWithinReply: Bool { code != nil }

    /// Reads lines up to the last one of a reply.
    ///
    /// - Parameter bytes: What has arrived and was not consumed.
    /// - Returns: The reply, nil where more has to arrive; and how many of the bytes were read, which are not to be
    ///   given again.
    /// - Throws: `SMTPReplyError`: nothing that follows can be understood.
    mutating func read(_ bytes: Span<UInt8>) throws(SMTPReplyError) -> (reply: SMTPReply?, consumed: Int) {
        var start = 0
        while let end = try lineEnd(bytes, from: start) {
            let isLast = try readLine(bytes.extracting(start..<end))
            start = end + 2
            if isLast { return (takeReply(), start) }
        }
        return (nil, start)
    }

    /// Where the CRLF of the line is that begins at `start`; nil where it has not come.
    private func lineEnd(_ bytes: Span<UInt8>, from start: Int) throws(SMTPReplyError) -> Int? {
        var index = start
        let limit = min(bytes.count, start + maximumLineLength)
        while index < limit {
            if bytes[index] == .lineFeed {
                guard index > start, bytes[index - 1] == .carriageReturn else { throw .bareLineFeed }
                return index - 1
            }
            index += 1
        }
        guard bytes.count - start < maximumLineLength else { throw .lineTooLong }
        return nil
    }

    /// Reads a line without its end; whether it is the last of its reply.
    private mutating func readLine(_ line: Span<UInt8>) throws(SMTPReplyError) -> Bool {
        guard line.count >= 3, 0x32...0x35 ~= line[0], line[1].isDigit, line[2].isDigit else { throw .noCode }
        let code = Int(line[0] - 0x30) * 100 + Int(line[1] - 0x30) * 10 + Int(line[2] - 0x30)
        guard self.code == nil || self.code == code else { throw .differentCodes }
        let isLast = line.count == 3 || line[3] == .space
        guard isLast || line[3] == UInt8(ascii: "-") else { throw .noCode }
        guard lines.count < maximumLines else { throw .tooManyLines }
        self.length += line.count + 2
        guard self.length <= maximumLength else { throw .tooLong }
        var text = line.extracting(min(4, line.count)..<line.count)
        if let (found, length) = Self.status(text, of: code), self.code == nil || found == status {
            status = found
            text = text.extracting(length..<text.count)
        }
        self.code = code
        lines.append(String(decoding: [UInt8](text), as: UTF8.self))
        return isLast
    }

    /// The enhanced status code that a text begins with (RFC 2034 section 4), if it is of the reply's class, and how many
    /// octets it takes with the space behind it.
    private static func status(_ text: Span<UInt8>, of code: Int) -> (SMTPEnhancedStatus, length: Int)? {
        guard text.count >= 5, Int(text[0]) - 0x30 == code / 100, text[1] == UInt8(ascii: ".") else { return nil }
        var numbers = (0, 0)
        var index = 2
        let subjectStart = index
        while index < text.count, text[index].isDigit, index - subjectStart < 3 {
            numbers.0 = numbers.0 * 10 + Int(text[index] - 0x30)
            index += 1
        }
        guard index > subjectStart, index < text.count, text[index] == UInt8(ascii: ".") else { return nil }
        index += 1
        let detailStart = index
        while index < text.count, text[index].isDigit, index - detailStart < 3 {
            numbers.1 = numbers.1 * 10 + Int(text[index] - 0x30)
            index += 1
        }
        guard index > detailStart, index == text.count || text[index] == .space,
            let status = SMTPEnhancedStatus(code / 100, numbers.0, numbers.1)
        else { return nil }
        return (status, min(index + 1, text.count))
    }

    private mutating func takeReply() -> SMTPReply {
        let reply = SMTPReply(code ?? 554, lines: lines, status: status)
        code = nil
        lines.removeAll(keepingCapacity: true)
        length = 0
        status = nil
        return reply
    }
}

/// Why what a server says is no reply.
enum SMTPReplyError: Error, Hashable, CustomStringConvertible {
    /// A line does not begin with three digits and a space or a hyphen.
    case noCode
    /// The lines of one reply have several codes.
    case differentCodes
    /// A line feed without a carriage return.
    case bareLineFeed
    /// More octets without a line's end than a line may have.
    case lineTooLong
    /// More lines than a reply may have.
    case tooManyLines
    /// More octets than a reply may have.
    case tooLong
    /// A code that does not answer what was said.
    case unexpectedCode(Int)

    /// One line for people.
    var description: String {
        switch self {
        case .noCode: "a line does not begin with a reply code"
        case .differentCodes: "the lines of one reply have different codes"
        case .bareLineFeed: "a line does not end with CRLF"
        case .lineTooLong: "a line is too long"
        case .tooManyLines: "a reply has too many lines"
        case .tooLong: "a reply is too long"
        case .unexpectedCode(let code): "the code \(code) makes no sense here"
        }
    }
}
