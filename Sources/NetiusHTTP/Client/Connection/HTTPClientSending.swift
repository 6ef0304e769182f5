/// The content of a request that is sent while the response may be read already.
// @unchecked: used on the loop's thread alone.
final class HTTPClientSending: @unchecked Sendable {
    /// The task that sends; nil while the server's word is awaited.
    var task: Task<Void, Never>?
    /// Whether all has been sent.
    var isDone = false
    /// Why the request fails, whatever the server says.
    var failure: HTTPClientError?

    func cancel() {
        if !isDone { task?.cancel() }
    }
}
