/// Why a stream of a client came to nothing, where its connection, or this side, is to blame.
struct HTTP2ClientFailure: Error {
    enum Kind {
        /// The server will not act on the request (RFC 9113 section 8.7).
        case refused
        /// The connection has ended.
        case closed
        /// The server has broken the protocol.
        case broken
        /// Nobody wants the response any more.
        case abandoned
    }

    let kind: Kind
    /// What the server, or this side, gave as the reason, if anything.
    var code: HTTP2ErrorCode?
    /// Why, in a few words, beyond what the kind says.
    var reason: String?
    var underlying: (any Error)?
}

/// As the cause of an `HTTPClientError`.
extension HTTP2ErrorCode: Error {}

extension HTTPClientError {
    /// What a stream has failed with.
    ///
    /// - Parameters:
    ///   - error: Why the session says that it has ended.
    ///   - url: What was asked for.
    ///   - hasAnswer: Whether any of the response has come.
    init(streamFailure error: any Error, _ url: HTTPURL, hasAnswer: Bool) {
        switch error {
        case let failure as HTTP2StreamFailure where !failure.isByPeer:
            self.init(
                .malformedResponse, url, "the response is malformed: \(failure.reason)", underlying: failure.code)
        case let failure as HTTP2StreamFailure where failure.code == .refusedStream:
            self.init(.streamReset, url, "the server refused the request", underlying: failure.code)
        case let failure as HTTP2StreamFailure:
            let reason = hasAnswer ? "the server broke off the response" : "the server broke off the request"
            self.init(.streamReset, url, reason, underlying: failure.code)
        case let failure as HTTP2ClientFailure where failure.kind == .refused:
            self.init(
                .connectionClosed, url, "the server went away before it took the request", underlying: failure.code)
        case let failure as HTTP2ClientFailure where failure.kind == .broken:
            self.init(
                .malformedResponse, url, "the server broke the protocol: \(failure.reason ?? "")",
                underlying: failure.code)
        case let failure as HTTP2ClientFailure:
            let reason = failure.reason.map { ": \($0)" } ?? ""
            self.init(
                .connectionClosed, url, Self.closed(hasAnswer) + reason,
                underlying: failure.underlying ?? failure.code)
        default:
            self.init(.connectionClosed, url, Self.closed(hasAnswer), underlying: error)
        }
    }

    private static func closed(_ hasAnswer: Bool) -> String {
        hasAnswer
            ? "the connection was closed within the response"
            : "the connection was closed before the server answered"
    }
}
