internal import COpenSSL

extension TLSPrivateKey {
    /// What kind of key to make.
    package enum Kind: Sendable {
        /// ECDSA on the curve P-256: small, fast, and known to every peer.
        case p256
        /// ECDSA on the curve P-384.
        case p384
        case ed25519
        case rsa(bits: UInt32)
    }

    /// Makes a key that nobody has: ECDSA on the curve P-256.
    public static func generate() throws(TLSConfigurationError) -> TLSPrivateKey {
        try generate(.p256)
    }

    /// Makes a key that nobody has.
    package static func generate(_ kind: Kind) throws(TLSConfigurationError) -> TLSPrivateKey {
        OpenSSLReason.clear()
        let pointer =
            switch kind {
            case .p256: unsafe netius_generate_ec_key("P-256")
            case .p384: unsafe netius_generate_ec_key("P-384")
            case .ed25519: unsafe netius_generate_ed25519_key()
            case .rsa(let bits): unsafe netius_generate_rsa_key(bits)
            }
        guard let object = unsafe PrivateKeyObject(taking: pointer) else {
            throw TLSConfigurationError("no key can be made: \(OpenSSLReason.take() ?? "OpenSSL refuses")")
        }
        return try TLSPrivateKey(object)
    }
}
