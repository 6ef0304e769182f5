internal import COpenSSL

/// A key that is encrypted with a passphrase. OpenSSL is never given the chance to ask for one on a terminal.
struct EncryptedPrivateKey {
    /// The two ways in which that is done.
    private enum Form {
        /// PKCS#8, with what is needed to decrypt it inside (RFC 5958 section 3): `ENCRYPTED PRIVATE KEY`.
        case pkcs8
        /// The older one, with `Proc-Type` and `DEK-Info` before it (RFC 1421 section 4.6): `RSA PRIVATE KEY`.
        case headed(String)
    }

    private static let refusal = TLSConfigurationError("the passphrase of the key is wrong, or the key is damaged")

    private let form: Form
    private let content: [UInt8]

    /// DER that may be PKCS#8, encrypted; nil where it cannot be.
    init?(der: [UInt8]) {
        guard let signature = unsafe Self.pkcs8(der) else { return nil }
        unsafe X509_SIG_free(signature)
        form = .pkcs8
        content = der
    }

    /// A block that says that it is encrypted; nil where it does not.
    init?(_ block: PEMBlock) {
        if block.label == "ENCRYPTED PRIVATE KEY" {
            form = .pkcs8
        } else if block.header.contains("ENCRYPTED") {
            form = .headed(block.header)
        } else {
            return nil
        }
        content = block.content
    }

    /// Decrypts the key.
    ///
    /// - Throws: `TLSConfigurationError` where there is no passphrase, or it is another's.
    func decrypt(_ passphrase: String?) throws(TLSConfigurationError) -> PrivateKeyObject {
        guard let passphrase else { throw TLSConfigurationError("the key is encrypted: it needs a passphrase") }
        defer { OpenSSLReason.clear() }
        let key =
            switch form {
            case .pkcs8: decryptPKCS8(passphrase)
            case .headed(let header): try decryptHeaded(header, passphrase)
            }
        guard let key else { throw Self.refusal }
        return key
    }

    private static func pkcs8(_ der: [UInt8]) -> OpaquePointer? {
        defer { OpenSSLReason.clear() }
        // It reads no more bytes than it is told there are.
        return unsafe der.withUnsafeBufferPointer { buffer in
            var position = buffer.baseAddress
            return unsafe d2i_X509_SIG(nil, &position, buffer.count)
        }
    }

    private func decryptPKCS8(_ passphrase: String) -> PrivateKeyObject? {
        guard let encrypted = unsafe Self.pkcs8(content) else { return nil }
        // Nobody else has what is made here.
        defer { unsafe X509_SIG_free(encrypted) }
        let octets = Array(passphrase.utf8)
        let information = unsafe octets.withUnsafeBytes { buffer in
            let start = unsafe buffer.assumingMemoryBound(to: CChar.self).baseAddress
            return unsafe PKCS8_decrypt(encrypted, start, Int32(clamping: buffer.count))
        }
        guard let information = unsafe information else { return nil }
        defer { unsafe PKCS8_PRIV_KEY_INFO_free(information) }
        return unsafe PrivateKeyObject(taking: EVP_PKCS82PKEY(information))
    }

    private func decryptHeaded(
        _ header: String, _ passphrase: String
    ) throws(TLSConfigurationError) -> PrivateKeyObject? {
        var cipher = unsafe EVP_CIPHER_INFO()
        var characters = header.utf8CString
        // It reads the header, and keeps nothing of it.
        let isKnown = unsafe characters.withUnsafeMutableBufferPointer { buffer in
            unsafe PEM_get_EVP_CIPHER_INFO(buffer.baseAddress, &cipher) == 1
        }
        guard isKnown else { throw TLSConfigurationError("the key is encrypted in a way that is not known") }
        var decrypted = content
        var count = content.count
        // It decrypts in place: the result is no longer than what was encrypted. Without a function to ask for a
        // passphrase it takes its last argument for it.
        let isDecrypted = unsafe decrypted.withUnsafeMutableBufferPointer { buffer in
            unsafe passphrase.withCString { passphrase in
                let argument = unsafe UnsafeMutableRawPointer(mutating: passphrase)
                return unsafe PEM_do_header(&cipher, buffer.baseAddress, &count, nil, argument) == 1
            }
        }
        guard isDecrypted, (0...content.count).contains(count) else { return nil }
        return PrivateKeyObject(der: Array(decrypted[..<count]))
    }
}
