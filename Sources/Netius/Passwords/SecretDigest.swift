internal import COpenSSL

/// Turns secrets into digests that say nothing about them without a key: HMAC-SHA-256 (RFC 2104), by OpenSSL.
@safe
struct SecretDigest: Sendable {
    typealias Digest = SIMD32<UInt8>

    private let key: [UInt8]

    init(key: [UInt8]) {
        self.key = key
    }

    /// A key that nobody knows: from the system's source of randomness.
    init() {
        var random = SystemRandomNumberGenerator()
        key = (0..<32).map { _ in random.next() }
    }

    /// The digest of the secret; nil where OpenSSL is set up not to make one.
    func callAsFunction(_ secret: Span<UInt8>) -> Digest? {
        var digest = Digest()
        // Safe: both are read, and the 32 octets of the digest written, during the call only.
        let isMade = unsafe withUnsafeMutableBytes(of: &digest) { digest in
            unsafe secret.withUnsafeBufferPointer { secret in
                unsafe HMAC(
                    EVP_sha256(), key, Int32(truncatingIfNeeded: key.count), secret.baseAddress, secret.count,
                    digest.baseAddress?.assumingMemoryBound(to: UInt8.self), nil) != nil
            }
        }
        return isMade ? digest : nil
    }
}
