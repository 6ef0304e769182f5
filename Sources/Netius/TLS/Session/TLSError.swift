/// Why a TLS connection did not come about, or broke.
public enum TLSError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The peer's certificate has expired.
    case expired
    /// The peer's certificate is not valid yet.
    case notYetValid
    /// The peer's certificate is signed by itself, and not one that is trusted.
    case selfSigned
    /// The peer's certificate is signed by nobody who is trusted.
    case unknownAuthority
    /// The peer's certificate is for other names than this one (RFC 9525).
    case wrongHost(String)
    /// The peer's certificate and key are none of those that were pinned.
    case pinMismatch
    /// The peer's certificate was revoked.
    case revoked
    /// Something else is wrong with the peer's certificate.
    case invalidCertificate(String)
    /// The peer, which had to, showed no certificate.
    case certificateRequired
    /// The two sides speak no version in common.
    case noCommonVersion
    /// The two sides have no cipher, group or signature in common.
    case noCommonCipher
    /// The two sides have no application protocol in common (RFC 7301).
    case noApplicationProtocol
    /// The peer ended the connection with this alert (RFC 8446 section 6.2).
    case alert(String)
    /// The peer broke the protocol.
    case malformed(String)
    /// The peer does not speak TLS at all.
    case notTLS
    /// The peer asked for new keys on a connection whose keys are the system's for good (RFC 8446 section 4.6.3).
    case keyUpdateRequested
    /// The connection ended without the alert that says so: what came last may be missing (RFC 8446 section 6.1).
    case truncated
    /// The handshake took too long.
    case timedOut
    /// The connection is protected already.
    case alreadyStarted
    /// Bytes had come before the handshake that were to be part of what is protected by it.
    case plaintextBeforeHandshake

    /// One line for people.
    public var description: String {
        switch self {
        case .expired: "the certificate has expired"
        case .notYetValid: "the certificate is not valid yet"
        case .selfSigned: "the certificate is self-signed and not trusted"
        case .unknownAuthority: "the certificate is signed by an unknown authority"
        case .wrongHost(let name): "the certificate is not for \(name)"
        case .pinMismatch: "the certificate is not one that was pinned"
        case .revoked: "the certificate was revoked"
        case .invalidCertificate(let reason): "the certificate is not valid: \(reason)"
        case .certificateRequired: "no certificate was shown, and one is required"
        case .noCommonVersion: "no version of TLS in common"
        case .noCommonCipher: "no cipher in common"
        case .noApplicationProtocol: "no application protocol in common"
        case .alert(let name): "the peer ended the connection with an alert: \(name)"
        case .malformed(let reason): "the peer broke the TLS protocol: \(reason)"
        case .notTLS: "the peer does not speak TLS"
        case .keyUpdateRequested: "the peer asked for new keys, which the system cannot change"
        case .truncated: "the connection ended without a TLS close"
        case .timedOut: "the TLS handshake took too long"
        case .alreadyStarted: "the connection speaks TLS already"
        case .plaintextBeforeHandshake: "unprotected bytes came before the TLS handshake"
        }
    }
}
