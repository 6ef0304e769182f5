internal import Netius

/// The content of a request: runs of bytes, as they arrive at a server, or as a client is to send them.
///
/// What is not read is not taken from the client, which slows it down. To break off is fine: what is left is discarded,
/// or the connection closed where that would take long.
public struct HTTPRequestBody: Sendable, AsyncSequence {
    enum Source: Sendable {
        case bytes([UInt8])
        case exchange(HTTPExchange)
        case made(next: nonisolated(nonsending) @Sendable () async throws -> [UInt8]?, trailersOf: HTTPExchange?)
        case file(File, range: Range<Int>)
        case sequence(HTTPBodySequence)
    }

    let source: Source

    init(source: Source) {
        self.source = source
    }

    /// What is received of a request.
    init(_ exchange: HTTPExchange?) {
        source = exchange.map { .exchange($0) } ?? .bytes([])
    }

    /// Content that a closure makes: its results until it is nil.
    ///
    /// - Parameters:
    ///   - original: The body that it is made from, which still has the trailer fields; by default there are none.
    ///   - next: The next bytes.
    public init(
        from original: HTTPRequestBody = .none,
        _ next: nonisolated(nonsending) @escaping @Sendable () async throws -> [UInt8]?
    ) {
        source = .made(next: next, trailersOf: original.exchange)
    }

    /// No content.
    public static let none = HTTPRequestBody(source: .bytes([]))

    /// Bytes that are there already. Each iteration begins at the first.
    public static func bytes(_ bytes: [UInt8]) -> HTTPRequestBody {
        HTTPRequestBody(source: .bytes(bytes))
    }

    private var exchange: HTTPExchange? {
        switch source {
        case .bytes, .file, .sequence: nil
        case .exchange(let exchange): exchange
        case .made(_, let exchange): exchange
        }
    }

    /// Begins where reading has come to: what is received can be read once.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(source: source)
    }

    /// Runs of bytes, until the content has ended.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private var source: Source
        private var iteration: HTTPBodySequence.Iteration?

        fileprivate init(source: Source) {
            self.source = source
        }

        /// The next bytes; nil when the content has ended.
        ///
        /// - Throws: `HTTPBodyError`, when the client left or broke the protocol before the end, or was too slow;
        ///   `CancellationError`. A body that was cut short never looks like one that ended.
        public mutating func next() async throws -> [UInt8]? {
            try await read()
        }

        /// The next bytes; nil when the content has ended.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> [UInt8]? {
            try await read()
        }

        nonisolated(nonsending) private mutating func read() async throws -> [UInt8]? {
            switch source {
            case .exchange(let exchange):
                return try await exchange.connection.readBody(of: exchange)
            case .made(let next, _):
                // No bytes are not the end.
                while let bytes = try await next() {
                    if !bytes.isEmpty { return bytes }
                }
                return nil
            case .bytes(let bytes):
                source = .bytes([])
                return bytes.isEmpty ? nil : bytes
            case .file(let file, let range):
                return try await read(file, range)
            case .sequence(let sequence):
                let iteration = iteration ?? sequence.makeIteration()
                self.iteration = iteration
                return try await iteration()
            }
        }

        nonisolated(nonsending) private mutating func read(_ file: File, _ range: Range<Int>) async throws -> [UInt8]? {
            guard !range.isEmpty else { return nil }
            let count = Swift.min(range.count, 64 * 1024)
            let bytes = try await BlockingPool.shared.run { try file.read(at: range.lowerBound, upTo: count) }
            guard bytes.count == count else { throw FileError.truncated }
            source = .file(file, range: range.lowerBound + count..<range.upperBound)
            return bytes
        }
    }

    /// The fields that followed chunked content (RFC 9110 section 6.5), without those that must not be trailers; none
    /// before the content has been read to its end, nor after the response.
    public var trailers: HTTPFields {
        get async {
            guard let exchange else { return HTTPFields() }
            return await exchange.connection.trailers(of: exchange)
        }
    }

    /// All of the content in one piece.
    ///
    /// - Parameter limit: The most bytes there may be.
    /// - Returns: The content, empty if there is none.
    /// - Throws: `HTTPBodyError.tooLarge` beyond the limit, which answers 413 if the handler lets it pass; what reading
    ///   throws.
    public func collect(upTo limit: Int) async throws -> [UInt8] {
        var all: [UInt8] = []
        for try await bytes in self {
            guard bytes.count <= limit - all.count else { throw HTTPBodyError.tooLarge }
            if all.isEmpty { all = bytes } else { all += bytes }
        }
        return all
    }

    /// All of the content as text, read as UTF-8; what is not UTF-8 becomes U+FFFD.
    ///
    /// - Parameter limit: The most bytes there may be.
    /// - Returns: The text.
    /// - Throws: As `collect(upTo:)`.
    public func text(upTo limit: Int) async throws -> String {
        String(decoding: try await collect(upTo: limit), as: UTF8.self)
    }
}

/// Why the content of a request cannot be read to its end.
public enum HTTPBodyError: Error, Hashable, CustomStringConvertible {
    /// The client left before it had sent everything.
    case incomplete
    /// The client broke the protocol.
    case malformed(HTTP1Error)
    /// There is more than was to be read. Answered with 413.
    case tooLarge
    /// The client was slower than the server's minimum rate. Answered with 408.
    case tooSlow
    /// The response has ended, and the request with it.
    case ended
    /// Another task is reading.
    case concurrentRead

    /// One line for people.
    public var description: String {
        switch self {
        case .incomplete: "the client left before it had sent the whole body"
        case .malformed(let error): "the body is malformed: \(error.reason)"
        case .tooLarge: "the body is too large"
        case .tooSlow: "the client sends the body too slowly"
        case .ended: "the request has ended"
        case .concurrentRead: "another task is reading the body"
        }
    }

    /// What to answer when a handler lets the error pass; nil where nobody is there to be answered.
    var status: HTTPResponse.Status? {
        switch self {
        case .incomplete: nil
        case .malformed(let error): error.status
        case .tooLarge: .contentTooLarge
        case .tooSlow: .requestTimeout
        case .ended, .concurrentRead: .internalServerError
        }
    }
}

/// One request on a server's connection.
struct HTTPExchange: Sendable {
    let connection: HTTPServerConnection
    /// Counts the requests; over HTTP/2 the stream's identifier.
    let number: UInt32
    /// The stream's place among those of its connection, over HTTP/2.
    var slot: UInt32 = 0

    /// When the request came, if it is still being answered. Asked for on the loop's thread.
    var began: MonotonicTime? {
        connection.assumeIsolated { connection in
            guard let http2 = connection.http2 else { return connection.exchange.began }
            return http2.exchange(of: self)?.began
        }
    }
}
