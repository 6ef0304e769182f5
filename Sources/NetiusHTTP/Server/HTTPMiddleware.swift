/// A handler around a handler.
///
/// ```swift
/// let timed = HTTPMiddleware { next in
///     { request in
///         let start = ContinuousClock.now
///         let response = try await next(request)
///         print(request.path ?? "", start.duration(to: .now))
///         return response
///     }
/// }
/// ```
///
/// What it throws, or lets pass, is answered as what a handler throws is.
public struct HTTPMiddleware: Sendable {
    private let wrap: @Sendable (@escaping HTTPServer.Handler) -> HTTPServer.Handler

    /// Middleware that makes the one handler of the other, once, before there are requests.
    public init(_ wrap: @escaping @Sendable (_ next: @escaping HTTPServer.Handler) -> HTTPServer.Handler) {
        self.wrap = wrap
    }

    /// The handler around `next`.
    public func callAsFunction(_ next: @escaping HTTPServer.Handler) -> HTTPServer.Handler {
        wrap(next)
    }
}

extension [HTTPMiddleware] {
    /// The handler with all of the middleware around it, the first outermost.
    public func callAsFunction(_ handler: @escaping HTTPServer.Handler) -> HTTPServer.Handler {
        var handler = handler
        for middleware in reversed() { handler = middleware(handler) }
        return handler
    }
}
