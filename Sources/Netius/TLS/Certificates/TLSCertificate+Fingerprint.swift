internal import COpenSSL

extension TLSCertificate {
    /// The SHA-256 digest of the certificate, 32 octets.
    public var sha256Fingerprint: [UInt8] { OpenSSLCoding.sha256(der) ?? [] }

    /// The SHA-256 digest of the certificate as people compare it, and `openssl x509 -fingerprint -sha256` shows it:
    /// `AB:CD:...`.
    public var fingerprint: String { sha256Fingerprint.hexadecimalText(separator: UInt8(ascii: ":")) }

    /// The SHA-256 digest of its public key (the SubjectPublicKeyInfo, RFC 7469 section 2.4), 32 octets: the same for
    /// every certificate of the key.
    public var publicKeySHA256: [UInt8] {
        // The key belongs to the certificate.
        let information = unsafe OpenSSLCoding.der { unsafe i2d_X509_PUBKEY(X509_get_X509_PUBKEY(object.pointer), $0) }
        return information.flatMap(OpenSSLCoding.sha256) ?? []
    }
}
