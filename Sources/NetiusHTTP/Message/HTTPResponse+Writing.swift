internal import Netius

extension HTTPResponse.Body {
    /// Writes the content to a writer: to that of another response, for middleware that changes content on its way.
    ///
    /// - Throws: What the writer throws and, where the content is written by a closure, what that throws;
    ///   `HTTPServerError.invalidResponse` for a connection that is handed over, which has no content.
    public func write(to writer: HTTPResponseWriter) async throws {
        switch storage {
        case .none: return
        case .text(let text): try await writer.write(text)
        case .bytes(let bytes): try await writer.write(bytes)
        case .file(let file, let range): try await writer.write(file, range: range)
        case .stream(_, let write): try await write(writer)
        case .connection: throw HTTPServerError.invalidResponse
        }
    }

    /// All of the content, as it would be sent: what tests of handlers look at.
    ///
    /// - Parameter limit: The most bytes there may be.
    /// - Returns: The content.
    /// - Throws: `HTTPBodyError.tooLarge` beyond the limit; what writing throws.
    public func collect(upTo limit: Int) async throws -> [UInt8] {
        let all = Guarded<[UInt8]>([])
        let writer = HTTPResponseWriter { bytes in
            try all.withLock { all in
                guard bytes.count <= limit - all.count else { throw HTTPBodyError.tooLarge }
                all += bytes
            }
        }
        try await write(to: writer)
        return all.withLock { $0 }
    }
}
