internal import COpenSSL

/// A private key of OpenSSL's.
// @unchecked: it is not changed any more once it is here, and what OpenSSL caches in it is under OpenSSL's own lock.
@safe
package final class PrivateKeyObject: @unchecked Sendable {
    // Safe: OpenSSL alone looks inside; this reference is given up with this object.
    let pointer: OpaquePointer

    /// Takes over a reference; nil where there is none.
    init?(taking pointer: OpaquePointer?) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = pointer
    }

    /// Reads the DER of a key that is not encrypted: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017) or SEC 1 (RFC 5915).
    package convenience init?(der: [UInt8]) {
        defer { OpenSSLReason.clear() }
        // It reads no more bytes than it is told there are.
        let pointer = unsafe der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var position = buffer.baseAddress
            return unsafe d2i_AutoPrivateKey(nil, &position, buffer.count)
        }
        unsafe self.init(taking: pointer)
    }

    deinit {
        unsafe EVP_PKEY_free(pointer)
    }

    /// PKCS#8, not encrypted.
    package var der: [UInt8]? {
        guard let information = unsafe EVP_PKEY2PKCS8(pointer) else { return nil }
        // Nobody else has it.
        defer { unsafe PKCS8_PRIV_KEY_INFO_free(information) }
        return unsafe OpenSSLCoding.der { unsafe i2d_PKCS8_PRIV_KEY_INFO(information, $0) }
    }

    /// The bits of its size.
    package var bits: Int { Int(unsafe EVP_PKEY_get_bits(pointer)) }

    /// The strength of a symmetric key that is as hard to find (NIST SP 800-57), in bits.
    var securityBits: Int { Int(unsafe EVP_PKEY_get_security_bits(pointer)) }

    /// The kind, as OpenSSL numbers it.
    var kind: Int32 { unsafe EVP_PKEY_get_base_id(pointer) }

    /// Whether its public half is the certificate's.
    func matches(_ certificate: X509Object) -> Bool {
        defer { OpenSSLReason.clear() }
        return unsafe X509_check_private_key(certificate.pointer, pointer) == 1
    }
}
