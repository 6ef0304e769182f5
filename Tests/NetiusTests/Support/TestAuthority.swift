import Netius

/// Certificates of every kind that a peer may show, signed by a root that only tests trust.
struct TestAuthority {
    /// What signs itself, and an authority beneath it.
    let root: TLSIdentity
    let intermediate: TLSIdentity

    init(name: String = "Netius Test") throws {
        root = try TLSIdentity(
            issuing: TLSCertificateTemplate(commonName: "\(name) Root", isAuthority: true))
        intermediate = try TLSIdentity(
            issuing: TLSCertificateTemplate(
                commonName: "\(name) Intermediate", isAuthority: true, maximumPathLength: 0),
            by: root)
    }

    /// The root, to be trusted.
    var roots: TLSTrustRoots { .certificates([root.certificate]) }

    /// A server's identity, signed by the intermediate, which is in its chain.
    func server(
        _ names: String..., key: TLSPrivateKey.Kind = .p256,
        adjusting: (inout TLSCertificateTemplate) -> Void = { _ in }
    ) throws -> TLSIdentity {
        var template = TLSCertificateTemplate(commonName: names.first, names: names)
        adjusting(&template)
        return try TLSIdentity(issuing: template, by: intermediate, key: key)
    }

    /// A server's identity that expired an hour ago.
    func expiredServer(_ name: String) throws -> TLSIdentity {
        try server(name) { template in
            template.notBefore = Timestamp(seconds: Timestamp.now.seconds - 7200)
            template.notAfter = Timestamp(seconds: Timestamp.now.seconds - 3600)
        }
    }

    /// A server's identity that becomes valid in an hour.
    func futureServer(_ name: String) throws -> TLSIdentity {
        try server(name) { $0.notBefore = Timestamp(seconds: Timestamp.now.seconds + 3600) }
    }

    /// A client's identity.
    func client(_ name: String) throws -> TLSIdentity {
        try TLSIdentity(issuing: TLSCertificateTemplate(commonName: name, purposes: [.client]), by: intermediate)
    }
}

extension TLSIdentity {
    /// Writes the identity into a folder as `NAME.crt` and `NAME.key`, and returns the two paths.
    func write(in folder: String, name: String = "test") throws -> (certificate: String, key: String) {
        let paths = (certificate: "\(folder)/\(name).crt", key: "\(folder)/\(name).key")
        try write(certificateFile: paths.certificate, keyFile: paths.key, replacing: true)
        return paths
    }
}
