import Netius
import NetiusDNS

/// `netius dns`: asks name servers.
struct DNSCommand: Command {
    static let description = CommandDescription(
        name: "dns", summary: "Asks name servers for the records of a name.", arguments: [question, rest],
        options: [name, type, server, reverse, tcp, timeout, short, json])

    private static let question = ArgumentDescription(
        name: "NAME", help: "the name; an address stands for its name in the reverse domain", isOptional: true)
    private static let rest = ArgumentDescription(
        name: "TYPE|@SERVER", help: "the same as --type and --server, before NAME or after", isOptional: true,
        isRepeated: true)

    private static let name = OptionDescription(
        "name", letter: "q", placeholder: "NAME", variable: "DNS_NAME", help: "the same as NAME")
    private static let type = OptionDescription(
        "type", letter: "t", placeholder: "TYPE", variable: "DNS_TYPE",
        help: "the type of record, such as MX or TYPE65 (default: A, and PTR of an address)")
    private static let server = OptionDescription(
        "server", letter: "s", placeholder: "SERVER", variable: "DNS_NS",
        help: "the name server to ask, with or without a port (default: the system's, or NAMESERVERS)")
    private static let reverse = OptionDescription(
        flag: "reverse", letter: "x", help: "ask for the names of an address")
    private static let tcp = OptionDescription(flag: "tcp", help: "ask over TCP")
    private static let timeout = OptionDescription(
        "timeout", placeholder: "SECONDS", help: "how long a server may take each time (default: the system's, or 5)")
    private static let short = OptionDescription(flag: "short", help: "print the data alone")
    private static let json = OptionDescription(flag: "json", help: "print one JSON object")

    /// What is printed.
    enum Style: Sendable, Equatable {
        case lines, short, json
    }

    let name: DNSName
    let type: DNSRecordType
    let server: DNSServerName?
    private(set) var configuration: DNSClient.Configuration
    let style: Style

    var log: Log { Log() }

    init(_ values: CommandValues) throws(UsageError) {
        let words = try DNSWords(values, Self.question)
        let givenName = try values.value(of: Self.name, as: .string)
        let givenType = try values.value(of: Self.type, as: .recordType)
        let givenServer = try values.value(of: Self.server, as: .nameServer)
        guard let text = words.name ?? givenName else { throw .missingArgument(Self.question.name) }
        if words.name != nil, values.isOnCommandLine(Self.name) { throw .conflictingOptions("NAME", "--name") }
        if words.type != nil, values.isOnCommandLine(Self.type) { throw .conflictingOptions("TYPE", "--type") }
        if words.server != nil, values.isOnCommandLine(Self.server) { throw .conflictingOptions("@SERVER", "--server") }
        let type = words.type ?? givenType
        let address = IPAddress(text)
        if try values.required(Self.reverse, as: .boolean) {
            guard address != nil else { throw .invalidAddress(.invalidText(text, expected: IPAddress.kind)) }
            guard type == nil || type == .ptr else { throw .conflictingOptions("--reverse", "TYPE") }
        }
        let isReverse = address != nil && (type ?? .ptr) == .ptr
        self.type = type ?? (isReverse ? .ptr : .a)
        guard let name = DNSName(isReverse ? address?.unmapped.reverseName ?? text : text) else {
            let expected = "a domain name: labels of 1 to 63 characters, in ASCII (others as xn--...)"
            throw .invalidValue(ConfigurationError(name: "NAME", value: text, expected: expected))
        }
        self.name = name
        server = words.server ?? givenServer
        style = try Self.style(values)
        do throws(ConfigurationError) {
            configuration = try .system(environment: values.environment)
        } catch {
            throw .invalidValue(error)
        }
        if try values.required(Self.tcp, as: .boolean) { configuration.usesTCP = true }
        if let timeout = try values.value(of: Self.timeout, as: .duration()) {
            guard timeout > .zero else {
                let expected = "more than 0 seconds"
                throw .invalidValue(ConfigurationError(name: "--timeout", value: "0", expected: expected))
            }
            configuration.timeout = timeout
            // Time enough for a second attempt.
            configuration.totalTimeout = max(configuration.totalTimeout, timeout * 2)
        }
    }

    private static func style(_ values: CommandValues) throws(UsageError) -> Style {
        switch (try values.required(short, as: .boolean), try values.required(json, as: .boolean)) {
        case (true, true): throw .conflictingOptions("--short", "--json")
        case (true, false): return .short
        case (false, true): return .json
        case (false, false): return .lines
        }
    }

    func run() async throws {
        var configuration = configuration
        if let server { configuration.servers = try await server.addresses() }
        let start = MonotonicTime.now
        let answer = try await answer(configuration)
        let report = DNSReport(name: name, type: type, answer: answer, time: MonotonicTime.now.since(start))
        guard answer.nameExists || style == .json else { throw noSuchName(answer) }
        switch style {
        case .lines: writeToStandardOutput(report.lines)
        case .short: writeToStandardOutput(report.short)
        case .json: writeToStandardOutput(report.json)
        }
        // The object has said so.
        guard answer.nameExists else { throw SilentFailure() }
    }

    private func noSuchName(_ answer: DNSAnswer) -> any Error {
        guard case .cname(let target) = answer.aliases.last?.data else { return DNSError.noSuchName("\(name)") }
        return ToolError("there is no name \("\(target)".quoted), which \("\(name)".quoted) is an alias of")
    }

    private func answer(_ configuration: DNSClient.Configuration) async throws -> DNSAnswer {
        do {
            return try await DNSClient(configuration).answer(to: name, type)
        } catch DNSError.timedOut(let name) where !configuration.servers.isEmpty {
            let servers = configuration.servers.map(\.description).joined(separator: ", ")
            throw DNSError.serversFailed(name, reason: "\(servers) did not answer in time")
        }
    }
}
