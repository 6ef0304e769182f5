// A service as it is run in earnest: configured by the environment, with a log of its own, ending gracefully.
//
//     PORT=8085 LEVEL=debug MAXIMUM_BODY=1M SHUTDOWN_TIMEOUT=10s swift run Service
//
// SIGTERM, or Control-C, lets the requests in flight finish.
import Netius
import NetiusHTTP
import Synchronization

/// Passes records on, and counts the bad ones for `/metrics`.
final class CountingSink: LogSink {
    private let next: any LogSink
    private let count = Atomic<Int>(0)

    init(_ next: any LogSink) { self.next = next }

    var troubles: Int { count.load(ordering: .relaxed) }

    func write(_ record: LogRecord) {
        if record.level >= .warning { count.add(1, ordering: .relaxed) }
        next.write(record)
    }
}

let environment = Environment.process
let sink = CountingSink(StreamLogSink(format: .json))

var configuration = HTTPServer.Configuration()
configuration.log = Log(level: try environment.logLevel("LEVEL") ?? .info, sink: sink)
configuration.limits.bodySize = try environment.byteCount("MAXIMUM_BODY") ?? 1 << 20
configuration.shutdownTimeout = try environment.duration("SHUTDOWN_TIMEOUT") ?? .seconds(10)

let port = try environment.port("PORT") ?? 8085
let server = HTTPServer(port: port, configuration: configuration) { request in
    switch request.path {
    case "/metrics": return .ok("log_troubles_total \(sink.troubles)\n")
    case "/slow":
        try await EventLoop.current?.sleep(for: .seconds(1))
        return .ok("done\n")
    case "/fail": throw HTTPError(.badGateway, message: "nobody is behind this gateway")
    default: return .ok("\(request.method) \(request.path ?? "")\n")
    }
}
try await withLog(configuration.log ?? Log.current) {
    try await server.run { address in
        Log.current.notice("listening", metadata: ["address": "\(address)"])
    }
}
