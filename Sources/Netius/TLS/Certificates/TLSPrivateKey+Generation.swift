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
        try TLSPrivateKey(PrivateKeyObject.generate(kind))
    }
}
