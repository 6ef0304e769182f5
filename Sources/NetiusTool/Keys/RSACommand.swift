import Netius

/// `netius rsa`: what is in keys of RSA, and the public one of a private one.
struct RSACommand: Command {
    /// What there is to do.
    enum Action: String, CaseIterable {
        case readPrivate = "read_private"
        case readPublic = "read_public"
        case privateToPublic = "private_to_public"
    }

    static let description = CommandDescription(
        name: "rsa", summary: "Shows the numbers of RSA keys, and makes the public key of a private one.",
        arguments: [action, file, publicFile], options: [json])

    private static let action = ArgumentDescription(
        name: "ACTION",
        help: "read_private, read_public: print the numbers of a key; private_to_public: write the public key")
    private static let file = ArgumentDescription(name: "FILE", help: "the key (PEM); - is standard input")
    private static let publicFile = ArgumentDescription(
        name: "PUBLIC", help: "where the public key goes; - is standard output", isOptional: true)
    private static let json = OptionDescription(flag: "json", help: "print one JSON object")

    let action: Action
    let file: String
    let publicFile: String?
    let asJSON: Bool

    var log: Log { Log() }

    init(_ values: CommandValues) throws(UsageError) {
        action = try values.required(Self.action, as: .action)
        file = try values.required(Self.file, as: .string)
        publicFile = try values.value(of: Self.publicFile, as: .string)
        asJSON = try values.required(Self.json, as: .boolean)
        if action == .privateToPublic {
            guard publicFile != nil else { throw .missingArgument(Self.publicFile.name) }
            guard !asJSON else { throw .conflictingOptions("--json", action.rawValue) }
        } else if let publicFile {
            throw .unexpectedArgument(publicFile)
        }
    }

    func run() async throws {
        switch action {
        case .readPrivate: show(KeyReport(try InputFile.key(file, RSAPrivateKey.init(pem:))))
        case .readPublic: show(KeyReport(try InputFile.key(file, RSAPublicKey.init(pem:))))
        case .privateToPublic:
            let key = try InputFile.key(file, RSAPrivateKey.init(pem:))
            let path = publicFile ?? "-"
            guard !ReplacedFile.isSame(file, path) else {
                throw ToolError("\(path.onOneLine) is the private key itself, which would be lost")
            }
            try ReplacedFile.write(Array(key.publicKey.pem.utf8), to: path)
        }
    }

    private func show(_ report: KeyReport) {
        writeToStandardOutput(asJSON ? report.json : report.text)
    }
}
