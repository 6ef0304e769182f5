import Netius

/// `netius auth`: what to keep of a password, and whether it is that of one.
struct AuthCommand: Command {
    /// What there is to do.
    enum Action: String, CaseIterable {
        case generate, verify
    }

    /// What a password is made into.
    enum Form: Equatable {
        case pbkdf2
        case scrypt
        case plain
        case digest(type: String, salt: String)
    }

    static let description = CommandDescription(
        name: "auth", summary: "Makes what to keep of a password, and verifies a password with it.",
        arguments: [action, password, second, salt], options: [compat, json])

    private static let action = ArgumentDescription(
        name: "ACTION", help: "generate: print what to keep of a password; verify: tell whether it is the password's")
    private static let password = ArgumentDescription(
        name: "PASSWORD", help: "the password; - is the first line of standard input")
    private static let second = ArgumentDescription(
        name: "TYPE|STORED",
        help: "generate: pbkdf2-sha256 (the default), scrypt, plain, or a digest as netius used it of old, such as "
            + "sha256; verify: what is kept of the password, - for standard input",
        isOptional: true)
    private static let salt = ArgumentDescription(
        name: "SALT", help: "the salt of a digest, which may be empty (default: netius); other types have a random one",
        isOptional: true)
    private static let compat = OptionDescription(
        flag: "compat", help: "generate what netius did of old: one SHA-256 digest, with the salt netius")
    private static let json = OptionDescription(flag: "json", help: "print one JSON object")

    private static let defaultSalt = "netius"

    let action: Action
    let password: String
    let form: Form
    let stored: String
    let asJSON: Bool

    var log: Log { Log() }

    init(_ values: CommandValues) throws(UsageError) {
        action = try values.required(Self.action, as: .action)
        password = try values.required(Self.password, as: .text)
        asJSON = try values.required(Self.json, as: .boolean)
        let isCompatible = try values.required(Self.compat, as: .boolean)
        let salt = try values.value(of: Self.salt, as: .text)
        if action == .generate {
            stored = ""
            let fallback = isCompatible ? "sha256" : "pbkdf2-sha256"
            let type = try values.value(of: Self.second, as: Self.type) ?? fallback
            form = Self.form(type, salt: salt ?? Self.defaultSalt)
            if let salt, !form.isDigest { throw .unexpectedArgument(salt) }
        } else {
            form = .plain
            guard let text = try values.value(of: Self.second, as: .text) else { throw .missingArgument("STORED") }
            stored = text
            if let salt { throw .unexpectedArgument(salt) }
            if isCompatible { throw .conflictingOptions("--compat", action.rawValue) }
            if password == "-", stored == "-" { throw .unexpectedArgument("-") }
        }
    }

    private static let type: ConfigurationFormat<String> = {
        let names = ["pbkdf2-sha256", "scrypt", "plain"] + StoredPassword.digestTypes
        return ConfigurationFormat(expected: names.joined(separator: ", ")) { text in
            names.contains(text.lowercasedASCII) ? text.lowercasedASCII : nil
        }
    }()

    private static func form(_ type: String, salt: String) -> Form {
        switch type {
        case "pbkdf2-sha256": .pbkdf2
        case "scrypt": .scrypt
        case "plain": .plain
        default: .digest(type: type, salt: salt)
        }
    }

    func run() async throws {
        let octets = try InputFile.secret(password)
        switch action {
        case .generate:
            guard PasswordCredentials(Array("user:".utf8) + octets) != nil else {
                throw ToolError(
                    "no server takes the password: it has control characters, or is not UTF-8, or has more than "
                        + "\(PasswordCredentials.maximumPasswordLength) octets")
            }
            guard let text = text(octets) else { throw ToolError("OpenSSL is set up not to make it") }
            writeToStandardOutput(asJSON ? "{\"stored\": \(text.quoted)}\n" : "\(text)\n")
        case .verify:
            let isRight = try verify(octets)
            if asJSON { writeToStandardOutput("{\"matches\": \(isRight)}\n") }
            guard isRight else {
                if asJSON { throw SilentFailure() }
                throw ToolError("the password is wrong")
            }
            if !asJSON { writeToStandardOutput("the password is right\n") }
        }
    }

    private func text(_ password: [UInt8]) -> String? {
        switch form {
        case .pbkdf2: StoredPassword.new(password)?.text
        case .scrypt: StoredPassword.scrypt(password)?.text
        case .digest(let type, let salt): StoredPassword.digest(password, type: type, salt: Array(salt.utf8))?.text
        case .plain: String(validating: password, as: UTF8.self)
        }
    }

    private func verify(_ password: [UInt8]) throws -> Bool {
        let text = String(decoding: try InputFile.secret(stored), as: UTF8.self)
        guard let kept = StoredPassword(reading: text) else {
            throw ToolError("what is kept of the password is in no form that is known, or not complete")
        }
        return kept.matches(password.span)
    }
}

extension AuthCommand.Form {
    fileprivate var isDigest: Bool {
        if case .digest = self { true } else { false }
    }
}
