/// What a server says to a command (RFC 5321 section 4.2): a code, perhaps an enhanced one, and text for people.
public struct SMTPReply: Sendable, Hashable {
    /// Three digits: 200 to 599.
    public let code: Int
    /// The enhanced status code (RFC 2034); nil where there is none, as in replies to EHLO.
    public let enhancedStatus: SMTPEnhancedStatus?
    /// The lines of text, at least one; without control characters.
    public let lines: [String]

    /// A reply. What a line of SMTP cannot hold, as line ends, becomes a space; codes outside 200 to 599 become 554.
    public init(_ code: Int, lines: [String], status: SMTPEnhancedStatus? = nil) {
        self.code = 200...599 ~= code ? code : 554
        enhancedStatus = status
        self.lines = lines.isEmpty ? [""] : lines.map(Self.cleaned)
    }

    /// A reply of one line.
    public init(_ code: Int, _ text: String, status: SMTPEnhancedStatus? = nil) {
        self.code = 200...599 ~= code ? code : 554
        enhancedStatus = status
        lines = [Self.cleaned(text)]
    }

    /// Whether what was asked for was done, or may go on: 2xx and 3xx.
    public var isPositive: Bool { code < 400 }
    /// Whether the same may succeed later: 4xx.
    public var isTemporary: Bool { 400...499 ~= code }
    /// Whether the same will not succeed: 5xx.
    public var isPermanent: Bool { code >= 500 }

    /// The lines as one.
    public var text: String { lines.joined(separator: " ") }

    private static func cleaned(_ line: String) -> String {
        guard line.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return line }
        var cleaned = ""
        for scalar in line.unicodeScalars {
            cleaned.unicodeScalars.append(scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar)
        }
        return cleaned
    }
}

extension SMTPReply {
    /// `250 2.0.0 ok`: goes on.
    public static let accepted = SMTPReply(250, "ok", status: SMTPEnhancedStatus(checked: 2, 0, 0))

    /// `250 2.0.0 ok queued as ID`: the message is ours now.
    public static func accepted(_ identifier: String) -> SMTPReply {
        SMTPReply(250, "ok queued as \(identifier)", status: SMTPEnhancedStatus(checked: 2, 0, 0))
    }

    /// A failure that may pass: 451 4.3.0 unless told otherwise. A code or status that is not of that kind is replaced.
    public static func temporary(_ text: String, code: Int = 451, status: SMTPEnhancedStatus? = nil) -> SMTPReply {
        SMTPReply(
            400...499 ~= code ? code : 451, text,
            status: status?.kind == 4 ? status : SMTPEnhancedStatus(checked: 4, 3, 0))
    }

    /// A failure that will not pass: 550 5.0.0 unless told otherwise. A code or status that is not of that kind is
    /// replaced.
    public static func permanent(_ text: String, code: Int = 550, status: SMTPEnhancedStatus? = nil) -> SMTPReply {
        SMTPReply(
            500...599 ~= code ? code : 550, text,
            status: status?.kind == 5 ? status : SMTPEnhancedStatus(checked: 5, 0, 0))
    }
}

extension SMTPReply: CustomStringConvertible {
    /// `250 2.0.0 ok`, the lines separated by spaces.
    public var description: String {
        let status = enhancedStatus.map { "\($0) " } ?? ""
        return "\(code) \(status)\(text)"
    }
}
