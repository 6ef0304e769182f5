import Netius

extension ClientOptions {
    /// Whom a client trusts, and what it shows.
    struct TLS: Sendable, Equatable {
        /// The environment's variables for it, with what the options say in their place; none for the defaults.
        private(set) var variables: [String: String] = [:]
    }

    static let insecure = OptionDescription(
        flag: "insecure", letter: "k", help: "trust whoever answers, as SSL_VERIFY=0 does: anybody may be listening")
    static let authority = OptionDescription(
        "ca", aliases: ["cacert"], placeholder: "FILE",
        help: "the authorities to trust (PEM), and no others; CA_FILE adds to the system's")
    static let certificate = OptionDescription(
        "cert", placeholder: "FILE", variable: "CER_FILE", help: "the certificate to show (PEM)")
    static let key = OptionDescription(
        "key", placeholder: "FILE", variable: "KEY_FILE",
        help: "its private key (PEM), where it is not in the same file")
    static let pin = OptionDescription(
        "pin", placeholder: "SHA256", isRepeatable: true, variable: "SSL_FINGERPRINT",
        help: "the certificate, or sha256/ its key, that the server must have")
}

extension ClientOptions.TLS {
    private static let names = [
        "CER_FILE", "KEY_FILE", "CA_FILE", "CER_DATA", "KEY_DATA", "CA_DATA", "CA_ROOT", "SSL_VERIFY", "SSL_HOST",
        "SSL_FINGERPRINT",
    ]

    /// Reads the options.
    init(_ values: CommandValues) throws(UsageError) {
        for name in Self.names { variables[name] = values.environment.string(name) }
        do throws(ConfigurationError) {
            for name in ["CA_ROOT", "SSL_VERIFY"] { _ = try values.environment.boolean(name) }
        } catch {
            throw .invalidValue(error)
        }
        if try values.required(ClientOptions.insecure, as: .boolean) { variables["SSL_VERIFY"] = "0" }
        if let path = try values.value(of: ClientOptions.authority, as: .string) {
            variables["CA_FILE"] = path
            variables["CA_DATA"] = nil
            variables["CA_ROOT"] = "0"
        }
        if values.isOnCommandLine(ClientOptions.certificate) {
            variables["CER_FILE"] = try values.value(of: ClientOptions.certificate, as: .string)
            for name in ["CER_DATA", "KEY_DATA", "KEY_FILE"] { variables[name] = nil }
        }
        if values.isOnCommandLine(ClientOptions.key) {
            variables["KEY_FILE"] = try values.value(of: ClientOptions.key, as: .string)
            variables["KEY_DATA"] = nil
        }
        let pins = try values.values(of: ClientOptions.pin, as: .pin)
        if !pins.isEmpty { variables["SSL_FINGERPRINT"] = pins.joined(separator: ";") }
    }

    /// Reads the files; nil for the defaults, which are read when they are needed.
    func makeContext() throws -> TLSClientContext? {
        guard !variables.isEmpty else { return nil }
        return try TLSClientContext(TLSClientConfiguration(environment: Environment(variables)))
    }
}
