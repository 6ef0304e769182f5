internal import Netius

/// What a server knows of the request on one stream, and of its response. Used again for further streams in its place.
// @unchecked: used on the loop's thread alone.
@dynamicMemberLookup @safe
final class HTTP2ServerExchange: @unchecked Sendable {
    /// How far the response has come.
    enum ResponseState {
        case none
        /// A head whose content is about to be written.
        indirect case pending(HTTPResponse, contentLength: Int?)
        /// The head has been sent.
        case writing(mayHaveContent: Bool, remaining: Int?)
        case complete
    }

    struct State {
        /// The stream; 0 while there is none.
        var number: UInt32 = 0
        var head = HTTPRequestHead()
        var trailers = HTTPFields()
        /// The handler's task, where it did not end at once.
        var task: Task<Void, Never>?
        var response = ResponseState.none
        /// Whether the head of a response that is pending has been sent already.
        var isHeadSent = false
        var isWriting = false
        var isReadingBody = false
        var bodyWait = HTTPBodyWait()
        var bodyFailure: HTTPBodyError?
        var began = MonotonicTime(nanoseconds: 0)
        /// The code of the status that was answered with; 0 before.
        var statusCode = 0
        /// The bytes of content that were sent.
        var contentSent = 0
    }

    // Unchecked, as in an exchange of HTTP/1: nothing calls back here while an access lasts.
    @exclusivity(unchecked) private var state = State()

    subscript<Value>(dynamicMember path: WritableKeyPath<State, Value>) -> Value {
        @inline(__always) _read { yield unsafe state[keyPath: path] }
        @inline(__always) _modify { yield unsafe &state[keyPath: path] }
    }

    /// Makes ready for another request, whose head is in the sink.
    func begin(_ number: UInt32, at now: MonotonicTime) {
        self.number = number
        self.response = .none
        self.isHeadSent = false
        self.isWriting = false
        self.isReadingBody = false
        self.bodyWait = HTTPBodyWait()
        self.bodyFailure = nil
        self.began = now
        self.statusCode = 0
        self.contentSent = 0
    }

    /// The memory that a head may keep for the next request.
    private static let keptCapacity = 4 * 1024

    /// The request is over.
    func end() {
        self.number = 0
        self.task = nil
        self.response = .none
        if !self.trailers.isEmpty { self.trailers = HTTPFields() }
        // Every place of every connection has one of these.
        if self.head.capacity > Self.keptCapacity { self.head = HTTPRequestHead() }
    }
}
