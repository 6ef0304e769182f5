import Netius
import NetiusMail

/// `netius send`: sends a message to a server of submission, or to the mail exchangers of its recipients.
struct SendCommand: Command {
    static let description = CommandDescription(
        name: "send", summary: "Sends a message, by a mail server or to the recipients' own.", arguments: [file],
        options: [
            sender, recipients, host, port, user, passwordFile, tls, startTLS, plaintext, hostName, lmtp, transcript,
            json,
            ClientOptions.insecure, ClientOptions.authority, ClientOptions.certificate, ClientOptions.key,
            ClientOptions.pin,
        ])

    private static let file = ArgumentDescription(name: "FILE", help: "the message; - for standard input")
    private static let sender = OptionDescription(
        "from", letter: "f", placeholder: "ADDRESS", variable: "SMTP_SENDER",
        help: "who is told of failures; <> for nobody")
    private static let recipients = OptionDescription(
        "to", letter: "t", placeholder: "ADDRESS", isRepeatable: true, variable: "SMTP_RECEIVER",
        help: "whom it is for; in the variable several, separated by ';' or ','")
    private static let host = OptionDescription(
        "host", placeholder: "NAME", variable: "SMTP_HOST",
        help: "the server that takes it on (default: the mail exchangers of each recipient's domain)")
    private static let port = OptionDescription(
        "port", letter: "p", placeholder: "N", variable: "SMTP_PORT",
        help: "the server's port (default: 587, with --tls 465, without --host 25)")
    private static let user = OptionDescription(
        "user", letter: "u", placeholder: "NAME", variable: "SMTP_USER", help: "whom to authenticate")
    private static let passwordFile = OptionDescription(
        "password-file", placeholder: "FILE",
        help: "where the password is, on the first line; - for standard input (default: SMTP_PASSWORD)")
    private static let tls = OptionDescription(flag: "tls", help: "speak TLS from the first octet on")
    private static let startTLS = OptionDescription(
        flag: "starttls", isNegatable: true, variable: "SMTP_STARTTLS", default: "on",
        help: "begin TLS by STARTTLS, which --host requires; without --host only --starttls does")
    private static let plaintext = OptionDescription(
        flag: "plaintext-password", help: "send the password where there is no TLS: anybody may be listening")
    private static let hostName = OptionDescription(
        "hostname", aliases: ["ehlo"], placeholder: "NAME", help: "what to call this host (default: its address)")
    private static let lmtp = OptionDescription(flag: "lmtp", help: "speak LMTP, as stores of mail do")
    private static let transcript = OptionDescription(
        flag: "transcript", variable: "SMTP_CAPTURE_TRANSCRIPT", help: "tell what was said, on standard error")
    private static let json = OptionDescription(flag: "json", help: "write the result as a line of JSON")

    /// Where the password is.
    enum Password: Sendable, Equatable {
        case text(String)
        case file(path: String)
        case standardInput
    }

    let source: OutgoingMessage.Source
    let sender: MailAddress?
    let recipients: [MailAddress]
    let host: String?
    let port: UInt16
    let security: SMTPSecurity
    let user: String?
    let password: Password?
    let allowsPlaintext: Bool
    let hostName: String?
    let speaksLMTP: Bool
    let showsTranscript: Bool
    let writesJSON: Bool
    let context: ClientOptions.TLS

    var log: Log { Log() }

    init(_ values: CommandValues) throws(UsageError) {
        source = OutgoingMessage.Source(try values.required(Self.file, as: .string))
        sender = try values.required(Self.sender, as: .sender).address
        recipients = try Self.recipients(values)
        host = try values.value(of: Self.host, as: .string)
        let isImplicit = try values.required(Self.tls, as: .boolean)
        let startsTLS = try values.required(Self.startTLS, as: .boolean)
        if isImplicit, host == nil { throw .missingOption("--host", for: "--tls") }
        if isImplicit, values.isOnCommandLine(Self.startTLS) { throw .conflictingOptions("--tls", "--starttls") }
        if isImplicit {
            security = .implicit
        } else if !startsTLS {
            security = .none
        } else {
            security = host != nil || values.isOnCommandLine(Self.startTLS) ? .required : .opportunistic
        }
        port =
            try values.value(of: Self.port, as: .integer(in: 1...65535)).map { UInt16(clamping: $0) }
            ?? (host == nil ? 25 : isImplicit ? 465 : 587)
        user = try values.value(of: Self.user, as: .string)
        password = try Self.password(values)
        if user != nil, host == nil { throw .missingOption("--host", for: "--user") }
        if user != nil, password == nil { throw .missingOption("--password-file", for: "--user") }
        if password == .standardInput, source == .standardInput {
            throw .conflictingOptions("FILE -", "--password-file -")
        }
        allowsPlaintext = try values.required(Self.plaintext, as: .boolean)
        hostName = try values.value(of: Self.hostName, as: .string)
        speaksLMTP = try values.required(Self.lmtp, as: .boolean)
        showsTranscript = try values.required(Self.transcript, as: .boolean)
        writesJSON = try values.required(Self.json, as: .boolean)
        context = try ClientOptions.TLS(values)
    }

    private static func recipients(_ values: CommandValues) throws(UsageError) -> [MailAddress] {
        let given = try values.values(of: recipients, as: .mailAddress)
        if !given.isEmpty { return given }
        let all: [MailAddress]?
        do throws(ConfigurationError) {
            all = try values.environment.value("SMTP_RECEIVER", as: .mailAddresses)
        } catch {
            throw .invalidValue(error)
        }
        guard let all else { throw .missingArgument("--to") }
        return all
    }

    private static func password(_ values: CommandValues) throws(UsageError) -> Password? {
        guard let path = try values.value(of: passwordFile, as: .string) else {
            return values.environment.string("SMTP_PASSWORD").map { .text($0) }
        }
        return path == "-" ? .standardInput : .file(path: path)
    }

    // MARK: Sending

    func run() async throws {
        let message = try await OutgoingMessage(source, from: sender)
        var from = SMTPSender(sender)
        from.body = message.hasEightBits ? .eightBitMIME : nil
        from.usesUTF8 = message.hasUTF8Header || sender?.requiresUTF8 ?? false
        let envelope = SMTPEnvelope(sender: from, recipients: recipients.map { SMTPRecipient($0) })
        let client = SMTPClient(configuration: try configuration())
        let result = try await client.send(envelope, message.content, via: try await route())
        await client.shutdown()
        report(result)
        guard result.isComplete else { throw SilentFailure() }
    }

    private func configuration() throws -> SMTPClient.Configuration {
        var configuration = SMTPClient.Configuration()
        configuration.hostName = hostName
        configuration.speaksLMTP = speaksLMTP
        configuration.allowsPlaintextAuthentication = allowsPlaintext
        configuration.capturesTranscript = showsTranscript
        configuration.tls = try context.makeContext()
        configuration.mailExchangerPort = port
        let security = security
        configuration.tlsPolicy = { _ in SMTPTLSPolicy(security) }
        return configuration
    }

    private func route() async throws -> SMTPRoute {
        guard let host else { return .mailExchangers() }
        guard let user else { return .host(host, port: port, security: security) }
        let password =
            switch password {
            case .text(let text): text
            case .file(let path): try await Self.firstLine(of: try OpenFile(path: path, to: .read))
            case .standardInput, nil: try await Self.firstLine(of: .standardInput)
            }
        return .host(host, port: port, security: security, credentials: SMTPCredentials(user: user, password: password))
    }

    private static func firstLine(of file: OpenFile) async throws -> String {
        var bytes: [UInt8] = []
        for try await part in DescriptorInput(file: file) {
            bytes += part
            if bytes.contains(0x0A) || bytes.count > 4096 { break }
        }
        var line = bytes.prefix { $0 != 0x0A }
        if line.last == 0x0D { line.removeLast() }
        guard !line.isEmpty, line.count <= 4096 else { throw ToolError("there is no password in its file") }
        return String(decoding: line, as: UTF8.self)
    }

    private func report(_ result: SMTPResult) {
        if showsTranscript {
            for session in result.sessions {
                writeToStandardError("* \(session.host):\(session.port)\n\(session.transcript?.description ?? "")")
            }
        }
        if writesJSON {
            writeToStandardOutput("\(result.json)\n")
        } else {
            for recipient in result.recipients { writeToStandardOutput("\("\(recipient)".onOneLine)\n") }
        }
    }
}

/// Who a message is from, which may be nobody.
struct MailSender: Sendable, Equatable {
    let address: MailAddress?
}

extension ConfigurationFormat where Value == MailAddress {
    /// An address, with or without angle brackets.
    static let mailAddress = ConfigurationFormat(expected: "an address, such as bob@example.com", read: readAddress)
}

extension ConfigurationFormat where Value == [MailAddress] {
    /// Several, separated by semicolons or commas.
    static let mailAddresses = ConfigurationFormat(expected: "addresses separated by ';' or ','") { text in
        let items = text.split { $0 == ";" || $0 == "," }.map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }
        let addresses = items.compactMap { readAddress(String($0)) }
        return addresses.isEmpty || addresses.count < items.count ? nil : addresses
    }
}

extension ConfigurationFormat where Value == MailSender {
    /// An address, or `<>`.
    static let sender = ConfigurationFormat(expected: "an address, such as bob@example.com, or <>") { text in
        if text == "<>" { return MailSender(address: nil) }
        return readAddress(text).map { MailSender(address: $0) }
    }
}

@Sendable private func readAddress(_ text: String) -> MailAddress? {
    MailAddress(text.hasPrefix("<") && text.hasSuffix(">") ? String(text.dropFirst().dropLast()) : text)
}
