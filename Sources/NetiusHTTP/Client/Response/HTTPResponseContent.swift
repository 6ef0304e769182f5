internal import Netius

/// The content of a response: runs of bytes, as they arrive, decoded where the server had compressed them.
///
/// What is not read is not taken from the server, which slows it down. To break off is fine: when the last copy of the
/// response goes, what has arrived is discarded, and the connection closed if there is more.
public struct HTTPResponseContent: Sendable, AsyncSequence {
    enum Source: Sendable {
        case bytes([UInt8], trailers: HTTPFields?)
        case stream(HTTPClientContent)
    }

    let source: Source
    /// Where Content-Type names the character set.
    private let fields: HTTPFields

    init(_ source: Source, fields: HTTPFields) {
        self.source = source
        self.fields = fields
    }

    /// Begins where reading has come to: what arrives as a stream can be read once.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(source: source)
    }

    /// Runs of bytes, until the content has ended.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private var source: Source

        fileprivate init(source: Source) {
            self.source = source
        }

        /// The next bytes; nil when the content has ended.
        ///
        /// - Throws: `HTTPClientError`, from then on each time; `CancellationError`, after which the connection is
        ///   closed. Content that was cut short never looks like content that ended.
        public mutating func next() async throws -> [UInt8]? {
            try await read()
        }

        /// The next bytes; nil when the content has ended.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> [UInt8]? {
            try await read()
        }

        nonisolated(nonsending) private mutating func read() async throws -> [UInt8]? {
            switch source {
            case .stream(let content):
                let worker = content.worker
                return try await worker.loop.isCurrent ? worker.read(content) : worker.readMuch(content)
            case .bytes(let bytes, let trailers):
                source = .bytes([], trailers: trailers)
                return bytes.isEmpty ? nil : bytes
            }
        }
    }

    /// All of the content in one piece.
    ///
    /// - Parameter limit: The most bytes there may be.
    /// - Returns: The content, empty if there is none.
    /// - Throws: `HTTPClientError`, with `tooLarge` beyond the limit; `CancellationError`.
    public func collect(upTo limit: Int) async throws -> [UInt8] {
        switch source {
        case .stream(let content):
            return try await content.worker.collect(content, upTo: limit)
        case .bytes(let bytes, _):
            guard bytes.count <= limit else { throw HTTPClientContent.tooLarge(limit, url: "the response") }
            return bytes
        }
    }

    /// All of the content as text, in the character set that Content-Type names: UTF-8, which is the default, ISO-8859-1
    /// or US-ASCII. What is malformed becomes U+FFFD.
    ///
    /// - Parameter limit: The most bytes there may be.
    /// - Returns: The text.
    /// - Throws: As `collect(upTo:)`; `HTTPClientError.notText` for another character set.
    public func text(upTo limit: Int) async throws -> String {
        let bytes = try await collect(upTo: limit)
        switch fields.contentType?[parameter: "charset"]?.lowercased() {
        case nil, "utf-8", "utf8": return String(decoding: bytes, as: UTF8.self)
        case "iso-8859-1", "latin1": return String(String.UnicodeScalarView(bytes.lazy.map { Unicode.Scalar($0) }))
        case "us-ascii", "ascii":
            return String(String.UnicodeScalarView(bytes.lazy.map { $0 < 0x80 ? Unicode.Scalar($0) : "\u{FFFD}" }))
        case let charset?:
            throw HTTPClientError(
                .notText, url: "the response", reason: "the character set \(charset.prefix(40)) is not known")
        }
    }

    /// The fields that followed chunked content (RFC 9110 section 6.5), without those that must not be trailers; none
    /// before the content has been read to its end.
    public var trailers: HTTPFields {
        get async {
            switch source {
            case .bytes(_, let trailers): trailers ?? HTTPFields()
            case .stream(let content): await content.worker.trailers(of: content)
            }
        }
    }
}
