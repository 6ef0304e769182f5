internal import COpenSSL

/// The private key of a certificate: RSA of at least 2048 bits, ECDSA of at least 224, or EdDSA.
///
/// Printing it does not show it; `pem` and `der` do.
public struct TLSPrivateKey: Sendable, CustomStringConvertible {
    /// The fewest bits that an RSA key may have: 2048.
    static let minimumRSABits = 2048
    /// The least strength of any key, in bits of a symmetric one (NIST SP 800-57): 112.
    static let minimumSecurityBits = 112

    let object: PrivateKeyObject
    /// The bytes (DER, PKCS#8, RFC 5958), not encrypted.
    public let der: [UInt8]

    /// Reads a key.
    ///
    /// - Parameters:
    ///   - der: DER of PKCS#8, PKCS#1 or SEC 1.
    ///   - passphrase: What a key is encrypted with, if it is.
    /// - Throws: `TLSConfigurationError`, also where the key is too weak, or the passphrase is missing or wrong.
    public init(der: [UInt8], passphrase: String? = nil) throws(TLSConfigurationError) {
        guard let object = try Self.object(der: der, passphrase) else {
            throw TLSConfigurationError("this is not a private key")
        }
        try self.init(object)
    }

    /// The key that is in DER, encrypted or not; nil where there is none.
    static func object(der: [UInt8], _ passphrase: String?) throws(TLSConfigurationError) -> PrivateKeyObject? {
        if let object = PrivateKeyObject(der: der) { return object }
        guard let encrypted = EncryptedPrivateKey(der: der) else { return nil }
        return try encrypted.decrypt(passphrase)
    }

    /// Checks the key.
    init(_ object: PrivateKeyObject) throws(TLSConfigurationError) {
        switch object.kind {
        case EVP_PKEY_RSA, EVP_PKEY_RSA_PSS:
            guard object.bits >= Self.minimumRSABits else {
                throw TLSConfigurationError(
                    "the key is too weak: RSA of \(object.bits) bits, at least \(Self.minimumRSABits) are needed")
            }
        case EVP_PKEY_EC, EVP_PKEY_ED25519, EVP_PKEY_ED448:
            guard object.securityBits >= Self.minimumSecurityBits else {
                throw TLSConfigurationError("the key is too weak: a curve of \(object.bits) bits")
            }
        default:
            throw TLSConfigurationError("the key is of a kind that TLS has no use for")
        }
        guard let der = object.der else { throw TLSConfigurationError("the key cannot be used") }
        self.object = object
        self.der = der
    }

    /// The kind and size, such as `RSA 2048`, `ECDSA 256` or `Ed25519`.
    public var description: String {
        switch object.kind {
        case EVP_PKEY_EC: "ECDSA \(object.bits)"
        case EVP_PKEY_ED25519: "Ed25519"
        case EVP_PKEY_ED448: "Ed448"
        default: "RSA \(object.bits)"
        }
    }
}

extension TLSPrivateKey: CustomDebugStringConvertible, CustomReflectable {
    /// As `description`.
    public var debugDescription: String { description }

    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
