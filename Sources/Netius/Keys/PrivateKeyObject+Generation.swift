internal import COpenSSL

extension PrivateKeyObject {
    /// Makes a key that nobody has. Primes are chosen, and tested, as FIPS 186-5 has it.
    package static func generate(_ kind: TLSPrivateKey.Kind) throws(TLSConfigurationError) -> PrivateKeyObject {
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
        return object
    }
}
