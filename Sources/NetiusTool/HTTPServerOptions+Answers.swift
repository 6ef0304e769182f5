import Netius
import NetiusHTTP

extension HTTPServerOptions {
    /// How answers are coded on their way (`ENCODING`).
    enum Encoding: String, CaseIterable {
        case plain, gzip, deflate, auto
    }

    /// What clients may speak (`PROTOCOLS`).
    enum Protocols: String, CaseIterable {
        case all, http1, http2
    }

    /// Where the access log goes.
    enum AccessLogDestination: Sendable, Equatable {
        case file(path: String)
        case standardOutput
        case standardError
    }

    static let accessLog = OptionDescription(
        "access-log", placeholder: "FILE", variable: "COMMON_LOG",
        help: "log every request to the end of a file, which SIGHUP opens anew; - is standard output")
    static let accessLogFormat = OptionDescription(
        "access-log-format", placeholder: "common|combined|json", variable: "ACCESS_LOG_FORMAT", default: "common",
        help: "what a line of it looks like")
    static let protocols = OptionDescription(
        "protocols", placeholder: "all|http1|http2", variable: "PROTOCOLS", default: "all",
        help: "the versions of HTTP that are spoken")
    static let encoding = OptionDescription(
        "encoding", placeholder: "plain|gzip|deflate|auto", variable: "ENCODING", default: "plain",
        help: "how text is compressed for clients that accept it; auto is any of the codings")

    static func protocols(_ values: CommandValues) throws(UsageError) -> HTTPProtocols {
        let protocols: Protocols = try values.required(protocols, as: .choice())
        return switch protocols {
        case .all: [.http1, .http2]
        case .http1: .http1
        case .http2: .http2
        }
    }

    static func accessLogDestination(_ values: CommandValues) throws(UsageError) -> AccessLogDestination? {
        try values.value(of: accessLog, as: .string).map { $0 == "-" ? .standardOutput : .file(path: $0) }
    }

    /// The middleware that the options ask for.
    static func middleware(_ encoding: Encoding) -> [HTTPMiddleware] {
        var compression = HTTPCompression()
        switch encoding {
        case .plain: return []
        case .gzip: compression.codings = [.gzip]
        case .deflate: compression.codings = [.deflate]
        case .auto: break
        }
        return [.compression(compression)]
    }
}

extension HTTPServerOptions.AccessLogDestination {
    var destination: HTTPAccessLog.Destination {
        switch self {
        case .file(let path): .file(path: path)
        case .standardOutput: .standardOutput
        case .standardError: .standardError
        }
    }
}
