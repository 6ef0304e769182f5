/// What the fields of a response say about the connection and the framing, gathered as they are parsed.
struct HTTP1ResponseControl: HTTP1HeadControl {
    var version: HTTPVersion = .http11
    private var framingFields = HTTP1FramingFields()
    private var options = HTTP1ConnectionOptions()
    private(set) var keepAlive = HTTP1KeepAliveHint()

    init() {}

    /// What Content-Length says.
    var contentLength: UInt64? { framingFields.contentLength }

    /// Whether the fields speak of content, be there any or not.
    var announcesContent: Bool { framingFields.isChunked || contentLength ?? 0 > 0 }

    /// RFC 9112 §9.3, without regard to the framing.
    var keepsAlive: Bool { options.keepsAlive(version) }

    /// Whether Connection lists `close`.
    var closes: Bool { options.closes }

    /// RFC 9112 §6.3, for responses. Octets behind an interim response that announced content could be taken for the
    /// final one, so that it is refused.
    func framing(status: HTTPResponse.Status, method: HTTPRequest.Method) throws(HTTP1Error) -> HTTP1Framing {
        switch status.code {
        case 100...199:
            guard !announcesContent else { throw .contentInInterimResponse }
            return status.code == 101 ? .tunnel : .none
        case 200...299 where method == .connect: return .tunnel
        case 204, 304: return .none
        case _ where method == .head: return .none
        default: break
        }
        if framingFields.isChunked { return .chunked }
        guard let contentLength else { return .closeDelimited }
        return contentLength > 0 ? .length(contentLength) : .none
    }

    /// Takes in a field.
    @inline(__always)
    mutating func note(_ input: Span<UInt8>, _ line: HTTP1FieldLine) throws(HTTP1Error) {
        switch line.name.count {
        case 10 where input.equals("connection", in: line.name): options.note(input, line.value)
        case 10 where input.equals("keep-alive", in: line.name): keepAlive.note(input, line.value)
        case 14 where input.equals("content-length", in: line.name):
            try framingFields.noteContentLengths(input, line.value)
        case 17 where input.equals("transfer-encoding", in: line.name):
            try framingFields.noteTransferEncoding(input, line.value, version: version)
        default: break
        }
    }
}
