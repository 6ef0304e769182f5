/// What is wrong with what a peer has sent. The connection cannot be read any further.
public enum HTTP1Error: Error, Hashable, Sendable, CaseIterable {
    /// The request line is not `method SP request-target SP HTTP-version` (RFC 9112 §3).
    case malformedRequestLine
    /// The method is not a token (RFC 9110 §9.1).
    case invalidMethod
    /// The request-target is malformed, or of a form that the method does not allow (RFC 9112 §3.2).
    case invalidTarget
    /// The request line is longer than ``HTTP1Limits/requestLine``.
    case requestLineTooLong
    /// The version of HTTP is not 1.0 or 1.1; of a response: not 1.
    case unsupportedVersion
    /// What came in place of a response does not begin with `HTTP/` (RFC 9112 §4).
    case notHTTP
    /// The status line is not `HTTP-version SP status-code SP [ reason-phrase ]` (RFC 9112 §4).
    case malformedStatusLine
    /// The status code is not 100 to 599 (RFC 9110 §15).
    case invalidStatus
    /// The status line is longer than ``HTTP1Limits/statusLine``.
    case statusLineTooLong
    /// There are more interim responses than ``HTTP1Limits/interimResponses``.
    case tooManyInterimResponses
    /// An interim response announces content (RFC 9110 §15.2).
    case contentInInterimResponse
    /// The connection ended before the head of the response did (RFC 9112 §8).
    case incompleteHead
    /// The connection ended before the content of the response did (RFC 9112 §8).
    case incompleteBody
    /// The header section is larger than ``HTTP1Limits/headerBlock``.
    case headerBlockTooLarge
    /// There are more header fields than ``HTTP1Limits/fieldCount``.
    case tooManyFields
    /// A line ends with LF without CR (RFC 9112 §2.2).
    case bareLineFeed
    /// A CR stands elsewhere than before LF (RFC 9112 §2.2).
    case bareCarriageReturn
    /// A field line begins with whitespace (RFC 9112 §5.2).
    case obsoleteLineFolding
    /// The name of a field is not a token followed at once by a colon (RFC 9112 §5.1).
    case invalidFieldName
    /// The value of a field has a control character (RFC 9110 §5.5).
    case invalidFieldValue
    /// A request of HTTP/1.1 has no Host field (RFC 9112 §3.2).
    case missingHost
    /// There is more than one Host field (RFC 9112 §3.2).
    case duplicateHost
    /// The Host field is not a host with an optional port (RFC 9110 §7.2).
    case invalidHost
    /// There are both Content-Length and Transfer-Encoding (RFC 9112 §6.1).
    case conflictingFraming
    /// Content-Length is not one number; of a response: not always the same one (RFC 9110 §8.6).
    case invalidContentLength
    /// Transfer-Encoding is not a list that ends with its only `chunked` (RFC 9112 §6.1).
    case invalidTransferEncoding
    /// A transfer coding other than `chunked` was used (RFC 9112 §6.1).
    case unsupportedTransferCoding
    /// A message of HTTP/1.0 has a Transfer-Encoding (RFC 9112 §6.1).
    case transferEncodingInHTTP10
    /// A CONNECT request announces content (RFC 9110 §9.3.6).
    case contentInConnect
    /// An expectation other than `100-continue` (RFC 9110 §10.1.1).
    case unsupportedExpectation
    /// The content is larger than ``HTTP1Limits/bodySize``.
    case bodyTooLarge
    /// The size of a chunk is not 1 to 16 hexadecimal digits (RFC 9112 §7.1).
    case invalidChunkSize
    /// The extensions of a chunk are malformed (RFC 9112 §7.1.1).
    case invalidChunkExtension
    /// Extensions of chunks are longer than ``HTTP1Limits/chunkExtensions`` or
    /// ``HTTP1Limits/chunkExtensionsInAll``.
    case chunkExtensionTooLong
    /// The data of a chunk is not followed by CR LF (RFC 9112 §7.1).
    case invalidChunk
    /// A field that frames or routes the message is in its trailer section (RFC 9110 §6.5.1).
    case invalidTrailer
    /// The trailer section is larger than ``HTTP1Limits/trailerBlock``.
    case trailerBlockTooLarge
    /// There are more trailer fields than ``HTTP1Limits/trailerCount``.
    case tooManyTrailers
}

extension HTTP1Error {
    /// The status to answer with before the connection is closed; in a gateway, for what only a response can be guilty
    /// of.
    public var status: HTTPResponse.Status {
        switch self {
        case .requestLineTooLong: .uriTooLong
        case .headerBlockTooLarge, .tooManyFields, .trailerBlockTooLarge, .tooManyTrailers: .requestHeaderFieldsTooLarge
        case .bodyTooLarge: .contentTooLarge
        case .unsupportedExpectation: .expectationFailed
        case .unsupportedTransferCoding: .notImplemented
        case .unsupportedVersion: .httpVersionNotSupported
        case .notHTTP, .malformedStatusLine, .invalidStatus, .statusLineTooLong, .tooManyInterimResponses,
            .contentInInterimResponse, .incompleteHead, .incompleteBody:
            .badGateway
        default: .badRequest
        }
    }

    /// What is wrong in a few words, for the log. It never changes and has nothing of what the peer sent.
    public var reason: String {
        switch self {
        case .malformedRequestLine: "malformed request line"
        case .invalidMethod: "invalid method"
        case .invalidTarget: "invalid request target"
        case .requestLineTooLong: "request line too long"
        case .unsupportedVersion: "unsupported HTTP version"
        case .notHTTP: "not HTTP"
        case .malformedStatusLine: "malformed status line"
        case .invalidStatus: "invalid status code"
        case .statusLineTooLong: "status line too long"
        case .tooManyInterimResponses: "too many interim responses"
        case .contentInInterimResponse: "content in an interim response"
        case .incompleteHead: "connection ended within the head"
        case .incompleteBody: "connection ended within the content"
        case .headerBlockTooLarge: "header section too large"
        case .tooManyFields: "too many header fields"
        case .bareLineFeed: "line feed without carriage return"
        case .bareCarriageReturn: "carriage return without line feed"
        case .obsoleteLineFolding: "obsolete line folding"
        case .invalidFieldName: "invalid field name"
        case .invalidFieldValue: "invalid field value"
        case .missingHost: "missing Host"
        case .duplicateHost: "more than one Host"
        case .invalidHost: "invalid Host"
        case .conflictingFraming: "both Content-Length and Transfer-Encoding"
        case .invalidContentLength: "invalid Content-Length"
        case .invalidTransferEncoding: "invalid Transfer-Encoding"
        case .unsupportedTransferCoding: "unsupported transfer coding"
        case .transferEncodingInHTTP10: "Transfer-Encoding in HTTP/1.0"
        case .contentInConnect: "content in CONNECT"
        case .unsupportedExpectation: "unsupported expectation"
        case .bodyTooLarge: "content too large"
        case .invalidChunkSize: "invalid chunk size"
        case .invalidChunkExtension: "invalid chunk extension"
        case .chunkExtensionTooLong: "chunk extensions too long"
        case .invalidChunk: "chunk not ended by CR LF"
        case .invalidTrailer: "field not allowed in trailers"
        case .trailerBlockTooLarge: "trailer section too large"
        case .tooManyTrailers: "too many trailer fields"
        }
    }
}

extension HTTP1Error: CustomStringConvertible {
    /// The ``reason``.
    public var description: String { reason }
}
