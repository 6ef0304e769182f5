import Testing

@testable import NetiusHTTP

/// A way in which requests and responses are carried. What a server or a client does is tested in all of them, with the
/// same test body.
///
/// Tests write requests down as HTTP/1.1 spells them; where the mode is another version, the client of the test sends
/// what they mean.
enum TransportMode: CaseIterable, Sendable, CustomTestStringConvertible {
    case http1, http1TLS, http2TLS, http2

    var isSecure: Bool { self == .http1TLS || self == .http2TLS }
    var isHTTP2: Bool { self == .http2TLS || self == .http2 }
    var scheme: String { isSecure ? "https" : "http" }

    var version: HTTPVersion { isHTTP2 ? .http2 : .http11 }

    /// What a client offers in the handshake of TLS (RFC 7301).
    var applicationProtocol: String { isHTTP2 ? "h2" : "http/1.1" }

    /// What the `Connection` field says where the connection ends after the response: HTTP/2 has no such field.
    var closing: String? { isHTTP2 ? nil : "close" }

    /// How a response whose length is not known beforehand is framed.
    var framingWithoutLength: RawResponse.Framing { isHTTP2 ? .frames : .chunked }

    var testDescription: String {
        switch self {
        case .http1: "HTTP/1.1"
        case .http1TLS: "HTTP/1.1 over TLS"
        case .http2TLS: "HTTP/2 over TLS"
        case .http2: "HTTP/2"
        }
    }
}
