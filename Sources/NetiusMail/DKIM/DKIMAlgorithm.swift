/// How a signature is made: its tag `a=` (RFC 6376 section 3.3, RFC 8301, RFC 8463). What used SHA-1 is no more.
public enum DKIMAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    case rsaSHA256 = "rsa-sha256"
    /// Ed25519 over a SHA-256 digest.
    case ed25519SHA256 = "ed25519-sha256"

    /// The kind of key, as key records have it: `k=`.
    var keyType: String {
        switch self {
        case .rsaSHA256: "rsa"
        case .ed25519SHA256: "ed25519"
        }
    }
}
