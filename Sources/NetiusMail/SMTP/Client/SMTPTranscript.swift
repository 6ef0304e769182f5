public import Netius

/// What was said in a session: commands and replies in order, without content, and with nothing secret in it.
public struct SMTPTranscript: Sendable {
    /// Who said it.
    public enum Direction: String, Sendable, Hashable {
        /// The client.
        case sent = "send"
        /// The server.
        case received = "recv"
    }

    /// A command, or a reply with all of its lines.
    public struct Entry: Sendable, Hashable {
        /// Who said it.
        public let direction: Direction
        /// What, without the last line's end; what follows AUTH is `***`. At most 1,024 octets of it.
        public let message: String
        /// When.
        public let time: Timestamp
    }

    /// The most entries that are kept; what comes later is left out.
    public let maximumEntries: Int
    /// The first entries, in order.
    public private(set) var entries: [Entry] = []

    /// An empty transcript.
    public init(maximumEntries: Int = 50) {
        self.maximumEntries = maximumEntries
    }

    private static let maximumLength = 1024

    mutating func append(_ direction: Direction, _ message: String) {
        guard entries.count < maximumEntries else { return }
        var text = message
        if message.utf8.count > Self.maximumLength {
            // A letter that is cut is left out.
            var end = message.utf8.index(message.startIndex, offsetBy: Self.maximumLength)
            while end.samePosition(in: message.unicodeScalars) == nil { end = message.utf8.index(before: end) }
            text = String(message[..<end])
        }
        entries.append(Entry(direction: direction, message: text, time: .now))
    }

    /// Notes the lines of commands that were sent together.
    mutating func append(sent commands: some Sequence<UInt8>) {
        for line in commands.split(separator: UInt8.lineFeed) where entries.count < maximumEntries {
            let text = line.last == .carriageReturn ? line.dropLast() : line[...]
            append(.sent, String(decoding: text, as: UTF8.self))
        }
    }

    /// Notes a reply as it was on the wire.
    mutating func append(_ reply: SMTPReply) {
        guard entries.count < maximumEntries else { return }
        let status = reply.enhancedStatus.map { "\($0) " } ?? ""
        var text = ""
        for (index, line) in reply.lines.enumerated() where text.utf8.count <= Self.maximumLength {
            let isLast = index == reply.lines.count - 1
            text += "\(reply.code)\(isLast ? " " : "-")\(status)\(line)\(isLast ? "" : "\n")"
        }
        append(.received, text)
    }
}

extension SMTPTranscript: CustomStringConvertible {
    /// A line for each line that was said: `> ` before what the client said and `< ` before what the server did.
    public var description: String {
        var text = ""
        for entry in entries {
            for line in entry.message.split(separator: "\n", omittingEmptySubsequences: false) {
                text += "\(entry.direction == .sent ? ">" : "<") \(String(line).onOneLine)\n"
            }
        }
        return text
    }
}
