internal import Netius

/// Sends server-sent events, one after the other (WHATWG HTML, "Server-sent events"). Several tasks may use it at a
/// time.
public struct HTTPEventWriter: Sendable {
    private let stream: HTTPEventStream

    init(_ stream: HTTPEventStream) {
        self.stream = stream
    }

    /// Sends an event.
    ///
    /// - Parameters:
    ///   - data: The text, of any number of lines.
    ///   - event: The kind of event that a browser's listeners choose by; `message` by default.
    ///   - id: What the client will say in `Last-Event-ID` when it comes again; by default as before.
    ///   - retry: How long the client is to wait before it comes again, in whole milliseconds; by default as before.
    /// - Throws: `HTTPEventError`, where event or id would break out of their lines; what `HTTPResponseWriter.write`
    ///   throws. To cancel the task does not interrupt it.
    public func send(
        _ data: String, event: String? = nil, id: String? = nil, retry: Duration? = nil
    ) async throws {
        try await stream.write(HTTPEventEncoder.event(data, event: event, id: id, retry: retry))
    }

    /// Sends a comment, which clients ignore.
    ///
    /// - Throws: What `HTTPResponseWriter.write` throws.
    public func comment(_ text: String) async throws {
        try await stream.write(HTTPEventEncoder.comment(text))
    }
}

/// What cannot be sent as an event.
public enum HTTPEventError: Error, Hashable, CustomStringConvertible {
    /// The kind of event has a line end.
    case invalidEvent
    /// The id has a line end or a NUL.
    case invalidID

    /// One line for people.
    public var description: String {
        switch self {
        case .invalidEvent: "the kind of event has a line end"
        case .invalidID: "the id of the event has a line end or a NUL"
        }
    }
}
