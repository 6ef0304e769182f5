internal import Netius

/// Why a client could not hand over mail: there was no connection, it broke, or what was to be sent cannot be.
public struct SMTPClientError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, as programs tell it apart. The texts never change.
    public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        /// The text, such as `connect-timed-out`.
        public let rawValue: String

        /// A code of the text.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The text.
        public var description: String { rawValue }

        /// The message, or what is to be said of it, cannot be sent as it is.
        public static let invalidMessage = Code(rawValue: "invalid-message")
        /// The configuration makes no sense.
        public static let invalidConfiguration = Code(rawValue: "invalid-configuration")
        /// The domain, or the host, does not exist.
        public static let hostNotFound = Code(rawValue: "host-not-found")
        /// Nobody could say for now whether the domain, or the host, exists.
        public static let lookUpFailed = Code(rawValue: "look-up-failed")
        /// The domain says that it takes no mail (RFC 7505).
        public static let noMailService = Code(rawValue: "no-mail-service")
        /// None of the hosts that the domain names can be used.
        public static let noRoute = Code(rawValue: "no-route")
        /// The domain's mail is for this host, which does not know it.
        public static let loop = Code(rawValue: "loop")
        /// No connection came about.
        public static let connectFailed = Code(rawValue: "connect-failed")
        /// No connection came about in time.
        public static let connectTimedOut = Code(rawValue: "connect-timed-out")
        /// TLS is required, and the server does not offer it.
        public static let tlsUnavailable = Code(rawValue: "tls-unavailable")
        /// TLS was refused, by either side: the underlying error is mostly a `TLSError`.
        public static let tlsFailed = Code(rawValue: "tls-failed")
        /// The server does not want to talk: its reply says why.
        public static let refused = Code(rawValue: "refused")
        /// There is no way of authenticating that both sides have and that is safe.
        public static let authenticationUnavailable = Code(rawValue: "authentication-unavailable")
        /// The server did not take the credentials.
        public static let authenticationFailed = Code(rawValue: "authentication-failed")
        /// What the server sent is not SMTP as it should be.
        public static let malformedReply = Code(rawValue: "malformed-reply")
        /// The server did not answer in time, or took nothing for too long.
        public static let timedOut = Code(rawValue: "timed-out")
        /// The connection was closed, or broke.
        public static let connectionClosed = Code(rawValue: "connection-closed")
        /// Another task is using the connection.
        public static let connectionBusy = Code(rawValue: "connection-busy")
        /// As many messages as may wait for a connection already, or for too long.
        public static let poolFull = Code(rawValue: "pool-full")
        /// The server lacks an extension that the message needs.
        public static let unsupported = Code(rawValue: "unsupported")
        /// The message is larger than the server takes.
        public static let tooLarge = Code(rawValue: "too-large")
        /// The content could not be read.
        public static let contentFailed = Code(rawValue: "content-failed")
        /// The server takes so few recipients at a time that these are left for another time.
        public static let tooManyTransactions = Code(rawValue: "too-many-transactions")
        /// The task was cancelled when others had been dealt with already.
        public static let cancelled = Code(rawValue: "cancelled")
        /// The client has been shut down.
        public static let shutDown = Code(rawValue: "shut-down")
    }

    /// What went wrong.
    public let code: Code
    /// The server, or the domain where no server was found.
    public let host: String
    /// Why, in a few words.
    public let reason: String
    /// What the server said, where that is the reason.
    public let reply: SMTPReply?
    /// The error that this one came from, if any.
    public let underlying: (any Error)?
    /// Whether the same may succeed later.
    public let isTemporary: Bool
    /// What a notification says of it (RFC 3463).
    public let status: SMTPEnhancedStatus
    /// What was said until then, where it is captured and the session did not come about.
    public internal(set) var transcript: SMTPTranscript?

    /// An error. Whether it is temporary, and the status, are the reply's where there is one, and otherwise what is usual
    /// for the code.
    ///
    /// - Parameters:
    ///   - code: What went wrong.
    ///   - host: The server, or the domain.
    ///   - reason: Why, in a few words.
    ///   - reply: What the server said.
    ///   - underlying: The error that it came from.
    ///   - status: What a notification says, which also tells whether it is temporary.
    public init(
        _ code: Code, host: String, reason: String, reply: SMTPReply? = nil, underlying: (any Error)? = nil,
        status: SMTPEnhancedStatus? = nil
    ) {
        self.code = code
        self.host = host
        self.reason = reason
        self.reply = reply
        self.underlying = underlying
        let usual = Self.usualStatus(code)
        if let status {
            self.status = status
        } else if let reply, !reply.isPositive {
            self.status =
                reply.enhancedStatus
                ?? SMTPEnhancedStatus(checked: reply.isTemporary ? 4 : 5, usual.subject, usual.detail)
        } else {
            self.status = usual
        }
        isTemporary = self.status.kind == 4
    }

    private static func usualStatus(_ code: Code) -> SMTPEnhancedStatus {
        switch code {
        case .invalidMessage: SMTPEnhancedStatus(checked: 5, 6, 0)
        case .invalidConfiguration: SMTPEnhancedStatus(checked: 5, 3, 5)
        case .hostNotFound: SMTPEnhancedStatus(checked: 5, 1, 2)
        case .lookUpFailed: SMTPEnhancedStatus(checked: 4, 4, 3)
        case .noMailService: SMTPEnhancedStatus(checked: 5, 1, 10)
        case .noRoute: SMTPEnhancedStatus(checked: 5, 4, 4)
        case .loop: SMTPEnhancedStatus(checked: 5, 4, 6)
        case .connectFailed, .connectTimedOut: SMTPEnhancedStatus(checked: 4, 4, 1)
        case .timedOut, .connectionClosed: SMTPEnhancedStatus(checked: 4, 4, 2)
        case .tlsUnavailable: SMTPEnhancedStatus(checked: 4, 7, 4)
        case .tlsFailed: SMTPEnhancedStatus(checked: 4, 7, 5)
        case .authenticationUnavailable: SMTPEnhancedStatus(checked: 5, 7, 4)
        case .authenticationFailed: SMTPEnhancedStatus(checked: 5, 7, 8)
        case .unsupported: SMTPEnhancedStatus(checked: 5, 6, 3)
        case .tooLarge: SMTPEnhancedStatus(checked: 5, 3, 4)
        case .shutDown, .cancelled: SMTPEnhancedStatus(checked: 4, 3, 2)
        case .tooManyTransactions: SMTPEnhancedStatus(checked: 4, 5, 3)
        case .malformedReply: SMTPEnhancedStatus(checked: 4, 5, 0)
        default: SMTPEnhancedStatus(checked: 4, 3, 0)
        }
    }

    /// One line for people: `mx.example.com: the server refused: 554 5.7.1 no`.
    public var description: String {
        var text = "\(host): \(reason)"
        if let reply { text += ": \(reply)" }
        if let underlying { text += ": \(underlying)" }
        return text.onOneLine
    }
}

extension SMTPClientError {
    /// Whatever happened as such an error: a cancellation is `cancelled`, what is none of its own is `code`.
    init(_ error: any Error, or code: Code, host: String, reason: String) {
        switch error {
        case let error as SMTPClientError: self = error
        case is CancellationError: self = .cancelled(host)
        default: self.init(code, host: host, reason: reason, underlying: error)
        }
    }

    static func cancelled(_ host: String) -> SMTPClientError {
        SMTPClientError(.cancelled, host: host, reason: "the task was cancelled")
    }
}
