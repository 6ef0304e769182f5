import Netius
import NetiusMail

extension SMTPCommand {
    static let defaultPort: UInt16 = 2525

    /// Where messages go (`SMTP_ADAPTER`, but for printing).
    enum Storage: Sendable, Equatable, CustomStringConvertible {
        case maildir(path: String, Maildir.Layout)
        case memory
        case null
        case output

        var description: String {
            switch self {
            case .maildir(let path, _): path
            case .memory: "memory"
            case .null: "none"
            case .output: "standard output"
            }
        }
    }

    /// The stores by their predecessors' names.
    enum Adapter: String, CaseIterable {
        case fs, memory, null
    }

    /// Who may authenticate.
    enum Authentication: Sendable, Equatable {
        case none
        /// Everybody, with any password.
        case dummy
        case file(path: String)
    }

    /// The ways to authenticate by their predecessors' names.
    enum AuthenticationKind: String, CaseIterable {
        case none, dummy, file
    }

    static let maildir = OptionDescription(
        "maildir", placeholder: "DIR", variable: "SMTP_MAILDIR",
        help: "store messages in this Maildir (default: print them)")
    static let perUser = OptionDescription(
        flag: "per-user", variable: "SMTP_PER_USER",
        help: "in it, have a Maildir for each user, and refuse mail for who has none")
    static let adapter = OptionDescription(
        "adapter", placeholder: "fs|memory|null", variable: "SMTP_ADAPTER",
        help: "store messages in a Maildir (mail where --maildir does not say), in memory, or not at all")
    static let domains = OptionDescription(
        "domain", placeholder: "NAMES", variable: "SMTP_DOMAIN", default: "localhost",
        help: "the domains that mail is taken for")
    static let hostName = OptionDescription(
        "host-name", placeholder: "NAME", variable: "SMTP_HOST",
        help: "what the server calls itself (default: the system's host name)")
    static let lmtp = OptionDescription(flag: "lmtp", variable: "SMTP_LMTP", help: "speak LMTP rather than SMTP")
    static let size = OptionDescription(
        "max-size", placeholder: "SIZE", variable: "SMTP_MAX_SIZE", default: "64M",
        help: "the largest message that is taken")
    static let implicitTLS = OptionDescription(
        flag: "implicit-tls", variable: "SMTP_IMPLICIT_TLS",
        help: "protect connections from their beginning, rather than where clients ask by STARTTLS (with TLS)")
    static let requireTLS = OptionDescription(
        flag: "require-tls", variable: "SMTP_REQUIRE_TLS", help: "take mail over protected connections only (with TLS)")
    static let users = OptionDescription(
        "users", placeholder: "FILE", variable: "SMTP_USERS",
        help: "let the users of this password file authenticate")
    static let authentication = OptionDescription(
        "auth", placeholder: "none|dummy|file", variable: "SMTP_AUTH",
        help: "who may authenticate: nobody, everybody (for tests) or the users (default: the users, if there are any)")
    static let requireAuthentication = OptionDescription(
        flag: "require-auth", variable: "SMTP_REQUIRE_AUTH", help: "take mail only from who has authenticated")
    static let plaintextAuthentication = OptionDescription(
        flag: "plaintext-auth", variable: "SMTP_PLAINTEXT_AUTH",
        help: "let users authenticate on connections that are not protected too")
    static let connections = OptionDescription(
        "max-connections", placeholder: "N", variable: "SMTP_MAX_CONNECTIONS", default: "16384",
        help: "connections there may be at a time")
    static let connectionsPerAddress = OptionDescription(
        "max-connections-per-address", placeholder: "N", variable: "SMTP_MAX_CONNECTIONS_PER_ADDRESS", default: "256",
        help: "connections there may be at a time of one address")

    /// What is given on the command line counts before what the environment says.
    static func storage(_ values: CommandValues) throws(UsageError) -> Storage {
        let path = try values.value(of: maildir, as: .string)
        let isPerUser = try values.required(perUser, as: .boolean)
        let name: Adapter? = try values.value(of: adapter, as: .choice())
        let layout = isPerUser ? Maildir.Layout.perUser : .shared
        if values.isOnCommandLine(maildir), values.isOnCommandLine(adapter), name != .fs {
            throw .conflictingOptions("--maildir", "--adapter")
        }
        let chosen = values.isOnCommandLine(maildir) ? .fs : name ?? (path == nil ? nil : .fs)
        switch chosen {
        case .fs: return .maildir(path: path ?? "mail", layout)
        case .memory: return .memory
        case .null: return .null
        case nil:
            guard !isPerUser else { throw .missingOption("--maildir", for: "--per-user") }
            return .output
        }
    }

    static func authentication(_ values: CommandValues) throws(UsageError) -> Authentication {
        let path = try values.value(of: users, as: .string)
        let kind: AuthenticationKind? = try values.value(of: authentication, as: .choice())
        switch kind ?? (path == nil ? .none : .file) {
        case .none: return .none
        case .dummy: return .dummy
        case .file:
            guard let path else { throw .missingOption("--users", for: "--auth file") }
            return .file(path: path)
        }
    }

    static func configuration(_ values: CommandValues) throws(UsageError) -> SMTPServer.Configuration {
        var configuration = SMTPServer.Configuration()
        if let name = try values.value(of: hostName, as: .hostName) { configuration.hostName = name }
        configuration.protocol = try values.required(lmtp, as: .boolean) ? .lmtp : .smtp
        configuration.limits.messageSize = try values.required(size, as: .messageSize)
        configuration.isTLSImplicit = try values.required(implicitTLS, as: .boolean)
        configuration.requiresTLS = try values.required(requireTLS, as: .boolean)
        configuration.requiresAuthentication = try values.required(requireAuthentication, as: .boolean)
        configuration.allowsPlaintextAuthentication = try values.required(plaintextAuthentication, as: .boolean)
        configuration.maximumConnections = try values.required(connections, as: .integer(in: 1...Int(Int32.max)))
        configuration.maximumConnectionsPerAddress = try values.required(
            connectionsPerAddress, as: .integer(in: 1...Int(Int32.max)))
        return configuration
    }
}

extension ConfigurationFormat where Value == Int {
    /// A size that is not 0, which SMTP takes for no limit (RFC 1870 section 4).
    static let messageSize = ConfigurationFormat(expected: "\(byteCount.expected), but not 0") { text in
        let size = try? byteCount.value(of: text, name: "")
        return size == 0 ? nil : size
    }
}

extension ConfigurationFormat where Value == String {
    /// A name that a mail server can have: a domain or an address literal.
    static let hostName = ConfigurationFormat(expected: "the name of a host, or an address in brackets") { text in
        MailAddress(localPart: "postmaster", domain: text).flatMap { $0.requiresUTF8 ? nil : $0.domain }
    }
}
