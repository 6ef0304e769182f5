import Netius

/// The options that every server command has, read and checked.
struct ServerOptions: Sendable, Equatable {
    /// Where to listen.
    let endpoint: Endpoint
    /// How many event loops; nil for one per processor.
    let loops: Int?
    let logLevel: LogLevel
    let logFormat: LogFormat
    /// The poller asked for; nil for the system's own.
    let poller: PollerKind?
    /// The longest that a loop sleeps without an event; nil for as long as there is none.
    let pollTimeout: Duration?
    /// How many connections may wait to be accepted.
    let backlog: Int
    /// What connections are protected with; nil for nothing.
    let tls: TLS?
    /// The networks that may connect; nil for all.
    let allowed: IPNetworkSet?

    /// The log that the options ask for, on standard error.
    var log: Log { Log(level: logLevel, sink: StreamLogSink.standardError(logFormat)) }
}

extension ServerOptions {
    /// The options, in two groups, between which go those of one kind of server.
    static func descriptions(defaultPort: UInt16, _ others: [OptionDescription]) -> [OptionDescription] {
        [host, port(default: defaultPort), ipv6, unix, tls, certificate, key, clientAuthority, allowed, loops, backlog]
            + others + [poll, pollTimeout, logLevel, logFormat]
    }

    static let allowed = OptionDescription(
        "allow", placeholder: "NETWORKS", variable: "ALLOWED",
        help: "the addresses and networks that may connect (default: all)")
    private static let loops = OptionDescription(
        "loops", placeholder: "N", variable: "CHILDREN", default: "0", help: "event loops; 0 is one per processor")
    private static let backlog = OptionDescription(
        "backlog", placeholder: "N", variable: "BACKLOG", default: "4096",
        help: "connections that may wait to be accepted")
    private static let poll = OptionDescription(
        "poll", placeholder: "epoll|kqueue", variable: "POLL",
        help: "how loops wait for events (default: as suits the system)")
    private static let pollTimeout = OptionDescription(
        "poll-timeout", placeholder: "SECONDS", variable: "POLL_TIMEOUT", default: "-1",
        help: "the longest sleep of a loop; if negative, until there is an event")
    private static let logLevel = OptionDescription(
        "log-level", placeholder: "LEVEL", variable: "LEVEL", default: "info",
        help: "the least that is logged: trace, debug, info, notice, warning, error or critical")
    private static let logFormat = OptionDescription(
        "log-format", placeholder: "text|json", variable: "LOG_FORMAT", default: "text", help: "how it is logged")

    init(_ values: CommandValues, defaultPort: UInt16) throws(UsageError) {
        endpoint = try Endpoint(values, defaultPort: defaultPort)
        let loops = try values.required(Self.loops, as: .integer(in: 0...1024))
        self.loops = loops == 0 ? nil : loops
        backlog = try values.required(Self.backlog, as: .integer(in: 1...Int(Int32.max)))
        tls = try TLS(values)
        allowed = try Self.networks(values, Self.allowed)
        poller = try values.value(of: Self.poll, as: .choice())
        let pollTimeout = try values.required(Self.pollTimeout, as: .duration(allowsNegative: true))
        self.pollTimeout = pollTimeout < .zero ? nil : pollTimeout
        logLevel = try values.required(Self.logLevel, as: .logLevel)
        logFormat = try values.required(Self.logFormat, as: .choice())
    }

    /// The networks that an option lists; nil without one.
    static func networks(_ values: CommandValues, _ option: OptionDescription) throws(UsageError) -> IPNetworkSet? {
        guard let texts = try values.value(of: option, as: .list), !texts.isEmpty else { return nil }
        do throws(IPAddressError) {
            return try IPNetworkSet(parsing: texts)
        } catch {
            throw .invalidAddress(error)
        }
    }
}
