import Netius

extension ServerOptions {
    /// What a server is protected with.
    struct TLS: Sendable, Equatable {
        /// The environment's variables for it, with what the options say in their place.
        private(set) var variables: [String: String]
    }

    static let tls = OptionDescription(
        flag: "tls", variable: "SSL",
        help: "protect connections with TLS; where no certificate is given, with one made for localhost")
    static let certificate = OptionDescription(
        "cert", placeholder: "FILE", variable: "CER_FILE",
        help: "the certificate (PEM), with those that lead to its authority; turns on TLS")
    static let key = OptionDescription(
        "key", placeholder: "FILE", variable: "KEY_FILE",
        help: "its private key (PEM), where it is not in the same file; turns on TLS")
    static let clientAuthority = OptionDescription(
        "client-ca", placeholder: "FILE", variable: "CA_FILE",
        help: "let in those clients only that show a certificate which this one has signed (with TLS)")
}

extension ServerOptions.TLS {
    private static let names = [
        "CER_FILE", "KEY_FILE", "CA_FILE", "CER_DATA", "KEY_DATA", "CA_DATA", "SSL_VERIFY", "SSL_CONTEXTS",
    ]
    private static let sources = ["CER_FILE", "KEY_FILE", "CER_DATA", "KEY_DATA", "SSL_CONTEXTS"]

    /// Reads the options; nil where TLS is off.
    init?(_ values: CommandValues) throws(UsageError) {
        let files = [ServerOptions.certificate, ServerOptions.key]
        let isOn = try values.required(ServerOptions.tls, as: .boolean)
        guard isOn || files.contains(where: values.isOnCommandLine) else {
            // Whoever asks for it would not expect that anybody is let in.
            guard !values.isOnCommandLine(ServerOptions.clientAuthority) else {
                throw .missingOption("--tls", for: "--client-ca")
            }
            return nil
        }
        variables = ["SSL": "1"]
        for name in Self.names { variables[name] = values.environment.string(name) }
        for option in files + [ServerOptions.clientAuthority] where values.isOnCommandLine(option) {
            guard let variable = option.variable else { continue }
            variables[variable] = try values.required(option, as: .string)
            // What is given in the environment as text would be a second one.
            variables[variable.replacing("_FILE", with: "_DATA")] = nil
        }
        // The command line counts first: what it asks for, the environment does not switch off.
        if values.isOnCommandLine(ServerOptions.clientAuthority) { variables["SSL_VERIFY"] = nil }
        if values.isOnCommandLine(ServerOptions.certificate) {
            variables["KEY_DATA"] = nil
            if !values.isOnCommandLine(ServerOptions.key) { variables["KEY_FILE"] = nil }
        }
    }

    /// Reads the files. Where there is no certificate, one is made that lasts as long as the process.
    func makeContext() throws -> TLSServerContext? {
        var variables = variables
        if !Self.sources.contains(where: { variables[$0] != nil }) {
            let identity = try TLSIdentity.selfSigned(names: ["localhost", "127.0.0.1", "::1"])
            variables["CER_DATA"] = identity.certificatePEM
            variables["KEY_DATA"] = identity.privateKey.pem
            Log.current.notice(
                "made a certificate for localhost, which nobody trusts yet",
                metadata: ["sha256": "\(identity.chain.first?.fingerprint ?? "")"])
        }
        return try TLSServerConfiguration(environment: Environment(variables)).map { try TLSServerContext($0) }
    }
}
