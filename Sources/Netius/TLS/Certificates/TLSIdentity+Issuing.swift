extension TLSIdentity {
    /// Makes an identity with a new key.
    ///
    /// - Parameters:
    ///   - template: What its certificate is to say.
    ///   - issuer: Who signs it; nil where it signs itself. Its chain follows the new certificate, without the root.
    ///   - kind: What kind of key to make.
    /// - Throws: `TLSConfigurationError` where something cannot be written as it is.
    package init(
        issuing template: TLSCertificateTemplate, by issuer: TLSIdentity? = nil, key kind: TLSPrivateKey.Kind = .p256
    ) throws(TLSConfigurationError) {
        let key = try TLSPrivateKey.generate(kind)
        let certificate = try template.issue(for: key, by: issuer)
        let others = issuer?.chain.filter { !$0.object.isSigned(by: $0.object) } ?? []
        try self.init(chain: [certificate] + others, privateKey: key)
    }
}
