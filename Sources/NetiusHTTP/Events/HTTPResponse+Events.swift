internal import Netius

extension HTTPResponse {
    /// A stream of server-sent events, what a browser's `EventSource` reads (WHATWG HTML, "Server-sent events").
    ///
    /// ```swift
    /// return .events { events in
    ///     for await note in notes { try await events.send(note.text, event: "note", id: "\(note.number)") }
    /// }
    /// ```
    ///
    /// The head is sent at once. A client whose stream ends comes again after some seconds; one that is answered with
    /// 204 does not. A graceful shutdown waits for the closure to end, up to the server's `shutdownTimeout`.
    ///
    /// - Parameters:
    ///   - headerFields: Fields beside `Content-Type: text/event-stream` and `Cache-Control: no-store`.
    ///   - heartbeat: After how long without an event a comment is sent, so that proxies keep the connection and a
    ///     client that is gone is noticed: then the closure's task is cancelled. At least 10 milliseconds; 15 seconds
    ///     by default; nil for none.
    ///   - send: Sends the events until it returns, in a task of its own where there is a heartbeat. When the client
    ///     leaves, the task is cancelled.
    /// - Returns: The response.
    public static func events(
        headerFields: HTTPFields = HTTPFields(), heartbeat: Duration? = .seconds(15),
        _ send: nonisolated(nonsending) @escaping @Sendable (HTTPEventWriter) async throws -> Void
    ) -> HTTPResponse {
        var fields = headerFields
        fields[.contentType] = "text/event-stream"
        fields[.cacheControl] = "no-store"
        return HTTPResponse(.ok, headerFields: fields) { writer in
            let stream = HTTPEventStream(writer)
            try await stream.write(HTTPEventStream.heartbeat)
            // Where there is no loop, as where a test collects the content, there is nobody to keep waiting.
            guard let heartbeat, let loop = EventLoop.current else { return try await send(HTTPEventWriter(stream)) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { group.cancelAll() }
                group.addTask(executorPreference: loop.taskExecutor) { try await send(HTTPEventWriter(stream)) }
                group.addTask(executorPreference: loop.taskExecutor) {
                    try await stream.beat(every: max(heartbeat, .milliseconds(10)), on: loop)
                }
                try await group.next()
            }
        }
    }
}

extension HTTPRequest {
    /// The id of the last event that the client has got, when it comes again for those after it; nil the first time.
    public var lastEventID: String? { headerFields[.lastEventID] }
}
