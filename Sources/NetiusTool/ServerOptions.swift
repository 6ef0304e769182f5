import Netius
import NetiusHTTP

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
    /// Whether connections stay open after an answer.
    let keepsAlive: Bool
    /// What connections are protected with; nil for nothing.
    let tls: TLS?
    /// The networks that may connect; nil for all.
    let allowed: IPNetworkSet?
    let encoding: Encoding
    /// What clients may speak.
    let protocols: HTTPProtocols
    /// Where every request is logged; nil for nowhere.
    var accessLog: AccessLogDestination?
    let accessLogFormat: HTTPAccessLog.Format

    /// The log that the options ask for, on standard error.
    var log: Log { Log(level: logLevel, sink: StreamLogSink.standardError(logFormat)) }
}

extension ServerOptions {
    static let descriptions = [
        host, port, ipv6, unix, tls, certificate, key, clientAuthority, allowed, loops, backlog, keepAlive, protocols,
        encoding, accessLog, accessLogFormat, poll, pollTimeout, logLevel, logFormat,
    ]

    private static let loops = OptionDescription(
        "loops", placeholder: "N", variable: "CHILDREN", default: "0", help: "event loops; 0 is one per processor")
    private static let backlog = OptionDescription(
        "backlog", placeholder: "N", variable: "BACKLOG", default: "4096",
        help: "connections that may wait to be accepted")
    private static let keepAlive = OptionDescription(
        flag: "keep-alive", isNegatable: true, variable: "KEEP_ALIVE", default: "on",
        help: "keep connections open after an answer")
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

    init(_ values: CommandValues) throws(UsageError) {
        endpoint = try Endpoint(values)
        let loops = try values.required(Self.loops, as: .integer(in: 0...1024))
        self.loops = loops == 0 ? nil : loops
        backlog = try values.required(Self.backlog, as: .integer(in: 1...Int(Int32.max)))
        keepsAlive = try values.required(Self.keepAlive, as: .boolean)
        tls = try TLS(values)
        allowed = try Self.allowedNetworks(values)
        protocols = try Self.protocols(values)
        encoding = try values.required(Self.encoding, as: .choice())
        accessLog = try Self.accessLogDestination(values)
        accessLogFormat = try values.required(Self.accessLogFormat, as: .choice())
        poller = try values.value(of: Self.poll, as: .choice())
        let pollTimeout = try values.required(Self.pollTimeout, as: .duration(allowsNegative: true))
        self.pollTimeout = pollTimeout < .zero ? nil : pollTimeout
        logLevel = try values.required(Self.logLevel, as: .logLevel)
        logFormat = try values.required(Self.logFormat, as: .choice())
    }
}
