internal import COpenSSL

/// One of OpenSSL's connections (`SSL`), until a `TLSSession` takes it over.
// Not Sendable: whoever has it is about to hand it on.
@safe
struct TLSConnectionObject: ~Copyable {
    // Safe: OpenSSL alone looks inside; freed with this value unless it was taken.
    let pointer: OpaquePointer

    /// A new connection of a context, which it holds.
    init(_ context: TLSContextObject) throws(TLSConfigurationError) {
        OpenSSLReason.clear()
        guard let pointer = unsafe SSL_new(context.pointer) else { throw .openSSL() }
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe SSL_free(pointer)
    }

    /// Hands the connection on, to be freed by who gets it.
    consuming func take() -> OpaquePointer {
        let pointer = unsafe pointer
        discard self
        return unsafe pointer
    }
}
