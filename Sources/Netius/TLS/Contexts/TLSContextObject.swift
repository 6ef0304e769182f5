internal import COpenSSL

/// One of OpenSSL's contexts (`SSL_CTX`), from which sessions are made, with what holds for servers and clients alike.
///
/// It is set up before it is shared, and not changed afterwards: sessions are made from it on any thread.
// @unchecked: OpenSSL counts the references to it, and those who use it only read it.
@safe
final class TLSContextObject: @unchecked Sendable {
    // Safe: OpenSSL alone looks inside; this reference is given up with this object.
    let pointer: OpaquePointer

    /// - Parameters:
    ///   - method: The side, as OpenSSL has it.
    ///   - minimumVersion: The oldest version to speak.
    ///   - rules: What the context's callbacks use. The context keeps it for as long as OpenSSL keeps the context,
    ///     which every session does with the contexts that it was made from and switched to: a callback's pointer to
    ///     it needs no reference of its own.
    /// - Throws: `TLSConfigurationError` where OpenSSL is without memory, or without what is asked of it.
    init(
        method: OpaquePointer?, minimumVersion: TLSVersion, rules: AnyObject
    ) throws(TLSConfigurationError) {
        OpenSSLReason.clear()
        guard let method = unsafe method, let pointer = unsafe SSL_CTX_new(method) else { throw .openSSL() }
        unsafe self.pointer = pointer
        guard unsafe netius_ssl_ctx_set_min_version(pointer, minimumVersion.number) == 1,
            unsafe SSL_CTX_set_cipher_list(pointer, TLSAlgorithms.ciphersOfTLS12) == 1,
            unsafe SSL_CTX_set_ciphersuites(pointer, TLSAlgorithms.ciphersOfTLS13) == 1,
            unsafe netius_ssl_ctx_set_groups(pointer, TLSAlgorithms.groups) == 1,
            unsafe TLSExtraData.keep(rules, inContext: pointer)
        else { throw .openSSL() }
        unsafe SSL_CTX_set_security_level(pointer, 2)
        unsafe netius_ssl_ctx_set_options(pointer)
        _ = unsafe netius_ssl_ctx_set_mode(pointer, TLSAlgorithms.modes)
        _ = unsafe netius_ssl_ctx_set_read_ahead(pointer)
    }

    deinit {
        unsafe SSL_CTX_free(pointer)
    }
}

extension TLSConfigurationError {
    /// What OpenSSL says of the call that has failed.
    static func openSSL(_ prefix: String = "TLS") -> TLSConfigurationError {
        TLSConfigurationError("\(prefix): \(OpenSSLReason.take() ?? "OpenSSL gives no reason")")
    }
}
