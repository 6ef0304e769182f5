import Netius

/// `netius tls generate`: a certificate that vouches for itself, and its key, for development and tests.
struct TLSCommand: Command {
    /// What there is to do.
    enum Action: String, CaseIterable {
        case generate
    }

    static let description = CommandDescription(
        name: "tls", summary: "Makes a self-signed certificate and its key.", arguments: [action, names],
        options: [certificate, key, days, force])

    private static let action = ArgumentDescription(name: "ACTION", help: "generate: make a certificate and its key")
    private static let names = ArgumentDescription(
        name: "NAME", help: "the host names and IP addresses it is for (default: localhost 127.0.0.1 ::1)",
        isOptional: true, isRepeated: true)
    private static let certificate = OptionDescription(
        "cert", placeholder: "FILE", help: "where the certificate goes (default: the first name, then .crt)")
    private static let key = OptionDescription(
        "key", placeholder: "FILE", help: "where the key goes (default: the first name, then .key)")
    private static let days = OptionDescription(
        "days", placeholder: "N", default: "365", help: "for how many days it is valid")
    private static let force = OptionDescription(flag: "force", help: "replace files that exist")

    let names: [String]
    let certificateFile: String
    let keyFile: String
    let days: Int
    let replacesFiles: Bool

    var log: Log { Log() }

    init(_ values: CommandValues) throws(UsageError) {
        _ = try values.required(Self.action, as: .choice(Action.self))
        let names = values.repeatedArguments
        self.names = names.isEmpty ? ["localhost", "127.0.0.1", "::1"] : names
        // A name that is none is refused before any file is made of it.
        let base = String(self.names[0].map { $0 == "*" ? "_" : $0 })
        certificateFile = try values.value(of: Self.certificate, as: .string) ?? "\(base).crt"
        keyFile = try values.value(of: Self.key, as: .string) ?? "\(base).key"
        days = try values.required(Self.days, as: .integer(in: 1...36_500))
        replacesFiles = try values.required(Self.force, as: .boolean)
    }

    func run() async throws {
        let identity = try TLSIdentity.selfSigned(names: names, validFor: .seconds(86_400 * days))
        try identity.write(certificateFile: certificateFile, keyFile: keyFile, replacing: replacesFiles)
        let certificate = identity.certificate
        let rows = [
            ["certificate", certificateFile], ["key", keyFile],
            ["names", (certificate.dnsNames + certificate.ipAddresses.map(\.description)).joined(separator: ", ")],
            ["not after", "\(certificate.notAfter)"], ["SHA-256", certificate.fingerprint],
        ]
        writeToStandardOutput("\(TextTable(rows: rows))\n")
    }
}
