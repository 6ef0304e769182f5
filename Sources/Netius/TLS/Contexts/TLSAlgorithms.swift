internal import COpenSSL

/// What is negotiated, and what never is: forward secrecy and authenticated encryption in every version (RFC 9325).
enum TLSAlgorithms {
    /// The suites of TLS 1.2, by OpenSSL's names: ephemeral keys and AEAD ciphers alone, the fastest first. This order
    /// counts, but for a client without AES in hardware, which has ChaCha20 first.
    static let ciphersOfTLS12 = [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
    ].joined(separator: ":")

    /// The suites of TLS 1.3.
    static let ciphersOfTLS13 = [
        "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
    ].joined(separator: ":")

    /// The groups for key exchange, the fastest first.
    static let groups = ["X25519", "P-256", "P-384"].joined(separator: ":")

    /// An idle session gives up its buffers; a write takes what there is room for, from wherever it is by then;
    /// what is not in a chain is not guessed.
    static let modes = Int(
        SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
            | SSL_MODE_NO_AUTO_CHAIN)
}
