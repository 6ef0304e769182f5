internal import COpenSSL

extension TLSIdentity {
    /// Makes a context show this identity: beside another whose key is of another kind, in place of one of the same.
    ///
    /// - Parameter context: An `SSL_CTX`, which takes references of its own.
    /// - Throws: `TLSConfigurationError` where OpenSSL's security level refuses a certificate.
    package func use(in context: OpaquePointer) throws(TLSConfigurationError) {
        guard let stack = unsafe OPENSSL_sk_new_null() else { throw TLSConfigurationError("out of memory") }
        // Nobody else has it; the certificates in it outlive it.
        defer { unsafe OPENSSL_sk_free(stack) }
        for certificate in chain.dropFirst() {
            guard unsafe OPENSSL_sk_push(stack, UnsafeRawPointer(certificate.object.pointer)) > 0 else {
                throw TLSConfigurationError("out of memory")
            }
        }
        OpenSSLReason.clear()
        let result = unsafe SSL_CTX_use_cert_and_key(
            context, certificate.object.pointer, privateKey.object.pointer, stack, 1)
        guard result == 1 else {
            let reason = OpenSSLReason.take() ?? "OpenSSL refuses it"
            throw TLSConfigurationError("the certificate \(certificate.subject.quoted) cannot be used: \(reason)")
        }
    }
}
