internal import Netius

/// What a connection has to know of the request it is at.
///
/// A connection without a request has none, so that it costs little: objects are lent by the connection's worker, from
/// the first byte of a request to when the connection waits for another.
@dynamicMemberLookup @safe
final class HTTPServerExchange {
    /// How far the response has come.
    enum ResponseState {
        case none
        /// A head whose content is about to be written.
        indirect case pending(HTTPResponse, contentLength: Int?)
        case writing(HTTP1ResponseFraming, remaining: Int?)
        case complete
    }

    struct State {
        var decoder: HTTP1RequestDecoder
        var head = HTTPRequestHead()

        var hasReadBody = true
        var isReadingBody = false
        /// Whether a part of a streamed response is being sent.
        var isWriting = false
        var bodyFailure: HTTPBodyError?
        var bodyWait = HTTPBodyWait()
        var response = ResponseState.none
        var closesAfterResponse = false
        /// When the head was complete; nil before.
        var began: MonotonicTime?
        /// Whether the access log has not heard of the request yet.
        var isUnrecorded = false
        /// The code of the status that was answered with; 0 before.
        var statusCode = 0
        /// The bytes of content that were sent, without what frames them.
        var contentSent = 0
        /// What was there instead of a request.
        var failure: HTTP1Error?
    }

    // Unchecked: a request makes a dozen accesses, and the checks cost more than the work between them. Safe, since
    // none of them calls back here while it lasts.
    @exclusivity(unchecked) private var state: State

    init(limits: HTTP1Limits, isSecure: Bool) {
        unsafe state = State(decoder: HTTP1RequestDecoder(limits: limits))
        unsafe state.head.isSecure = isSecure
    }

    subscript<Value>(dynamicMember path: WritableKeyPath<State, Value>) -> Value {
        @inline(__always) _read { yield unsafe state[keyPath: path] }
        @inline(__always) _modify { yield unsafe &state[keyPath: path] }
    }

    /// Whether nothing of the next request has been consumed. What is computed would be computed of the decoder's copy.
    var isBetweenRequests: Bool { unsafe state.decoder.phase == .requestLine }

    /// Reads on in the head of a request.
    func decodeHead(_ bytes: Span<UInt8>) throws(HTTP1Error) -> HTTP1HeadProgress {
        try unsafe state.decoder.decodeHead(bytes, into: state.head)
    }

    /// Makes ready for the next request on the connection.
    func reset() {
        self.decoder.nextRequest()
        self.hasReadBody = true
        self.isReadingBody = false
        self.bodyFailure = nil
        self.response = .none
        self.closesAfterResponse = false
        self.began = nil
        self.statusCode = 0
        self.contentSent = 0
    }
}

/// How long a client has kept a handler waiting for a body, against how much it has sent.
struct HTTPBodyWait {
    /// The bytes that have come.
    private(set) var receivedCount = 0
    /// Whether the handler has asked for the body.
    private(set) var hasBegun = false
    private var waited = Duration.zero

    mutating func begin() {
        hasBegun = true
    }

    mutating func received(_ count: Int) {
        receivedCount += count
    }

    mutating func waited(_ duration: Duration) {
        waited += duration
    }

    /// How much longer to wait: the grace period, and a second for each `minimumBodyRate` bytes that have come, less
    /// what has been waited.
    func patience(_ configuration: HTTPServer.Configuration) -> Duration {
        let rate = max(configuration.minimumBodyRate, 1)
        return configuration.bodyGracePeriod + .seconds(receivedCount / rate) - waited
    }
}
