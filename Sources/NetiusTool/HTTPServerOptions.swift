import Netius
import NetiusHTTP

/// The options that every HTTP server command has, read and checked.
@dynamicMemberLookup
struct HTTPServerOptions: Sendable, Equatable {
    /// Those that every server has.
    let common: ServerOptions
    /// Whether connections stay open after an answer.
    let keepsAlive: Bool
    let encoding: Encoding
    /// What clients may speak.
    let protocols: HTTPProtocols
    /// Where every request is logged; nil for nowhere.
    var accessLog: AccessLogDestination?
    let accessLogFormat: HTTPAccessLog.Format

    subscript<Value>(dynamicMember path: KeyPath<ServerOptions, Value>) -> Value { common[keyPath: path] }
}

extension HTTPServerOptions {
    private static let defaultPort: UInt16 = 9090

    static let descriptions = ServerOptions.descriptions(
        defaultPort: defaultPort, [keepAlive, protocols, encoding, accessLog, accessLogFormat])

    private static let keepAlive = OptionDescription(
        flag: "keep-alive", isNegatable: true, variable: "KEEP_ALIVE", default: "on",
        help: "keep connections open after an answer")

    init(_ values: CommandValues) throws(UsageError) {
        common = try ServerOptions(values, defaultPort: Self.defaultPort)
        keepsAlive = try values.required(Self.keepAlive, as: .boolean)
        protocols = try Self.protocols(values)
        encoding = try values.required(Self.encoding, as: .choice())
        accessLog = try Self.accessLogDestination(values)
        accessLogFormat = try values.required(Self.accessLogFormat, as: .choice())
    }
}
