/// Writes the content of one response while it is sent.
///
/// Each write suspends until the system has taken the bytes, so that a slow client slows the writer down. Not to be used
/// after the closure that got it has ended.
public struct HTTPResponseWriter: Sendable {
    let exchange: HTTPExchange

    /// Sends bytes.
    ///
    /// - Throws: `HTTPServerError`, when the response has ended or its length is exceeded; `SystemError` and
    ///   `ConnectionError`, when the connection broke or the client took nothing for too long. To cancel the task does
    ///   not interrupt it.
    public func write(_ bytes: [UInt8]) async throws {
        try await exchange.connection.writeBody(bytes[...], of: exchange)
    }

    /// Sends part of an array.
    public func write(_ bytes: ArraySlice<UInt8>) async throws {
        try await exchange.connection.writeBody(bytes, of: exchange)
    }

    /// Sends text as UTF-8.
    public func write(_ text: String) async throws {
        try await exchange.connection.writeBody(Array(text.utf8)[...], of: exchange)
    }

    /// Ends the content with trailer fields (RFC 9110 section 6.5), which an HTTP/1.1 client gets when the length was
    /// not given; those that must not be trailers are left out. Without this call the content ends, without trailers,
    /// when the closure does.
    public func finish(trailers: HTTPFields) async throws {
        try await exchange.connection.finishBody(trailers: trailers, of: exchange)
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

    /// One line for people.
    public var description: String {
        switch self {
        case .responseEnded: "the response has ended"
        case .contentLengthMismatch: "the content does not have the length that was given"
        case .unanswered: "the request was not answered"
        case .invalidResponse: "the response does not fit the request"
        case .running: "the server is running already"
        case .noHandler: "the server has no handler"
        }
    }
}
