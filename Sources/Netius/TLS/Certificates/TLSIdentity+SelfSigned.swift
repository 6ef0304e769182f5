extension TLSIdentity {
    /// Makes an identity that vouches for itself, with a new ECDSA key on the curve P-256: for development, for tests,
    /// and for peers that pin it or have its certificate among their trust roots.
    ///
    /// - Parameters:
    ///   - names: The DNS names, `*.example.com` among them, and IP addresses it is for; at least one.
    ///   - validFor: For how long it is valid, from now on; it is already valid an hour ago, for clocks that are slow.
    /// - Returns: The identity.
    /// - Throws: `TLSConfigurationError` where a name is none, or the time is not positive or too long to be written.
    public static func selfSigned(
        names: [String], validFor: Duration = .seconds(30 * 86_400)
    ) throws(TLSConfigurationError) -> TLSIdentity {
        guard let first = names.first else { throw TLSConfigurationError("a certificate needs a name to be for") }
        guard validFor > .zero else { throw TLSConfigurationError("a certificate needs a time to be valid") }
        return try TLSIdentity(
            issuing: TLSCertificateTemplate(
                commonName: first.utf8.count <= 64 ? first : nil, names: names, validFor: validFor))
    }

    /// The chain as text (RFC 7468).
    public var certificatePEM: String { chain.map(\.pem).joined() }
}
