public import Netius

/// An HTTP/1.1 server.
///
/// ```swift
/// try await HTTPServer(port: 8080) { request in .ok("Hello World") }.run()
/// ```
///
/// A handler runs on the loop of its connection, in the connection's isolation: it must not block. It is cancelled when
/// the client leaves.
public final class HTTPServer: Sendable {
    /// Answers a request. An `HTTPError` that it throws is answered with its status, any other error with 500.
    public typealias Handler = nonisolated(nonsending) @Sendable (HTTPRequest) async throws -> HTTPResponse
    /// Serves a connection by reading its requests.
    public typealias ConnectionHandler = nonisolated(nonsending) @Sendable (HTTPServerConnection) async throws -> Void

    enum Service: Sendable {
        case handler(Handler)
        case connections(ConnectionHandler)
    }

    private let place: ServerPlace
    private let configuration: Configuration
    private let handler: Handler?
    let running = Guarded<ServerRun<HTTPServerWorker>?>(nil)

    /// A server for a TCP port of a host, by name or address. It does nothing before it is run.
    ///
    /// - Parameters:
    ///   - host: `127.0.0.1` by default; `::` is every address, IPv4 included.
    ///   - port: 0 lets the system choose one.
    ///   - configuration: Limits and times.
    ///   - middleware: What is around the handler, the first outermost; nothing by default.
    ///   - handler: Answers the requests.
    public init(
        host: String = "127.0.0.1", port: UInt16 = 8080, configuration: Configuration = Configuration(),
        middleware: [HTTPMiddleware] = [], handler: Handler? = nil
    ) {
        place = .host(host, port: port)
        self.configuration = configuration
        // A function that goes through something generic, as `map`, comes out with more to call at each request.
        if let handler { self.handler = middleware(handler) } else { self.handler = nil }
    }

    /// A server for an address, which may be that of a Unix domain socket.
    public init(
        address: SocketAddress, configuration: Configuration = Configuration(), middleware: [HTTPMiddleware] = [],
        handler: Handler? = nil
    ) {
        place = .address(address)
        self.configuration = configuration
        if let handler { self.handler = middleware(handler) } else { self.handler = nil }
    }

    /// Serves until `shutdown()` is called or a shutdown signal arrives, and what is in flight then has ended.
    ///
    /// When the task is cancelled, everything is cancelled at once.
    ///
    /// - Throws: `SystemError`, with `EADDRINUSE` where another listens; `ResolverError`; `HTTPServerError`.
    public func run() async throws {
        guard let handler else { throw HTTPServerError.noHandler }
        try await run(.handler(handler)) { _ in }
    }

    /// Serves as `run()`, telling where it listens once it does.
    public func run(whenListening: @Sendable (SocketAddress) -> Void) async throws {
        guard let handler else { throw HTTPServerError.noHandler }
        try await run(.handler(handler), whenListening)
    }

    /// Serves as `run()`, handing over connections rather than requests.
    ///
    /// ```swift
    /// try await HTTPServer(port: 8080).serve { connection in
    ///     for try await request in connection.requests {
    ///         try await request.respond(.ok("Hello World"))
    ///     }
    /// }
    /// ```
    public func serve(
        whenListening: @Sendable (SocketAddress) -> Void = { _ in }, _ body: @escaping ConnectionHandler
    ) async throws {
        try await run(.connections(body), whenListening)
    }

    /// Begins a graceful shutdown: no new connections, idle ones end at once, requests in flight are finished, and
    /// after `shutdownTimeout` cancelled. Does nothing when the server is not running.
    public func shutdown() {
        running.withLock { $0 }?.beginShutdown()
    }

    private func run(_ service: Service, _ whenListening: @Sendable (SocketAddress) -> Void) async throws {
        let log = configuration.log ?? Log.current
        let group = try configuration.loops ?? LoopGroup.shared
        var configuration = configuration
        if case .connections = service { configuration.protocols = .http1 }
        if let tls = configuration.tls {
            let protocols = configuration.protocols.applicationProtocols
            configuration.tls = try await BlockingPool.shared.run { try tls.offering(protocols) }
        }
        let listeners = try await place.listen(
            with: group, configuration.listening, inherited: configuration.inheritedDescriptors)
        let counts = ConnectionCounts(
            maximum: configuration.maximumConnections, maximumPerAddress: configuration.maximumConnectionsPerAddress)
        let workers = group.loops.map {
            HTTPServerWorker(loop: $0, configuration: configuration, log: log, counts: counts, serve: service)
        }
        let run = ServerRun(
            group: group, listeners: listeners, workers: workers, tls: configuration.tls,
            shutdownTimeout: configuration.shutdownTimeout, work: "requests", log: log)
        let hasServed = try await run.serve(
            as: running, until: configuration.shutdownSignals, whenListening: whenListening
        ) {
            await configuration.accessLog?.flush()
        }
        guard hasServed else { throw HTTPServerError.running }
    }
}
