@testable import Netius

/// Certificates for tests of contexts, all signed by one authority.
struct TLSTestIdentities {
    let authority: TLSIdentity
    /// One that nobody trusts.
    let stranger: TLSIdentity

    init() throws {
        authority = try TestAuthority(name: "Trusted").root
        stranger = try TestAuthority(name: "Unknown").root
    }

    /// An authority of its own, or beneath another.
    static func makeAuthority(_ name: String, signer: TLSIdentity? = nil) throws -> TLSIdentity {
        try TLSIdentity(issuing: TLSCertificateTemplate(commonName: name, isAuthority: true), by: signer)
    }

    /// The trust in the authority.
    var roots: TLSTrustRoots { .certificates([authority.certificate]) }

    /// An identity for these names.
    func identity(
        _ names: String..., commonName: String? = nil, purposes: [TLSCertificateTemplate.Purpose] = [.server],
        from start: Int64 = -3600, to end: Int64 = 90_000, by issuer: TLSIdentity? = nil
    ) throws -> TLSIdentity {
        var template = TLSCertificateTemplate(commonName: commonName ?? names.first, names: names, purposes: purposes)
        let now = Timestamp.now.seconds
        template.notBefore = Timestamp(seconds: now + start)
        template.notAfter = Timestamp(seconds: now + end)
        return try TLSIdentity(issuing: template, by: issuer ?? authority)
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
