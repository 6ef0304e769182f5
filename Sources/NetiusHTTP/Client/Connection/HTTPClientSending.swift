/// The content of a request that is sent while the response may be read already.
// @unchecked: used on the loop's thread alone.
final class HTTPClientSending: @unchecked Sendable {
    /// The task that sends; nil while the server's word is awaited.
    var task: Task<Void, Never>?
    /// Whether all has been sent.
    var isDone = false
    /// The final response came instead of the server's word: nothing is sent.
    private var isUnwanted = false
    /// Why the request fails, whatever the server says.
    var failure: HTTPClientError?

    /// Whether there is more to send, now or when the server asks for it.
    var isExpected: Bool { !isDone && !isUnwanted }

    /// The final response has begun: what was held back until then is not asked for any more.
    func finalHeadCame() {
        if task == nil { isUnwanted = true }
    }

    func cancel() {
        if !isDone { task?.cancel() }
    }
}
