internal import Netius

/// Why a request of a client came to nothing.
public struct HTTPClientError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, as programs tell it apart. The texts never change.
    public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        /// The text, such as `connect-timed-out`.
        public let rawValue: String

        /// A code of the text.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The text.
        public var description: String { rawValue }

        /// The URL is not one that can be asked for.
        public static let invalidURL = Code(rawValue: "invalid-url")
        /// The request cannot be sent as it is.
        public static let invalidRequest = Code(rawValue: "invalid-request")
        /// The client has been shut down.
        public static let shutDown = Code(rawValue: "shut-down")
        /// As many requests as may wait for a connection already.
        public static let poolFull = Code(rawValue: "pool-full")
        /// No connection became free in time.
        public static let poolTimedOut = Code(rawValue: "pool-timed-out")
        /// The name of the host leads to no address.
        public static let resolutionFailed = Code(rawValue: "resolution-failed")
        /// No connection came about.
        public static let connectFailed = Code(rawValue: "connect-failed")
        /// No connection came about in time.
        public static let connectTimedOut = Code(rawValue: "connect-timed-out")
        /// TLS was refused, by either side: the underlying error is a `TLSError`.
        public static let tlsFailed = Code(rawValue: "tls-failed")
        /// The TLS handshake took too long.
        public static let tlsTimedOut = Code(rawValue: "tls-timed-out")
        /// A proxy refused to connect.
        public static let proxyRefused = Code(rawValue: "proxy-refused")
        /// The content of the request could not be read, or was not as long as announced.
        public static let requestBodyFailed = Code(rawValue: "request-body-failed")
        /// The server took nothing of the request for too long.
        public static let writeTimedOut = Code(rawValue: "write-timed-out")
        /// The server did not begin to answer in time.
        public static let firstByteTimedOut = Code(rawValue: "first-byte-timed-out")
        /// The server paused for too long within its response.
        public static let readTimedOut = Code(rawValue: "read-timed-out")
        /// The request, with its response, took longer than it may in all.
        public static let requestTimedOut = Code(rawValue: "request-timed-out")
        /// The server closed the connection, or it broke, before the response was complete.
        public static let connectionClosed = Code(rawValue: "connection-closed")
        /// The server ended the request's stream, or refused it (RFC 9113 section 5.4.2): the underlying error is the
        /// `HTTP2ErrorCode` that it gave as the reason.
        public static let streamReset = Code(rawValue: "stream-reset")
        /// The server does not speak HTTP/2, although nothing else was to be spoken.
        public static let noHTTP2 = Code(rawValue: "no-http2")
        /// What the server sent is not HTTP as it should be: the underlying error is an `HTTP1Error`, or an
        /// `HTTP2ErrorCode`.
        public static let malformedResponse = Code(rawValue: "malformed-response")
        /// The content of the response cannot be decoded, or expands too much.
        public static let contentCoding = Code(rawValue: "content-coding")
        /// The content of the response is larger than was to be read.
        public static let tooLarge = Code(rawValue: "too-large")
        /// The content is not text in a character set that is known here.
        public static let notText = Code(rawValue: "not-text")
        /// A redirect could not, or must not, be followed.
        public static let redirectFailed = Code(rawValue: "redirect-failed")
        /// Two tasks read the content of one response at the same time.
        public static let concurrentRead = Code(rawValue: "concurrent-read")
        /// The response did not lead to another protocol, or its connection was taken already.
        public static let noConnection = Code(rawValue: "no-connection")
    }

    /// What went wrong.
    public let code: Code
    /// What was asked for, without a password.
    public let url: String
    /// Why, in a few words.
    public let reason: String
    /// The error that this one came from, if any.
    public let underlying: (any Error)?
    /// What a proxy said when it refused: the beginning of its response's content; empty for any other error.
    public internal(set) var proxyResponse: [UInt8] = []

    /// An error.
    ///
    /// - Parameters:
    ///   - code: What went wrong.
    ///   - url: What was asked for, without a password.
    ///   - reason: Why, in a few words.
    ///   - underlying: The error that it came from, if any.
    public init(_ code: Code, url: String, reason: String, underlying: (any Error)? = nil) {
        self.code = code
        self.url = url
        self.reason = reason
        self.underlying = underlying
    }

    init(_ code: Code, _ url: HTTPURL, _ reason: String, underlying: (any Error)? = nil) {
        self.init(code, url: url.description, reason: reason, underlying: underlying)
    }

    /// One line for people: `http://example.com/: connecting took too long`.
    public var description: String {
        guard let underlying else { return "\(url): \(reason)".onOneLine }
        let detail = (underlying as? HTTP1Error)?.reason ?? "\(underlying)"
        return "\(url): \(reason): \(detail)".onOneLine
    }
}
