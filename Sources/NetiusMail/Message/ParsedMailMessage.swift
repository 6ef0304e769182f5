/// A message that has been read whole, with its parts and their content.
public struct ParsedMailMessage: Sendable, Hashable {
    /// A part: content, or parts within.
    public struct Part: Sendable, Hashable {
        /// The header section, and what it says.
        public let head: MailPart
        /// The content, its transfer encoding undone; empty where there are parts.
        public internal(set) var content: [UInt8] = []
        /// The parts of a multipart, or the one message within.
        public internal(set) var parts: [Part] = []

        /// The content as text, in the character set that the part names. Of one that is not known, and for what is no
        /// text in it, U+FFFD is read.
        public var text: String {
            (head.contentType.parameters["charset"].flatMap { MailCharset($0) } ?? .utf8).decode(content)
        }
    }

    /// The message itself.
    public let root: Part

    /// Reads a message.
    ///
    /// - Throws: `MailReadingError` beyond a limit.
    public init(
        parsing message: [UInt8], limits: MailMessageReader.Limits = MailMessageReader.Limits()
    ) throws(MailReadingError) {
        var reader = MailMessageReader(limits: limits)
        let events = try reader.read(message) + reader.finish()
        // The reader begins with the message and ends with it: what is open is never empty between.
        var open: [Part] = []
        for event in events {
            switch event {
            case .partBegins(let head): open.append(Part(head: head))
            case .content(let bytes): open[open.count - 1].content += bytes
            case .partEnds where open.count > 1:
                let part = open.removeLast()
                open[open.count - 1].parts.append(part)
            case .partEnds: break
            }
        }
        root = open[0]
    }
}

extension ParsedMailMessage {
    /// The subject, decoded; nil without one.
    public var subject: String? { root.head.text("Subject") }
    /// Who wrote it; none where that is not as it should be.
    public var from: [Mailbox] { mailboxes("From") }
    /// Whom it is for.
    public var to: [Mailbox] { mailboxes("To") }
    /// Who else was to know.
    public var cc: [Mailbox] { mailboxes("Cc") }
    /// Who is to be answered.
    public var replyTo: [Mailbox] { mailboxes("Reply-To") }
    /// When it was written; nil where that is not said, or not as it should be.
    public var date: MailDate? { value("Date").flatMap { MailDate($0) } }
    /// What it is called; nil where that is not said, or not as it should be.
    public var identifier: MailMessageIdentifier? { value("Message-ID").flatMap { MailMessageIdentifier($0) } }

    /// The text: the first plain one that is no attachment.
    public var text: String? { first("text/plain")?.text }
    /// The text as HTML.
    public var html: String? { first("text/html")?.text }

    /// The parts that hold content, and are neither the text, nor that as HTML: files, images, messages that could not be
    /// read as such.
    public var attachments: [Part] {
        let leaves = leaves
        // By their places: the same may be attached too.
        let shown = [Self.place(of: "text/plain", in: leaves), Self.place(of: "text/html", in: leaves)]
        return leaves.indices.filter { !shown.contains($0) }.map { leaves[$0] }
    }

    /// The parts that hold content, from the first to the last.
    public var leaves: [Part] {
        var leaves: [Part] = []
        var open = [root]
        while let part = open.popLast() {
            if part.parts.isEmpty {
                if !part.head.contentType.isMultipart { leaves.append(part) }
            } else {
                open += part.parts.reversed()
            }
        }
        return leaves
    }

    private func first(_ type: String) -> Part? {
        let leaves = leaves
        return Self.place(of: type, in: leaves).map { leaves[$0] }
    }

    private static func place(of type: String, in leaves: [Part]) -> Int? {
        leaves.firstIndex { $0.head.contentType.name == type && $0.head.disposition?.kind != "attachment" }
    }

    private func value(_ name: String) -> String? { root.head.header.fields(named: name).first?.value }

    private func mailboxes(_ name: String) -> [Mailbox] {
        value(name).flatMap { MailAddressList($0) }?.mailboxes ?? []
    }
}
