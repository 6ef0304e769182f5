@testable import Netius

/// Certificates for tests of contexts, all signed by one authority.
struct TLSTestIdentities {
    let authority: TLSIdentity
    /// One that nobody trusts.
    let stranger: TLSIdentity

    init() throws {
        authority = try Self.makeAuthority("Test Authority")
        stranger = try Self.makeAuthority("Another Authority")
    }

    static func makeAuthority(_ name: String, signer: TLSIdentity? = nil) throws -> TLSIdentity {
        let key = try TLSPrivateKey.generate()
        let template = TLSCertificateTemplate(commonName: name, isAuthority: true)
        let certificate = try template.issue(for: key, by: signer)
        return try TLSIdentity(
            chain: [certificate] + (signer?.chain.filter { $0.subject != $0.issuer } ?? []), privateKey: key)
    }

    /// The trust in the authority.
    var roots: TLSTrustRoots { .certificates([authority.certificate]) }

    /// An identity for these names.
    func identity(
        _ names: String..., commonName: String? = nil, purposes: [TLSCertificateTemplate.Purpose] = [.server],
        from start: Int64 = -3600, to end: Int64 = 90_000, by issuer: TLSIdentity? = nil
    ) throws -> TLSIdentity {
        let key = try TLSPrivateKey.generate()
        var template = TLSCertificateTemplate(commonName: commonName ?? names.first, names: names, purposes: purposes)
        let now = Timestamp.now.seconds
        template.notBefore = Timestamp(seconds: now + start)
        template.notAfter = Timestamp(seconds: now + end)
        let issuer = issuer ?? authority
        return try TLSIdentity(
            chain: [template.issue(for: key, by: issuer)] + issuer.chain.filter { $0.subject != $0.issuer },
            privateKey: key)
    }

    /// A client that trusts the authority.
    func client(_ change: (inout TLSClientConfiguration) throws -> Void = { _ in }) throws -> TLSClientContext {
        var configuration = TLSClientConfiguration()
        configuration.trustRoots = roots
        try change(&configuration)
        return try TLSClientContext(configuration)
    }

    /// A server whose certificate is for `www.example.com`, `localhost` and two addresses.
    func server(_ change: (inout TLSServerConfiguration) throws -> Void = { _ in }) throws -> TLSServerContext {
        var configuration = TLSServerConfiguration(
            identity: try identity("www.example.com", "localhost", "127.0.0.1", "::1"))
        try change(&configuration)
        return try TLSServerContext(configuration)
    }
}
