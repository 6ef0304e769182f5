import Netius
import NetiusDNS
import NetiusMail

/// `netius dkim`: keys to sign mail with, signatures, and whether they are good.
struct DKIMCommand: Command {
    /// What there is to do.
    enum Action: String, CaseIterable {
        case generate, sign, verify
    }

    /// What is to be done, with what it takes.
    enum Job {
        case generate(DKIMGeneration)
        case sign(DKIMSigning)
        case verify(DKIMChecking)
    }

    static let description = CommandDescription(
        name: "dkim", summary: "Makes keys that sign mail (DKIM), signs messages and verifies them.",
        arguments: [action, words],
        options: [
            ed25519, compat, toStandardOutput, time, lifetime, canonicalization, identity, key, json,
        ])

    private static let action = ArgumentDescription(
        name: "ACTION",
        help:
            "generate: print the record of a new key and the key; sign: sign a message where it is; verify: tell what "
            + "becomes of its signatures")
    private static let words = ArgumentDescription(
        name: "ARGUMENT",
        help:
            "generate: DOMAIN [SUFFIX [BITS]]; sign: FILE KEY SELECTOR DOMAIN; verify: FILE. As a file, - is standard "
            + "input",
        isOptional: true, isRepeated: true)
    static let ed25519 = OptionDescription(flag: "ed25519", help: "generate a key of Ed25519, not of RSA")
    static let compat = OptionDescription(
        flag: "compat", help: "generate a record as netius did of old: in one string, without a version")
    static let toStandardOutput = OptionDescription(
        flag: "stdout", help: "write the signed message to standard output, and leave the file alone")
    static let time = OptionDescription(
        "time", placeholder: "SECONDS", help: "what to take for the present, in seconds since 1970")
    static let lifetime = OptionDescription(
        "expire", placeholder: "TIME", help: "sign for this long, such as 168h (default: for ever)")
    static let canonicalization = OptionDescription(
        "canonicalization", letter: "c", placeholder: "HEADER/BODY", default: "relaxed/relaxed",
        help: "sign so that white space may change (relaxed) or not (simple)")
    static let identity = OptionDescription(
        "identity", placeholder: "ADDRESS", help: "sign on behalf of it: an address of the domain, or @ and the domain")
    static let key = OptionDescription(
        "key", placeholder: "TXT", help: "verify with this record, and look up none")
    static let json = OptionDescription(flag: "json", help: "print JSON (generate, verify)")

    let job: Job

    var log: Log { Log() }

    init(_ values: CommandValues) throws(UsageError) {
        let action = try values.required(Self.action, as: ConfigurationFormat<Action>.action)
        let known: [OptionDescription] =
            switch action {
            case .generate: [Self.ed25519, Self.compat, Self.time, Self.json]
            case .sign: [Self.toStandardOutput, Self.time, Self.lifetime, Self.canonicalization, Self.identity]
            case .verify: [Self.time, Self.key, Self.json]
            }
        for option in Self.description.options where values.isOnCommandLine(option) {
            guard known.contains(where: { $0.name == option.name }) else {
                throw .conflictingOptions("--\(option.name)", action.rawValue)
            }
        }
        switch action {
        case .generate: job = .generate(try DKIMGeneration(values))
        case .sign: job = .sign(try DKIMSigning(values))
        case .verify: job = .verify(try DKIMChecking(values))
        }
    }

    /// The words after the action, by name: all of them but those that are optional must be there.
    static func words(_ values: CommandValues, _ names: [String], optional: Int = 0) throws(UsageError) -> [String] {
        let words = values.repeatedArguments
        if words.count > names.count { throw .unexpectedArgument(words[names.count]) }
        if words.count < names.count - optional { throw .missingArgument(names[words.count]) }
        return words
    }

    /// What is taken for the present.
    static func time(_ values: CommandValues) throws(UsageError) -> Timestamp {
        let format = ConfigurationFormat<Int>.integer(in: 0...253_402_300_799)
        return try values.value(of: time, as: format).map { Timestamp(seconds: Int64($0)) } ?? .now
    }

    func run() async throws {
        switch job {
        case .generate(let generation): try generation.run()
        case .sign(let signing): try signing.run()
        case .verify(let checking): try await checking.run()
        }
    }
}
