/// How a record becomes a line.
public enum LogFormat: String, Sendable, CaseIterable {
    /// For people: `2026-11-20T23:50:51.871Z [INFO] message key=value key="quoted value"`.
    ///
    /// Where a record has a source, it stands before the message, with a colon. What would end the line or a quoted
    /// value is escaped as in JSON, so that what a peer sent can't look like another line or another value.
    case text
    /// For programs: one JSON object (RFC 8259) per line, with `time`, `level`, `message` and, unless empty, `source`
    /// and `metadata`, an object of strings.
    case json
}

extension LogFormat {
    /// The line of a record, with its line feed.
    package func line(for record: LogRecord) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(128)
        switch self {
        case .text: line.appendText(record)
        case .json: line.appendJSON(record)
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }
}

extension [UInt8] {
    fileprivate mutating func appendText(_ record: LogRecord) {
        record.timestamp.append(to: &self)
        append(contentsOf: " [".utf8)
        append(contentsOf: record.level.label.utf8)
        append(contentsOf: "] ".utf8)
        if !record.source.isEmpty {
            appendEscaped(record.source)
            append(contentsOf: ": ".utf8)
        }
        appendEscaped(record.message)
        for (key, value) in record.metadata {
            append(UInt8(ascii: " "))
            appendWord(key)
            append(UInt8(ascii: "="))
            appendWord(value)
        }
    }

    /// Appends a name or a value, in quotes unless it is one word that can't be mistaken for anything else.
    private mutating func appendWord(_ word: String) {
        if !word.isEmpty && word.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !#"="\"#.utf8.contains($0) }) {
            append(contentsOf: word.utf8)
        } else {
            appendString(word)
        }
    }

    fileprivate mutating func appendJSON(_ record: LogRecord) {
        append(contentsOf: #"{"time":""#.utf8)
        record.timestamp.append(to: &self)
        append(contentsOf: #"","level":""#.utf8)
        append(contentsOf: record.level.description.utf8)
        append(UInt8(ascii: "\""))
        if !record.source.isEmpty {
            append(contentsOf: #","source":"#.utf8)
            appendString(record.source)
        }
        append(contentsOf: #","message":"#.utf8)
        appendString(record.message)
        if !record.metadata.isEmpty { appendObject(record.metadata) }
        append(UInt8(ascii: "}"))
    }

    private mutating func appendObject(_ metadata: LogMetadata) {
        append(contentsOf: #","metadata":{"#.utf8)
        for (index, element) in metadata.enumerated() {
            if index > 0 { append(UInt8(ascii: ",")) }
            appendString(element.key)
            append(UInt8(ascii: ":"))
            appendString(element.value)
        }
        append(UInt8(ascii: "}"))
    }

    private mutating func appendString(_ text: String) {
        append(UInt8(ascii: "\""))
        appendEscaped(text)
        append(UInt8(ascii: "\""))
    }
}
