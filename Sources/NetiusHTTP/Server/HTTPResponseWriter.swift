public import Netius

/// Writes the content of one response while it is sent.
///
/// Each write suspends until the system has taken the bytes, so that a slow client slows the writer down. Not to be used
/// after the closure that got it has ended.
public struct HTTPResponseWriter: Sendable {
    private enum Target: Sendable {
        case exchange(HTTPExchange)
        case custom(HTTPCustomWriter)
    }

    private let target: Target

    init(_ exchange: HTTPExchange) {
        target = .exchange(exchange)
    }

    /// A writer to somewhere else, for middleware that changes content on its way and for tests.
    ///
    /// - Parameters:
    ///   - write: Takes the bytes.
    ///   - finish: Takes the trailer fields, if the content ends with any; by default they are dropped.
    public init(
        write: nonisolated(nonsending) @escaping @Sendable (ArraySlice<UInt8>) async throws -> Void,
        finish: nonisolated(nonsending) @escaping @Sendable (HTTPFields) async throws -> Void = { _ in }
    ) {
        target = .custom(HTTPCustomWriter(write: write, finish: finish))
    }

    /// Sends bytes.
    ///
    /// - Throws: `HTTPServerError`, when the response has ended or its length is exceeded; `SystemError` and
    ///   `ConnectionError`, when the connection broke or the client took nothing for too long. To cancel the task does
    ///   not interrupt it.
    public func write(_ bytes: [UInt8]) async throws {
        try await write(bytes[...])
    }

    /// Sends part of an array.
    public func write(_ bytes: ArraySlice<UInt8>) async throws {
        switch target {
        case .exchange(let exchange): try await exchange.connection.writeBody(bytes, of: exchange)
        case .custom(let writer): try await writer.write(bytes)
        }
    }

    /// Sends text as UTF-8.
    public func write(_ text: String) async throws {
        try await write(Array(text.utf8)[...])
    }

    /// Sends part of a file, from the system's memory.
    ///
    /// - Throws: As for bytes; `FileError.truncated` when the file ends before the range does; `SystemError` when it
    ///   cannot be read.
    public func write(_ file: File, range: Range<Int>) async throws {
        switch target {
        case .exchange(let exchange): try await exchange.connection.writeBody(file, range: range, of: exchange)
        case .custom(let writer): try await writer.write(file, range: range)
        }
    }

    /// Ends the content with trailer fields (RFC 9110 section 6.5), which an HTTP/1.1 client gets when the length was
    /// not given; those that must not be trailers are left out. Without this call the content ends, without trailers,
    /// when the closure does.
    public func finish(trailers: HTTPFields) async throws {
        switch target {
        case .exchange(let exchange): try await exchange.connection.finishBody(trailers: trailers, of: exchange)
        case .custom(let writer): try await writer.finish(trailers)
        }
    }
}

/// A writer that is not a connection's.
private final class HTTPCustomWriter: Sendable {
    let write: nonisolated(nonsending) @Sendable (ArraySlice<UInt8>) async throws -> Void
    let finish: nonisolated(nonsending) @Sendable (HTTPFields) async throws -> Void

    init(
        write: nonisolated(nonsending) @escaping @Sendable (ArraySlice<UInt8>) async throws -> Void,
        finish: nonisolated(nonsending) @escaping @Sendable (HTTPFields) async throws -> Void
    ) {
        self.write = write
        self.finish = finish
    }

    func write(_ file: File, range: Range<Int>) async throws {
        var position = range.lowerBound
        while position < range.upperBound {
            let part = position..<position + min(64 * 1024, range.upperBound - position)
            let bytes = try await BlockingPool.shared.run { try file.read(at: part.lowerBound, upTo: part.count) }
            guard bytes.count == part.count else { throw FileError.truncated }
            try await write(bytes[...])
            position = part.upperBound
        }
    }
}

/// What a server refuses to its handlers.
public enum HTTPServerError: Error, Hashable, CustomStringConvertible {
    /// The response has ended, or the request was answered before.
    case responseEnded
    /// More, or less, was written than the given content length.
    case contentLengthMismatch
    /// The next request was asked for before this one was answered.
    case unanswered
    /// The response does not fit the request, such as an upgrade that was not asked for.
    case invalidResponse
    /// The server is running already.
    case running
    /// The handler asked for nothing to be served: the server was made without one.
    case noHandler
    /// So many TLS handshakes are under way that a connection was closed.
    case tooManyHandshakes

    /// One line for people.
    public var description: String {
        switch self {
        case .responseEnded: "the response has ended"
        case .contentLengthMismatch: "the content does not have the length that was given"
        case .unanswered: "the request was not answered"
        case .invalidResponse: "the response does not fit the request"
        case .running: "the server is running already"
        case .noHandler: "the server has no handler"
        case .tooManyHandshakes: "too many TLS handshakes are under way"
        }
    }
}
