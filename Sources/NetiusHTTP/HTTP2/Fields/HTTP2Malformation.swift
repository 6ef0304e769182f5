/// Why a header section is malformed (RFC 9113 §8.1.1).
enum HTTP2Malformation: UInt8, CaseIterable {
    // Of any section (RFC 9113 §8.2).
    case invalidName, invalidValue, connectionSpecific, otherThanTrailers
    // Of any head (RFC 9113 §8.3).
    case lateField, repeatedField, unknownField, invalidContentLength
    // Of a request (RFC 9113 §8.3.1).
    case noMethod, noTarget, noAuthority, invalidMethod, invalidScheme, invalidAuthority, invalidPath
    case invalidHost, repeatedHost, otherHost
    // Of CONNECT (RFC 9113 §8.5, RFC 8441 §4).
    case connectWithTarget, connectWithoutAuthority, connectWithoutPort, connectWithContent
    case protocolNotAllowed, protocolWithoutConnect, invalidProtocol
    // Of a response (RFC 9113 §8.3.2 and §8.6).
    case noStatus, invalidStatus, switchingProtocols, contentInInterimResponse
    // Of trailers (RFC 9113 §8.1).
    case pseudoFieldInTrailers, notATrailer, trailersTooLarge

    /// The same in a few words, for the log. They never change and have nothing of what the peer sent.
    var reason: String {
        switch self {
        case .invalidName: "invalid field name"
        case .invalidValue: "invalid field value"
        case .connectionSpecific: "connection-specific field"
        case .otherThanTrailers: "te other than trailers"
        case .lateField: "pseudo-field after fields"
        case .repeatedField: "repeated pseudo-field"
        case .unknownField: "unknown pseudo-field"
        case .invalidContentLength: "invalid content-length"
        case .noMethod: "no :method"
        case .noTarget: "no :scheme or no :path"
        case .noAuthority: "no :authority and no host"
        case .invalidMethod: "invalid :method"
        case .invalidScheme: "invalid :scheme"
        case .invalidAuthority: "invalid :authority"
        case .invalidPath: "invalid :path"
        case .invalidHost: "invalid host"
        case .repeatedHost: "more than one host"
        case .otherHost: "host is not :authority"
        case .connectWithTarget: "CONNECT with :scheme or :path"
        case .connectWithoutAuthority: "CONNECT without :authority"
        case .connectWithoutPort: "CONNECT without a port"
        case .connectWithContent: "CONNECT with content-length"
        case .protocolNotAllowed: ":protocol is not allowed"
        case .protocolWithoutConnect: ":protocol without CONNECT"
        case .invalidProtocol: "invalid :protocol"
        case .noStatus: "no :status"
        case .invalidStatus: "invalid :status"
        case .switchingProtocols: "101 in HTTP/2"
        case .contentInInterimResponse: "content in an interim response"
        case .pseudoFieldInTrailers: "pseudo-field in trailers"
        case .notATrailer: "field not allowed in trailers"
        case .trailersTooLarge: "trailer section too large"
        }
    }
}
