internal import Netius

/// Reads the content of a message, as DATA or as BDAT sends it.
///
/// Lines end with CR LF and with nothing else: a CR or an LF by itself, and NUL, are never taken for something, nor
/// handed on for others to take for something, as a message could otherwise hold another one (SMTP smuggling). Only
/// binary content (RFC 3030) may hold anything.
struct SMTPContentDecoder {
    enum Progress: UInt8 {
        case needsMore
        /// A chunk has ended, and is not the last.
        case chunkEnded
        /// All of the content has been read.
        case ended
    }

    private enum Mode: UInt8 {
        case none
        case lines
        case chunks
        case binaryChunks
    }

    private var mode = Mode.none
    private var maximumSize = 0
    private var maximumLine = 0
    /// The octets of the content so far.
    private(set) var size = 0
    /// The octets of the line so far, without its end.
    private var lineLength = 0
    private var isAtLineStart = true
    /// Whether the last octet of a chunk was CR.
    private var isAfterReturn = false
    /// The octets of the chunk that are to come.
    private var remaining = 0
    private var isLastChunk = false
    /// The octets of the chunk as its BDAT had it.
    private(set) var chunkSize = 0
    /// Why the message will not be accepted, although it can be read to its end.
    private(set) var failure: SMTPContentError?

    /// Whether BDAT comes next, or what gives the message up.
    private(set) var isBetweenChunks = false

    mutating func beginLines(_ limits: SMTPLimits) {
        self = SMTPContentDecoder()
        (mode, maximumSize, maximumLine) = (.lines, limits.messageSize, limits.textLine)
    }

    mutating func beginChunks(_ limits: SMTPLimits, isBinary: Bool) {
        self = SMTPContentDecoder()
        (mode, maximumSize, maximumLine) = (isBinary ? .binaryChunks : .chunks, limits.messageSize, limits.textLine)
    }

    mutating func beginChunk(_ size: Int, isLast: Bool) {
        (chunkSize, remaining, isLastChunk, isBetweenChunks) = (size, size, isLast, false)
    }

    /// A chunk that no message is made of.
    mutating func beginRefusedChunk(_ size: Int) {
        self = SMTPContentDecoder()
        mode = .binaryChunks
        beginChunk(size, isLast: true)
    }

    /// Reads on, appending content to `chunk` unless it `isDiscarded`. `consumed` octets have been used up; the few that
    /// may be left are to come again with what follows them.
    ///
    /// - Throws: `SMTPContentError.malformed`: what follows is not to be read.
    mutating func decode(
        _ input: Span<UInt8>, into chunk: inout [UInt8], isDiscarded: Bool
    ) throws(SMTPContentError) -> (Progress, consumed: Int) {
        switch mode {
        case .none: return (.ended, 0)
        case .lines: return try decodeLines(input, into: &chunk, isDiscarded)
        case .chunks, .binaryChunks: return try decodeChunk(input, into: &chunk, isDiscarded)
        }
    }

    /// RFC 5321 section 4.5.2.
    private mutating func decodeLines(
        _ input: Span<UInt8>, into chunk: inout [UInt8], _ isDiscarded: Bool
    ) throws(SMTPContentError) -> (Progress, consumed: Int) {
        let end = input.count
        let dot = UInt8(ascii: ".")
        var (index, runStart) = (0, 0)
        while index < end {
            if isAtLineStart, input[index] == dot {
                // What a dot means is seen by what follows it.
                guard index + 1 < end else { break }
                if input[index + 1] == .carriageReturn {
                    guard index + 2 < end else { break }
                    guard input[index + 2] == .lineFeed else { throw .malformed }
                    append(input, runStart..<index, to: &chunk, isDiscarded)
                    return (.ended, index + 3)
                }
                append(input, runStart..<index, to: &chunk, isDiscarded)
                index += 1
                runStart = index
            }
            isAtLineStart = false
            let stop = input.endOfText(from: index, to: end)
            lineLength += stop - index
            index = stop
            if lineLength > maximumLine - 2 { failure = failure ?? .lineTooLong }
            guard stop < end else { break }
            guard input[stop] == .carriageReturn else { throw .malformed }
            guard stop + 1 < end else { break }
            guard input[stop + 1] == .lineFeed else { throw .malformed }
            index = stop + 2
            lineLength = 0
            isAtLineStart = true
        }
        append(input, runStart..<index, to: &chunk, isDiscarded)
        return (.needsMore, index)
    }

    private mutating func decodeChunk(
        _ input: Span<UInt8>, into chunk: inout [UInt8], _ isDiscarded: Bool
    ) throws(SMTPContentError) -> (Progress, consumed: Int) {
        let end = min(remaining, input.count)
        if mode == .chunks { try checkLines(input, end) }
        append(input, 0..<end, to: &chunk, isDiscarded)
        remaining -= end
        guard remaining == 0 else { return (.needsMore, end) }
        guard isLastChunk else {
            isBetweenChunks = true
            return (.chunkEnded, end)
        }
        if isAfterReturn { throw .malformed }
        return (.ended, end)
    }

    private mutating func checkLines(_ input: Span<UInt8>, _ end: Int) throws(SMTPContentError) {
        var index = 0
        while index < end {
            if isAfterReturn {
                guard input[index] == .lineFeed else { throw .malformed }
                index += 1
                lineLength = 0
                isAfterReturn = false
            }
            let stop = input.endOfText(from: index, to: end)
            lineLength += stop - index
            if lineLength > maximumLine - 2 { failure = failure ?? .lineTooLong }
            guard stop < end else { return }
            guard input[stop] == .carriageReturn else { throw .malformed }
            index = stop + 1
            isAfterReturn = true
        }
    }

    private mutating func append(
        _ input: Span<UInt8>, _ range: Range<Int>, to chunk: inout [UInt8], _ isDiscarded: Bool
    ) {
        guard !range.isEmpty, failure == nil else { return }
        // Never negative: as much was within the limit before.
        if range.count > max(maximumSize, 0) - size {
            failure = .tooLarge
            return
        }
        size += range.count
        guard !isDiscarded else { return }
        if chunk.isEmpty { chunk.reserveCapacity(input.count) }
        // Safe: the pointer is used during the call only.
        unsafe input.extracting(range).withUnsafeBytes { unsafe chunk.append(contentsOf: $0) }
    }
}
