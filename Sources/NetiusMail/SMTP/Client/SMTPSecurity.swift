/// Whether a client protects its connections by TLS.
public enum SMTPSecurity: String, Sendable, Hashable, CaseIterable {
    /// It does not.
    case none
    /// By STARTTLS (RFC 3207) where the server offers it, whoever it is (RFC 7435); where that fails, or is not offered,
    /// it goes on without.
    case opportunistic
    /// By STARTTLS, with a certificate that is verified, or not at all.
    case required
    /// From the first octet on (RFC 8314 section 3), with a certificate that is verified.
    case implicit

    /// Whether it is TLS with a certificate that is verified, or nothing.
    var isVerified: Bool { self == .required || self == .implicit }
}
