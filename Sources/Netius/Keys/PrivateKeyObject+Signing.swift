internal import COpenSSL

extension PrivateKeyObject {
    /// The signature of the octets: of RSA as RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2), of Ed25519 of the
    /// octets themselves (RFC 8032 section 5.1.6). Nil where the key cannot sign.
    package func signature(of octets: [UInt8]) -> [UInt8]? {
        OpenSSLReason.clear()
        defer { OpenSSLReason.clear() }
        // Nobody else has it.
        guard let context = unsafe EVP_MD_CTX_new() else { return nil }
        defer { unsafe EVP_MD_CTX_free(context) }
        let digest = unsafe isEd25519 ? nil : EVP_sha256()
        guard unsafe EVP_DigestSignInit(context, nil, digest, nil, pointer) == 1 else { return nil }
        var count = 0
        guard unsafe EVP_DigestSign(context, nil, &count, octets, octets.count) == 1, count > 0 else { return nil }
        // It writes no more than it said.
        let signature = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let isMade = unsafe EVP_DigestSign(context, buffer.baseAddress, &count, octets, octets.count) == 1
            filled = isMade ? min(count, buffer.count) : 0
        }
        return signature.isEmpty ? nil : signature
    }

    /// Whether it is a key of Ed25519.
    package var isEd25519: Bool { kind == EVP_PKEY_ED25519 }

    /// The public half of a key of Ed25519, 32 octets; nil for a key of another kind.
    package var rawPublicKey: [UInt8]? {
        guard isEd25519 else { return nil }
        var octets = [UInt8](repeating: 0, count: 32)
        var count = octets.count
        // It writes no more than there is room for.
        return unsafe EVP_PKEY_get_raw_public_key(pointer, &octets, &count) == 1 && count == 32 ? octets : nil
    }
}
