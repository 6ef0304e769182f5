import Netius
import NetiusDNS
import NetiusMail

/// What `netius relay` was told, read and checked.
struct RelayOptions: Sendable {
    /// How local mail is kept (`SMTP_ADAPTER`).
    enum Adapter: String, CaseIterable {
        case fs, null
    }

    /// Who says who users are (`SMTP_AUTH`).
    enum Authentication: String, CaseIterable {
        case memory, passwd
    }

    let spool: String
    private let usersFile: String?
    private let registry: RelayRegistry?
    private var configuration: MailRelay.Configuration
    private let webhook: (url: String, secret: String?)?
    private let eventsFile: String?
    private let capturesTranscripts: Bool
    private let dkim: String?

    init(_ values: CommandValues) throws(UsageError) {
        spool = try values.required(RelayCommand.spool, as: .string)
        eventsFile = try values.value(of: RelayCommand.events, as: .string)
        capturesTranscripts = try values.required(RelayCommand.transcript, as: .boolean)
        let url = try values.value(of: RelayCommand.webhook, as: .string)
        webhook = url.map { ($0, values.environment.string("SMTP_ACTIVITY_SECRET")) }
        dkim = values.environment.string("DKIM")
        (usersFile, registry) = try Self.users(values)

        var configuration = MailRelay.Configuration(spool: spool)
        let domains = try values.required(SMTPCommand.domains, as: .list)
        configuration.policy.localDomains = Set(domains.map { $0.lowercasedASCII })
        configuration.policy.trustedNetworks = try ServerOptions.networks(values, RelayCommand.trusted)
        configuration.policy.allowedSenders = registry?.allowedSenders ?? [:]
        if let text = try values.value(of: RelayCommand.postmaster, as: .string) {
            guard let address = MailAddress(text) else {
                throw Self.refusal("POSTMASTER", text, "a mail address")
            }
            configuration.postmaster = address
        }
        configuration.mailboxes = try Self.mailboxes(values)
        configuration.route = try Self.route(values)
        configuration.usesMTASTS = try values.required(RelayCommand.mtaSTS, as: .boolean)
        configuration.client.mailExchangerPort = UInt16(
            clamping: try values.required(RelayCommand.exchangerPort, as: .integer(in: 1...65535)))
        configuration.backoff.minimum = try values.required(RelayCommand.retry, as: .duration())
        configuration.backoff.maximum = try values.required(RelayCommand.longestRetry, as: .duration())
        configuration.expiry = try values.required(RelayCommand.expiry, as: .duration())
        configuration.delayReport = try values.required(RelayCommand.delay, as: .duration())
        configuration.maximumDeliveries = try values.required(RelayCommand.deliveries, as: .integer(in: 1...10_000))
        configuration.maximumDeliveriesPerDomain = try values.required(
            RelayCommand.deliveriesPerDomain, as: .integer(in: 1...10_000))
        do throws(ConfigurationError) {
            configuration.dns = DNSClient(try .system(environment: values.environment))
        } catch {
            throw .invalidValue(error)
        }
        self.configuration = configuration
    }

    /// The relay's configuration, for which files are read.
    func relayConfiguration() async throws -> MailRelay.Configuration {
        var configuration = configuration
        if case .store(let store as Maildir) = configuration.mailboxes {
            // A folder that cannot be used is noticed now, not with the first message.
            _ = try await BlockingPool.shared.run { try Maildir(preparing: store.path, layout: store.layout) }
        }
        if let dkim { configuration.signers = try DKIMSigner.signers(json: dkim) }
        if eventsFile != nil || webhook != nil {
            configuration.events = try RelayEvents(
                to: eventsFile.map { $0 == "-" ? .standardOutput : .file(path: $0) },
                webhook: webhook.map { RelayWebhook(url: $0.url, secret: $0.secret) },
                capturesTranscripts: capturesTranscripts)
        }
        return configuration
    }

    /// Who says who users are; nil where there are none.
    func authenticator() throws -> SMTPAuthenticator? {
        if let usersFile { return SMTPAuthenticator(try PasswordFile(path: usersFile, accepting: .digests)) }
        return registry?.authenticator
    }

    // MARK: Reading

    private static func refusal(_ name: String, _ value: String, _ expected: String) -> UsageError {
        .invalidValue(ConfigurationError(name: name, value: value, expected: expected))
    }

    private static func users(_ values: CommandValues) throws(UsageError) -> (String?, RelayRegistry?) {
        let file = try values.value(of: SMTPCommand.users, as: .string)
        var registry: RelayRegistry?
        do throws(ConfigurationError) {
            if let text = values.environment.string("REGISTRY") { registry = try RelayRegistry(json: text) }
        } catch {
            throw .invalidValue(error)
        }
        guard let name = values.environment.string("SMTP_AUTH") else { return (file, file == nil ? registry : nil) }
        switch Authentication(rawValue: name.lowercasedASCII) {
        case .memory:
            guard let registry else { throw .missingOption("REGISTRY", for: "SMTP_AUTH=memory") }
            return (nil, registry)
        case .passwd:
            guard let file else { throw .missingOption("--users", for: "SMTP_AUTH=passwd") }
            return (file, registry)
        // To let everybody in, as `dummy` once did, would be an open relay.
        case nil: throw refusal("SMTP_AUTH", name, "memory (REGISTRY) or passwd (--users)")
        }
    }

    private static func mailboxes(_ values: CommandValues) throws(UsageError) -> RelayMailboxes? {
        let path = try values.value(of: RelayCommand.maildir, as: .string)
        if let text = try values.value(of: RelayCommand.lmtp, as: .string) {
            if values.isOnCommandLine(RelayCommand.maildir) { throw .conflictingOptions("--maildir", "--lmtp") }
            guard let address = socketAddress(text) else {
                throw refusal("--lmtp", text, "an address and a port, or unix: and a path")
            }
            return .lmtp(address)
        }
        let isPerUser = try values.required(SMTPCommand.perUser, as: .boolean)
        if let path { return .store(Maildir(path: path, layout: isPerUser ? .perUser : .shared)) }
        guard !isPerUser else { throw .missingOption("--maildir", for: "--per-user") }
        guard let name = values.environment.string("SMTP_ADAPTER") else { return nil }
        switch Adapter(rawValue: name.lowercasedASCII) {
        case .fs: throw .missingOption("--maildir", for: "SMTP_ADAPTER=fs")
        case .null: return .store(DiscardingMailStore())
        // What is only in memory is lost with the process, and a relay loses nothing.
        case nil: throw refusal("SMTP_ADAPTER", name, "fs (--maildir) or null")
        }
    }

    private static func socketAddress(_ text: String) -> SocketAddress? {
        if text.hasPrefix("unix:") { return .unix(path: String(text.dropFirst(5))) }
        guard let (host, port) = split(text), let port, let address = IPAddress(host) else { return nil }
        return .ip(address, port: port)
    }

    /// The host, without brackets, and the port if there is one; nil where it is neither.
    private static func split(_ text: String) -> (host: String, port: UInt16?)? {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let rest = text[text.index(after: end)...]
            let host = String(text[text.index(after: text.startIndex)..<end])
            if rest.isEmpty { return (host, nil) }
            guard rest.hasPrefix(":"), let port = UInt16(rest.dropFirst()) else { return nil }
            return (host, port)
        }
        guard let colon = text.lastIndex(of: ":"), text.firstIndex(of: ":") == colon else { return (text, nil) }
        guard let port = UInt16(text[text.index(after: colon)...]) else { return nil }
        return (String(text[..<colon]), port)
    }

    private static func route(_ values: CommandValues) throws(UsageError) -> RelayRoute {
        guard let text = try values.value(of: RelayCommand.via, as: .string) else { return .mailExchangers }
        guard let (host, port) = split(text), !host.isEmpty else {
            throw refusal("--via", text, "a host, with a port behind a colon if need be")
        }
        var credentials: SMTPCredentials?
        if let user = try values.value(of: RelayCommand.viaUser, as: .string) {
            guard let file = try values.value(of: RelayCommand.viaPasswordFile, as: .string) else {
                throw .missingOption("--via-password-file", for: "--via-user")
            }
            guard let password = password(in: file) else {
                throw refusal("--via-password-file", file, "a file with a password in its first line")
            }
            credentials = SMTPCredentials(user: user, password: password)
        }
        let usual: SMTPSecurity = credentials == nil ? .opportunistic : .required
        let security: SMTPSecurity = try values.value(of: RelayCommand.viaSecurity, as: .choice()) ?? usual
        let usualPort: UInt16 = security == .implicit ? 465 : credentials == nil ? 25 : 587
        return .host(host, port: port ?? usualPort, security: security, credentials: credentials)
    }

    private static func password(in path: String) -> String? {
        guard let bytes = try? File(path: path).read(at: 0, upTo: 4096),
            let line = bytes.split(whereSeparator: { $0 == 10 || $0 == 13 }).first
        else { return nil }
        return String(decoding: line, as: UTF8.self)
    }
}
