internal import COpenSSL

/// What session tickets are sealed with: a name by which it is found again, and keys for a cipher and a MAC.
// @unchecked: it is not changed any more once it is made.
@safe
final class TLSTicketKey: @unchecked Sendable {
    /// The octets of a name (RFC 5077 section 4).
    static let nameSize = 16
    /// AES-256 and HMAC-SHA256.
    static let keySize = 64

    /// When it was made.
    let made: MonotonicTime
    // Safe: as large as a name and the keys, and freed, after it was overwritten, with this object.
    private let memory: UnsafeMutableRawBufferPointer

    /// A random key; nil where the system has no randomness.
    init?(made: MonotonicTime) {
        let size = Self.nameSize + Self.keySize
        self.made = made
        unsafe memory = .allocate(byteCount: size, alignment: 16)
        let bytes = unsafe memory.bindMemory(to: UInt8.self)
        guard unsafe RAND_bytes(bytes.baseAddress, Int32(size)) == 1 else { return nil }
    }

    deinit {
        unsafe OPENSSL_cleanse(memory.baseAddress, memory.count)
        unsafe memory.deallocate()
    }

    /// Whether this is the key's name.
    func isNamed(_ name: UnsafeRawBufferPointer) -> Bool {
        // The name is sent in the clear: there is nothing to hide in how long this takes.
        unsafe memory[..<Self.nameSize].elementsEqual(name)
    }

    /// Writes the key's name.
    func copyName(to name: UnsafeMutableRawBufferPointer) {
        unsafe name.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<min(name.count, Self.nameSize)]))
    }

    /// Readies a cipher and a MAC of OpenSSL's.
    ///
    /// - Parameters:
    ///   - cipher: An `EVP_CIPHER_CTX`.
    ///   - mac: An `EVP_MAC_CTX` of HMAC.
    ///   - vector: The cipher's initialization vector.
    ///   - isSealing: Whether a ticket is made, and not opened.
    /// - Returns: Whether that was done.
    func prepare(
        _ cipher: OpaquePointer, _ mac: OpaquePointer, vector: UnsafePointer<UInt8>, isSealing: Bool
    ) -> Bool {
        guard let base = unsafe memory.baseAddress else { return false }
        let key = unsafe (base + Self.nameSize).assumingMemoryBound(to: UInt8.self)
        return unsafe netius_ticket_init(cipher, mac, key, vector, isSealing ? 1 : 0) == 1
    }
}
