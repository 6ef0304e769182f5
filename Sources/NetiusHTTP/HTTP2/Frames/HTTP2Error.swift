/// What ends a connection: GOAWAY is sent with the code, and the log has the reason (RFC 9113 §5.4.1).
struct HTTP2Error: Error, Hashable, Sendable {
    let code: HTTP2ErrorCode
    /// What is wrong in a few words. It has nothing of what the peer sent.
    let reason: String

    init(_ code: HTTP2ErrorCode, _ reason: String) {
        self.code = code
        self.reason = reason
    }
}

extension HTTP2Error: CustomStringConvertible {
    var description: String { "\(code): \(reason)" }
}
