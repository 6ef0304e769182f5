public import Netius

/// Content that a client is to send.
extension HTTPRequestBody {
    /// Text, sent as UTF-8.
    public static func text(_ text: String) -> HTTPRequestBody {
        .bytes(Array(text.utf8))
    }

    /// Part of a file, which goes from the system's memory to the server without being read here. Where the file turns
    /// out to be shorter, the request fails.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - range: The bytes of it; all that it had when it was opened by default. What lies outside counts as not there.
    /// - Returns: A body of the range's length, which can be sent again.
    public static func file(_ file: File, range: Range<Int>? = nil) -> HTTPRequestBody {
        let whole = 0..<Swift.max(file.status.size, 0)
        return HTTPRequestBody(source: .file(file, range: range?.clamped(to: whole) ?? whole))
    }

    /// What a sequence gives, sent as it comes, once: a request that has to be sent again fails instead.
    ///
    /// - Parameters:
    ///   - chunks: Runs of bytes.
    ///   - contentLength: How many bytes there are in all, where that is known: any other number is an error. Without
    ///     it the content is sent in chunks (RFC 9112 section 7.1).
    public init<Chunks: AsyncSequence & Sendable>(_ chunks: Chunks, contentLength: Int? = nil)
    where Chunks.Element == [UInt8] {
        source = .sequence(
            HTTPBodySequence(contentLength: contentLength, isReplayable: false) { HTTPBodySequence.iteration(chunks) })
    }

    /// What the sequences give that a closure makes, a new one each time that the request is sent: after a redirect, or
    /// on another connection where the first has broken.
    ///
    /// - Parameters:
    ///   - contentLength: How many bytes there are in all, where that is known.
    ///   - make: Makes a sequence that begins at the first byte.
    public init<Chunks: AsyncSequence & SendableMetatype>(
        contentLength: Int? = nil, eachTime make: @escaping @Sendable () -> Chunks
    ) where Chunks.Element == [UInt8] {
        source = .sequence(
            HTTPBodySequence(contentLength: contentLength, isReplayable: true) { HTTPBodySequence.iteration(make()) })
    }

    /// How many bytes there are; nil where that is not known before they have been read, as of what is received.
    public var contentLength: Int? {
        switch source {
        case .bytes(let bytes): bytes.count
        case .file(_, let range): range.count
        case .sequence(let sequence): sequence.contentLength
        case .exchange, .made: nil
        }
    }

    /// Whether the content can be read, and so sent, more than once.
    public var isReplayable: Bool {
        switch source {
        case .bytes, .file: true
        case .sequence(let sequence): sequence.isReplayable
        case .exchange, .made: false
        }
    }
}
