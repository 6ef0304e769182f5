extension TLSServerConfiguration {
    /// What the environment asks for: `SSL`, `CER_FILE` and `KEY_FILE` (or `CER_DATA` and `KEY_DATA`), `SSL_CONTEXTS`,
    /// and for client certificates `CA_FILE` (or `CA_DATA`) and `SSL_VERIFY`. Nil unless `SSL` is on.
    ///
    /// This reads files. Where there is an authority, clients must show a certificate of its, unless `SSL_VERIFY` is off.
    ///
    /// - Throws: `ConfigurationError`; `TLSConfigurationError`, among others where there is no certificate.
    package init?(environment: Environment) throws {
        guard try environment.boolean("SSL") ?? false else { return nil }
        let variables = TLSVariables(environment: environment)
        self.init(identity: try variables.identity())
        let isOn = try environment.boolean("SSL_VERIFY")
        var contextAuthority: String?
        if let text = environment.string("SSL_CONTEXTS") {
            let files = try TLSNamedFiles(parsing: text)
            for (name, files) in files.byName {
                identities[name] = try TLSIdentity(certificateFile: files.certificate, keyFile: files.key)
            }
            contextAuthority = files.clientAuthority
            guard isOn != false || !files.verifiesClients else {
                throw TLSConfigurationError("SSL_CONTEXTS: \"ssl_verify\" is on but SSL_VERIFY is off")
            }
        }
        guard identity != nil || !identities.isEmpty else {
            throw TLSConfigurationError("SSL is on but there is no certificate: set CER_FILE and KEY_FILE")
        }
        clientCertificates = try Self.clientCertificates(
            of: variables, contextAuthority: contextAuthority, isOn: isOn)
    }

    private static func clientCertificates(
        of variables: TLSVariables, contextAuthority: String?, isOn: Bool?
    ) throws(TLSConfigurationError) -> ClientCertificates {
        let authorities = try variables.authorities()
        let own = variables.environment.string("CA_FILE")
        if let contextAuthority, authorities != nil, own != contextAuthority {
            throw TLSConfigurationError("SSL_CONTEXTS: ca_file is another than CA_FILE, but it is one for all names")
        }
        guard isOn != false else { return .none }
        if let roots = authorities ?? contextAuthority.map({ .file($0) }) { return .required(roots) }
        // The system's authorities vouch for anybody: to accept their word would be to let in everybody.
        guard isOn != true else {
            throw TLSConfigurationError("SSL_VERIFY is on but there is no authority for clients: set CA_FILE")
        }
        return .none
    }
}
