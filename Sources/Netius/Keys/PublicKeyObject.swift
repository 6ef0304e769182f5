internal import COpenSSL

/// A public key of OpenSSL's, to verify signatures with.
// @unchecked: it is not changed any more once it is here, and what OpenSSL caches in it is under OpenSSL's own lock.
@safe
package final class PublicKeyObject: @unchecked Sendable {
    // Safe: OpenSSL alone looks inside; this reference is given up with this object.
    private let pointer: OpaquePointer

    private init?(taking pointer: OpaquePointer?) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = pointer
    }

    /// A key of RSA; nil where OpenSSL cannot use its numbers.
    package convenience init?(_ key: RSAPublicKey) {
        defer { OpenSSLReason.clear() }
        // It reads no more bytes than it is told there are.
        let pointer = unsafe key.der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var position = buffer.baseAddress
            return unsafe d2i_PUBKEY(nil, &position, buffer.count)
        }
        unsafe self.init(taking: pointer)
    }

    /// A key of Ed25519 (RFC 8032 section 5.1.5), 32 octets; nil where it is none.
    package convenience init?(ed25519 octets: [UInt8]) {
        defer { OpenSSLReason.clear() }
        guard octets.count == 32 else { return nil }
        unsafe self.init(taking: EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, octets, octets.count))
    }

    deinit {
        unsafe EVP_PKEY_free(pointer)
    }

    /// Whether the signature is one of the octets, made as `PrivateKeyObject.signature(of:)` makes it.
    package func verifies(_ signature: [UInt8], of octets: [UInt8]) -> Bool {
        defer { OpenSSLReason.clear() }
        // Nobody else has it.
        guard !signature.isEmpty, let context = unsafe EVP_MD_CTX_new() else { return false }
        defer { unsafe EVP_MD_CTX_free(context) }
        let isEd25519 = unsafe EVP_PKEY_get_base_id(pointer) == EVP_PKEY_ED25519
        let digest = unsafe isEd25519 ? nil : EVP_sha256()
        guard unsafe EVP_DigestVerifyInit(context, nil, digest, nil, pointer) == 1 else { return false }
        return unsafe EVP_DigestVerify(context, signature, signature.count, octets, octets.count) == 1
    }
}
