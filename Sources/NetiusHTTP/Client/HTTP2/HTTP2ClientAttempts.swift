/// How often a request has been sent, and whether it may be sent again.
struct HTTP2ClientAttempts {
    /// Why a request has failed that may be sent again.
    enum Failure {
        /// The server has not acted on it, and says so (RFC 9113 section 8.7).
        case refused
        /// The server wants it by HTTP/1.1.
        case needsHTTP1
        /// A connection that had served others ended before anything came: the server may have closed it just before
        /// the request arrived.
        case unanswered
    }

    /// What is to be done.
    enum Decision: Equatable {
        case again
        case againByHTTP1
        /// It fails.
        case fail
        /// It fails, and would not have if it could be sent twice.
        case failUnrepeatable
    }

    /// How often a server may refuse a request before it fails.
    static let maximumRefusals = 3

    private var refusals = 0
    private(set) var wasUnanswered = false
    private(set) var isByHTTP1 = false

    /// Decides on a request that has failed.
    ///
    /// - Parameters:
    ///   - failure: Why.
    ///   - isIdempotent: Whether to send it twice comes to the same as to send it once.
    ///   - isReplayable: Whether its content can be read again, or nothing of it has been.
    /// - Returns: What to do.
    mutating func decide(after failure: Failure, isIdempotent: Bool, isReplayable: Bool) -> Decision {
        switch failure {
        case .refused:
            guard refusals < Self.maximumRefusals else { return .fail }
            guard isReplayable else { return .failUnrepeatable }
            refusals += 1
            return .again
        case .needsHTTP1:
            guard !isByHTTP1 else { return .fail }
            guard isReplayable else { return .failUnrepeatable }
            isByHTTP1 = true
            return .againByHTTP1
        case .unanswered:
            guard !wasUnanswered else { return .fail }
            guard isIdempotent, isReplayable else { return .failUnrepeatable }
            wasUnanswered = true
            return .again
        }
    }
}
