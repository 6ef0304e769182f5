internal import Netius

extension HTTPMiddleware {
    /// Answers 429 with `Retry-After` (RFC 6585 §4) to a client that asks for more than it may.
    ///
    /// ```swift
    /// HTTPServer(port: 8080, middleware: [.rateLimit(10, burst: 100)]) { request in .ok("") }
    /// ```
    ///
    /// A client is an IPv4 address, or the /64 network of an IPv6 address: whoever has one such address has them all.
    /// It is what ``HTTPRequest/clientAddress`` says, so behind a proxy this belongs inside what sets that. Requests
    /// without an address, as over a Unix domain socket, are not limited. One limit is shared by all handlers that it is
    /// put around, and by all loops, since the connections of one client may be on several.
    ///
    /// - Parameters:
    ///   - count: The requests that a client may make in `period`, in the long run; at least 1.
    ///   - period: One second by default.
    ///   - burst: The requests that a client may make at once when it has made none for a while; `count` by default, at
    ///     least 1.
    ///   - maximumClients: How many clients are remembered, at 32 bytes each; 65,536 by default. One more takes the
    ///     place of one that asked for little: nobody is refused because others are many.
    /// - Returns: The middleware.
    public static func rateLimit(
        _ count: Int, per period: Duration = .seconds(1), burst: Int? = nil, maximumClients: Int = 65_536
    ) -> HTTPMiddleware {
        precondition(count >= 1 && burst ?? 1 >= 1, "a rate limit lets at least one request pass")
        let limiter = RateLimiter(
            interval: period.clampedNanoseconds / UInt64(count), burst: burst ?? count, capacity: maximumClients)
        return HTTPMiddleware { next in
            { request in
                guard let address = request.clientAddress,
                    let wait = limiter.take(
                        RateLimiter.Client(address), at: EventLoop.current?.now ?? MonotonicTime.now)
                else { return try await next(request) }
                return refusal(for: wait)
            }
        }
    }

    private static func refusal(for wait: Duration) -> HTTPResponse {
        var response = HTTPResponse.text("429 Too Many Requests\n", status: .tooManyRequests)
        response.headerFields[.retryAfter] = "\((wait.clampedNanoseconds - 1) / 1_000_000_000 + 1)"
        return response
    }
}
