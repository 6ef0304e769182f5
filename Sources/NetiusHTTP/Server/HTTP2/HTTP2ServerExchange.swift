internal import Netius

/// What a server knows of the request on one stream, and of its response. Used again for further streams in its place.
// @unchecked: used on the loop's thread alone.
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

    /// Makes ready for another request, whose head is in the sink.
    func begin(_ number: UInt32, at now: MonotonicTime) {
        self.number = number
        response = .none
        isHeadSent = false
        isWriting = false
        isReadingBody = false
        bodyWait = HTTPBodyWait()
        bodyFailure = nil
        began = now
        statusCode = 0
        contentSent = 0
    }

    /// The request is over.
    func end() {
        number = 0
        task = nil
        response = .none
        if !trailers.isEmpty { trailers = HTTPFields() }
    }
}
