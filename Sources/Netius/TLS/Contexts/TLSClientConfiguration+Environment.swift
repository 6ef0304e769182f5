extension TLSClientConfiguration {
    /// What the environment asks for: `SSL_VERIFY` (on), `CA_FILE` or `CA_DATA` (authorities beside the system's, or in
    /// their place where `CA_ROOT` is off), `SSL_HOST` (the name to verify in place of the host's), `SSL_FINGERPRINT`
    /// (pins), and `CER_FILE` and `KEY_FILE` or `CER_DATA` and `KEY_DATA` (the certificate to show).
    ///
    /// - Throws: `ConfigurationError`; `TLSConfigurationError`.
    package init(environment: Environment) throws {
        self.init()
        let variables = TLSVariables(environment: environment)
        let usesSystem = try environment.boolean("CA_ROOT") ?? true
        if let own = try variables.authorities() {
            trustRoots = usesSystem ? .system.union(own) : own
        } else if !usesSystem {
            throw TLSConfigurationError("CA_ROOT is off but there is no other authority: set CA_FILE")
        }
        verifiesPeer = try environment.boolean("SSL_VERIFY") ?? true
        serverName = environment.string("SSL_HOST")
        identity = try variables.identity()
        pins = try (environment.list("SSL_FINGERPRINT") ?? []).map(Self.pin)
    }

    private static func pin(_ text: String) throws(TLSConfigurationError) -> TLSPin {
        let digits = text.utf8.filter { $0 != UInt8(ascii: ":") }
        guard digits.count != 40 else {
            throw TLSConfigurationError(
                "SSL_FINGERPRINT: \(text.quoted) is of SHA-1, which can be forged; give the one of SHA-256")
        }
        do {
            return try TLSPin(parsing: text)
        } catch {
            throw TLSConfigurationError("SSL_FINGERPRINT: \(error)")
        }
    }
}
