internal import COpenSSL

extension TLSError {
    /// What the thread's last call of OpenSSL's came to.
    init(of ssl: OpaquePointer, serverName: String?) {
        // Of several the last is that of TLS itself; those before it are of what it uses, with numbers of their own.
        let code = ERR_peek_last_error()
        let reason = ERR_GET_REASON(code)
        guard ERR_GET_LIB(code) == ERR_LIB_SSL else {
            self = .malformed(Self.text(of: code))
            return
        }
        switch reason {
        case SSL_R_CERTIFICATE_VERIFY_FAILED:
            self = unsafe TLSError(verification: SSL_get_verify_result(ssl), serverName: serverName)
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: self = .certificateRequired
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_UNKNOWN_PROTOCOL, SSL_R_VERSION_TOO_LOW,
            SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
            self = .noCommonVersion
        case SSL_R_NO_SHARED_CIPHER, SSL_R_NO_SUITABLE_KEY_SHARE, SSL_R_NO_SUITABLE_GROUPS,
            SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM, SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS,
            SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
            self = .noCommonCipher
        case SSL_R_NO_APPLICATION_PROTOCOL, SSL_AD_REASON_OFFSET + TLS1_AD_NO_APPLICATION_PROTOCOL:
            self = .noApplicationProtocol
        case SSL_AD_REASON_OFFSET + TLS13_AD_CERTIFICATE_REQUIRED: self = .certificateRequired
        case SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST, SSL_R_WRONG_VERSION_NUMBER: self = .notTLS
        case SSL_R_UNEXPECTED_EOF_WHILE_READING: self = .truncated
        case SSL_AD_REASON_OFFSET..<SSL_AD_REASON_OFFSET + 256:
            self = .alert(Self.alertName(reason - SSL_AD_REASON_OFFSET))
        default: self = .malformed(Self.text(of: code))
        }
    }

    /// What OpenSSL found wrong with a chain of certificates.
    init(verification result: Int, serverName: String?) {
        switch CInt(truncatingIfNeeded: result) {
        case X509_V_ERR_CERT_HAS_EXPIRED: self = .expired
        case X509_V_ERR_CERT_NOT_YET_VALID: self = .notYetValid
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: self = .selfSigned
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
            X509_V_ERR_CERT_UNTRUSTED:
            self = .unknownAuthority
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            self = .wrongHost(serverName ?? "the host")
        case X509_V_ERR_CERT_REVOKED: self = .revoked
        case X509_V_ERR_APPLICATION_VERIFICATION: self = .pinMismatch
        default: self = .invalidCertificate(unsafe String(cString: X509_verify_cert_error_string(result)))
        }
    }

    /// The alert's name in RFC 8446, with spaces.
    private static func alertName(_ number: Int32) -> String {
        unsafe String(cString: SSL_alert_desc_string_long(number))
    }

    private static func text(of code: UInt) -> String {
        guard let text = unsafe ERR_reason_error_string(code) else { return "no reason was given" }
        return unsafe String(cString: text)
    }
}
