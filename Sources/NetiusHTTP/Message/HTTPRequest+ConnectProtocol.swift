extension HTTPRequest {
    /// Of a received extended CONNECT, what is to be spoken over it, such as `websocket` (RFC 8441 §4); nil in any other
    /// request.
    public var connectProtocol: String? { head.connectProtocol }
}
