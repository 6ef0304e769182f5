internal import Netius

/// The header section of a message (RFC 5322 section 2.2), octet for octet as it arrived: what signatures are made of.
///
/// Lines end with CRLF, or with LF alone where a file has them so. What is no field, as a line before the first one that
/// begins with a space or has no colon, ends the section.
public struct MailHeaderSection: Sendable, Hashable {
    /// One field, folded as it arrived.
    public struct Field: Sendable, Hashable {
        /// The name as it is written, without the white space that obsolete syntax allows before the colon.
        public let name: String
        /// All octets of the field: name, colon, value with its folds, and the last line's end.
        public let bytes: [UInt8]
        /// Where the value begins in `bytes`: behind the colon.
        public let valueStart: Int

        /// The value, its folds undone (RFC 5322 section 2.2.3), without white space around it. What is not UTF-8 is
        /// repaired.
        public var value: String {
            var text: [UInt8] = []
            for byte in bytes[valueStart...] where byte != .carriageReturn && byte != .lineFeed { text.append(byte) }
            let isBlank: (UInt8) -> Bool = { $0 == .space || $0 == .horizontalTab }
            let start = text.firstIndex { !isBlank($0) } ?? text.endIndex
            let end = text.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? start
            return String(decoding: text[start..<end], as: UTF8.self)
        }

        /// Whether it has the name, in whatever case.
        public func hasName(_ name: String) -> Bool {
            self.name.utf8.elementsEqual(name.utf8) { $0.lowercased == $1.lowercased }
        }
    }

    /// The fields, in order.
    public let fields: [Field]
    /// Where in the octets that were read the body begins: behind the empty line, if there is one.
    public let bodyStart: Int
    /// Whether an empty line ends the section, or the end of what was read; not a line that is no field.
    public let isComplete: Bool

    /// Reads the header section that a message begins with.
    public init(_ message: some Sequence<UInt8>) {
        self.init(octets: Array(message))
    }

    private init(octets: [UInt8]) {
        var fields: [Field] = []
        var start = 0
        while let (end, next) = Self.lineEnd(octets, from: start), end > start,
            let colon = Self.colon(octets, start..<end)
        {
            var fieldEnd = next
            while fieldEnd < octets.count, octets[fieldEnd] == .space || octets[fieldEnd] == .horizontalTab,
                let (_, following) = Self.lineEnd(octets, from: fieldEnd)
            {
                fieldEnd = following
            }
            var nameEnd = colon
            while octets[nameEnd - 1] == .space || octets[nameEnd - 1] == .horizontalTab { nameEnd -= 1 }
            fields.append(
                Field(
                    name: String(decoding: octets[start..<nameEnd], as: UTF8.self),
                    bytes: Array(octets[start..<fieldEnd]), valueStart: colon + 1 - start))
            start = fieldEnd
        }
        self.fields = fields
        let line = Self.lineEnd(octets, from: start)
        if let line, line.end == start { start = line.next }
        bodyStart = start
        isComplete = line.map { $0.next == start } ?? true
    }

    /// The fields with the name, in whatever case, the topmost first.
    public func fields(named name: String) -> [Field] {
        fields.filter { $0.hasName(name) }
    }

    /// Where the line that begins at `start` ends, and the next begins; the end of the octets ends a line too. Nil where
    /// there is none.
    private static func lineEnd(_ octets: [UInt8], from start: Int) -> (end: Int, next: Int)? {
        guard start < octets.count else { return nil }
        guard let feed = octets[start...].firstIndex(of: .lineFeed) else { return (octets.count, octets.count) }
        let end = feed > start && octets[feed - 1] == .carriageReturn ? feed - 1 : feed
        return (end, feed + 1)
    }

    /// Where the colon of a line is that begins with a name: printable ASCII (RFC 5322 section 3.6.8).
    static func colon(_ octets: [UInt8], _ line: Range<Int>) -> Int? {
        guard let colon = octets[line].firstIndex(of: UInt8(ascii: ":")), colon > line.lowerBound,
            octets[line.lowerBound] > 0x20
        else { return nil }
        var index = colon
        while octets[index - 1] == .space || octets[index - 1] == .horizontalTab { index -= 1 }
        return octets[line.lowerBound..<index].allSatisfy { 0x21...0x7E ~= $0 } ? colon : nil
    }
}
