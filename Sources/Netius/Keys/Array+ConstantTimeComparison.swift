internal import COpenSSL

extension [UInt8] {
    /// Whether the octets are the same, found in a time that depends on how many there are and on nothing else.
    package func isEqualInConstantTime(to other: [UInt8]) -> Bool {
        // It reads as many of both as there are.
        unsafe count == other.count && CRYPTO_memcmp(self, other, count) == 0
    }
}
