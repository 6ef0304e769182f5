/// A response: what a handler returns.
///
/// ```swift
/// .ok("Hello World")
/// HTTPResponse(status: .noContent)
/// HTTPResponse(.ok) { writer in try await writer.write("one\n"); try await writer.write("two\n") }
/// ```
public struct HTTPResponse: Sendable {
    /// The status.
    public var status: Status
    /// The fields of the header section. What frames the content (Content-Length, Transfer-Encoding) and whether the
    /// connection persists is written by the server.
    public var headerFields: HTTPFields
    /// The content.
    public var body: Body

    /// A response with the given content, none by default.
    public init(status: Status, headerFields: HTTPFields = HTTPFields(), body: Body = .none) {
        self.status = status
        self.headerFields = headerFields
        self.body = body
    }

    /// A response whose content is written while it is sent.
    ///
    /// What wraps the handler wraps the writing as well. When `write` throws before its first write, the client gets
    /// a 500 instead; later, the connection is cut, so that the client sees that content is missing.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - headerFields: The fields.
    ///   - contentLength: How much will be written, where that is known; anything else that is written is an error.
    ///   - write: Writes the content. It is not called for a request that gets none, as HEAD.
    public init(
        _ status: Status, headerFields: HTTPFields = HTTPFields(), contentLength: Int? = nil,
        _ write: nonisolated(nonsending) @escaping @Sendable (HTTPResponseWriter) async throws -> Void
    ) {
        self.init(
            status: status, headerFields: headerFields,
            body: Body(storage: .stream(contentLength: contentLength, write: write)))
    }

    /// 200 with text as `text/plain; charset=utf-8`.
    public static func ok(_ text: String) -> HTTPResponse {
        HTTPResponse(status: .ok, headerFields: plainText, body: .text(text))
    }

    /// Any status with text as `text/plain; charset=utf-8`.
    public static func text(_ text: String, status: Status) -> HTTPResponse {
        HTTPResponse(status: status, headerFields: plainText, body: .text(text))
    }

    /// Made once: a response that uses it as it is copies nothing.
    static let plainText: HTTPFields = [.contentType: "text/plain; charset=utf-8"]
}
