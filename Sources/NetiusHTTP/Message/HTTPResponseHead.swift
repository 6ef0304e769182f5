/// What a received response consists of besides its content.
///
/// A client reuses the object, and the memory in it, for the next response: see ``recycle(_:)``.
///
/// Sendable although mutable: it changes only while one reference to it exists, held by a decoder's driver before the
/// response is handed out.
final class HTTPResponseHead: @unchecked Sendable {
    /// The status, with the phrase as it was received.
    var status: HTTPResponse.Status = .ok
    var version: HTTPVersion = .http11
    var fields = HTTPFields()

    init() {}

    /// Forgets the response but keeps memory that nothing else shares.
    func reset() {
        status = .ok
        version = .http11
        fields.removeAll()
    }

    /// Makes the head usable for another response: itself, if nobody has kept it, otherwise a new one.
    @inline(__always)
    static func recycle(_ head: inout HTTPResponseHead) {
        if !isKnownUniquelyReferenced(&head) { head = HTTPResponseHead() }
    }
}
