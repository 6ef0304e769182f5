/// Turns secrets into digests that say nothing about them without a key: HMAC-SHA-256 (RFC 2104).
struct SecretDigest {
    // Both have taken in their key's block, which is the same for every digest.
    private let inner: SHA256
    private let outer: SHA256

    /// A key of 64 octets, which is a block, and so is used as it is.
    init(key: InlineArray<64, UInt8>) {
        var (inner, outer) = (SHA256(), SHA256())
        for index in 0..<64 {
            inner.update(key[index] ^ 0x36)
            outer.update(key[index] ^ 0x5C)
        }
        self.inner = inner
        self.outer = outer
    }

    /// A key that nobody knows: from the system's source of randomness.
    init() {
        var random = SystemRandomNumberGenerator()
        var key = InlineArray<64, UInt8>(repeating: 0)
        for index in 0..<64 { key[index] = random.next() }
        self.init(key: key)
    }

    /// The digest of the secret.
    func callAsFunction(_ secret: Span<UInt8>) -> SHA256.Digest {
        var inner = inner
        inner.update(secret)
        var outer = outer
        outer.update(inner.finish())
        return outer.finish()
    }
}
