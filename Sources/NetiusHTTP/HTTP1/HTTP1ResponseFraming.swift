/// How a client will find the end of a response's content (RFC 9112 §6.3).
enum HTTP1ResponseFraming: Equatable {
    /// That many octets follow.
    case length(Int)
    /// Chunks follow.
    case chunked
    /// The content ends where the connection does.
    case closeDelimited
    /// No content follows, whatever the fields say, as to HEAD or with 304. The length, if any, is what the content of
    /// a GET would have; without one the handler's own Content-Length stays.
    case none(length: Int?)
    /// After the head the connection is no longer HTTP/1: 101, or 2xx to CONNECT.
    case tunnel

    /// The framing for content of a length, or of one that is not known (RFC 9110 §6.4.1, RFC 9112 §6.3).
    init(
        status: HTTPResponse.Status, method: HTTPRequest.Method, version: HTTPVersion, contentLength: Int?
    ) {
        switch status.code {
        case 101: self = .tunnel
        case 200...299 where method == .connect: self = .tunnel
        case 100...199, 204, 304: self = .none(length: nil)
        case _ where method == .head: self = .none(length: contentLength)
        case 205: self = .length(0)
        default:
            if let contentLength {
                self = .length(contentLength)
            } else {
                self = version >= .http11 ? .chunked : .closeDelimited
            }
        }
    }

    /// Whether a handler's content, of whatever length, is sent.
    var mayHaveContent: Bool {
        switch self {
        case .length, .chunked, .closeDelimited: true
        case .none, .tunnel: false
        }
    }

    /// Whether octets of content may be sent.
    var allowsContent: Bool {
        switch self {
        case .length(let length): length > 0
        case .chunked, .closeDelimited: true
        case .none, .tunnel: false
        }
    }
}

/// What a message says about the connection after it (RFC 9112 §9.3).
enum HTTP1Persistence {
    /// Nothing: the version's default holds.
    case implied
    /// `Connection: keep-alive`, for HTTP/1.0.
    case keepAlive
    /// `Connection: close`.
    case close
}

/// Why a head was not written. Nothing of it is in the output then.
enum HTTP1EncodingError: Error, Equatable {
    /// The status, or the method, does not allow the content that the framing announces (RFC 9110 §6.4.1, §9.3).
    case contentNotAllowed
    /// The length is negative.
    case invalidLength
    /// An interim status where a final one belongs, or the other way around (RFC 9110 §15.2).
    case invalidStatus
    /// The target is malformed, or of a form that the method does not allow (RFC 9112 §3.2).
    case invalidTarget
    /// The authority is not a host with an optional port, or for CONNECT with one (RFC 9110 §7.2).
    case invalidAuthority
}
