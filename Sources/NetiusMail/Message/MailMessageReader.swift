internal import Netius

/// Reads a message as it comes: pieces of it in, its parts and their decoded content out (RFC 5322, RFC 2045, RFC 2046).
///
/// ```swift
/// var reader = MailMessageReader()
/// for try await piece in session.content {
///     for event in try reader.read(piece) { … }
/// }
/// for event in try reader.finish() { … }
/// ```
///
/// How the message is cut into pieces changes nothing but where content is cut. Lines may end with LF alone. Whatever is
/// not as it should be is read as far as it can be; only the limits are errors, which every further call throws again.
public struct MailMessageReader: Sendable {
    /// How much is read. A limit below zero is zero.
    public struct Limits: Sendable, Hashable {
        /// The octets of the message. Default 64 MiB.
        public var bytes = 64 << 20
        /// The octets of one header section. Default 1 MiB.
        public var header = 1 << 20
        /// The fields of one header section. Default 2000.
        public var fields = 2000
        /// The fields of all header sections. Default 10,000.
        public var allFields = 10_000
        /// The parts, multiparts and messages within too. Default 1000.
        public var parts = 1000
        /// How many parts may be within each other. Default 20.
        public var depth = 20

        /// The defaults.
        public init() {}
    }

    /// What was read.
    public enum Event: Sendable, Hashable {
        /// The message, or a part of it, begins. Parts within it begin and end before it ends.
        case partBegins(MailPart)
        /// Content of the part that began last: not empty, its transfer encoding undone. Multiparts, and messages within
        /// the message, have parts instead.
        case content([UInt8])
        /// The part that began last, and has not ended, ends.
        case partEnds
    }

    /// What the part consists of that is open.
    enum Level: Sendable {
        case multipart(boundary: [UInt8], isDigest: Bool, isPastEnd: Bool)
        case message
        case single(MailContentDecoder)
    }

    enum Mode: Sendable {
        /// In the header section of what is about to begin, which is of this type if it does not say.
        case header(MailContentType)
        /// In the content of the part that is open; of a multipart, that is what is around its parts.
        case content
    }

    let limits: Limits
    var levels: [Level] = []
    var mode = Mode.header(.plainText)
    var events: [Event] = []
    /// Content that is not in `events` yet.
    var decoded: [UInt8] = []
    /// The header section, as far as it has been read.
    var header: [UInt8] = []
    var fieldCount = 0
    /// The fields of all header sections so far.
    var allFieldCount = 0
    var partCount = 0
    /// The line that has been read in part.
    private var line: [UInt8] = []
    /// Whether it is the rest of a line that was too long to be anything but content.
    private var isRest = false
    /// The line end before, which is content only if no boundary follows.
    var lineEnd: [UInt8] = []
    private var received = 0
    private var failure: MailReadingError?

    /// A reader of one message.
    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Reads a piece of the message.
    ///
    /// - Throws: `MailReadingError` beyond a limit.
    public mutating func read(_ bytes: [UInt8]) throws(MailReadingError) -> [Event] {
        try collect { reader throws(MailReadingError) in
            guard bytes.count <= max(reader.limits.bytes, 0) - reader.received else { throw .tooLarge }
            reader.received += bytes.count
            var index = 0
            while index < bytes.count {
                let end = bytes[index...].firstIndex(of: .lineFeed).map { $0 + 1 } ?? bytes.count
                reader.line += bytes[index..<end]
                index = end
                try reader.line.last == .lineFeed ? reader.endLine() : reader.continueLine()
            }
        }
    }

    /// Ends the message: what is open ends with it.
    ///
    /// - Throws: `MailReadingError` beyond a limit.
    public mutating func finish() throws(MailReadingError) -> [Event] {
        try collect { reader throws(MailReadingError) in
            if !reader.line.isEmpty { try reader.endLine() }
            while case .header = reader.mode { try reader.beginPart() }
            reader.decode(reader.lineEnd)
            reader.lineEnd = []
            reader.close(to: 0)
        }
    }

    private mutating func collect(
        _ work: (inout MailMessageReader) throws(MailReadingError) -> Void
    ) throws(MailReadingError) -> [Event] {
        if let failure { throw failure }
        do throws(MailReadingError) {
            try work(&self)
        } catch {
            failure = error
            throw error
        }
        flush()
        defer { events = [] }
        return events
    }

    /// A line that has an end, or is the last.
    private mutating func endLine() throws(MailReadingError) {
        let (complete, isRest) = (line, isRest)
        line.removeAll(keepingCapacity: true)
        self.isRest = false
        try isRest ? addContent(complete) : read(line: complete)
    }

    /// A line that goes on: so long that it is no boundary, it is content.
    private mutating func continueLine() throws(MailReadingError) {
        if case .header = mode {
            guard header.count + line.count <= limits.header else { throw .headerTooLarge }
            return
        }
        guard isRest || line.count > Self.maximumBoundaryLine else { return }
        isRest = true
        // A line end may have come by half.
        let hasReturn = line.last == .carriageReturn
        if hasReturn { line.removeLast() }
        addContent(line)
        line.removeAll(keepingCapacity: true)
        if hasReturn { line.append(.carriageReturn) }
    }

    /// Dashes, boundary, and white space behind.
    static let maximumBoundaryLine = 1024
}
