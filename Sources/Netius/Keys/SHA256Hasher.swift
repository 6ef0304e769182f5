internal import COpenSSL

/// The SHA-256 digest (FIPS 180-4) of octets that come in pieces, by OpenSSL. A copy goes its own way.
package struct SHA256Hasher: Sendable {
    // @unchecked: it is changed through a unique reference only, which `update` makes sure of.
    @safe
    private final class Context: @unchecked Sendable {
        // Safe: OpenSSL alone looks inside; it is freed with this object. Nil where there is no memory, or no SHA-256.
        let pointer: OpaquePointer?

        init(copying other: Context?) {
            let pointer = unsafe EVP_MD_CTX_new()
            let isReady =
                if let other {
                    unsafe other.pointer != nil && EVP_MD_CTX_copy_ex(pointer, other.pointer) == 1
                } else {
                    unsafe pointer != nil && EVP_DigestInit_ex(pointer, EVP_sha256(), nil) == 1
                }
            if !isReady { unsafe EVP_MD_CTX_free(pointer) }
            unsafe self.pointer = isReady ? pointer : nil
        }

        deinit {
            unsafe EVP_MD_CTX_free(pointer)
        }
    }

    private var context = Context(copying: nil)

    package init() {}

    /// Adds octets behind those there are.
    package mutating func update(_ bytes: Span<UInt8>) {
        if !isKnownUniquelyReferenced(&context) { context = Context(copying: context) }
        guard let pointer = unsafe context.pointer else { return }
        // It reads the bytes during the call only.
        _ = unsafe bytes.withUnsafeBufferPointer { unsafe EVP_DigestUpdate(pointer, $0.baseAddress, $0.count) }
    }

    /// The digest of what was added so far, 32 octets; nil where OpenSSL is set up not to make one.
    package func digest() -> [UInt8]? {
        let copy = Context(copying: context)
        guard let pointer = unsafe copy.pointer else { return nil }
        var digest = [UInt8](repeating: 0, count: 32)
        // It writes the 32 octets that SHA-256 has.
        return unsafe EVP_DigestFinal_ex(pointer, &digest, nil) == 1 ? digest : nil
    }

    /// The digest of the bytes; nil where OpenSSL is set up not to make one.
    package static func digest(of bytes: [UInt8]) -> [UInt8]? { OpenSSLCoding.sha256(bytes) }
}
