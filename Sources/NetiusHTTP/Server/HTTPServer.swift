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

    private enum Place: Sendable {
        case host(String, port: UInt16)
        case address(SocketAddress)
    }

    private let place: Place
    private let configuration: Configuration
    private let handler: Handler?
    let running = Guarded<HTTPServerRun?>(nil)

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
        let listeners = try await listen(group)
        let run = HTTPServerRun(
            group: group, listeners: listeners, configuration: configuration, log: log, service: service)
        let isFirst = running.withLock { running in
            guard running == nil else { return false }
            running = run
            return true
        }
        guard isFirst else {
            for listener in listeners { await listener.close() }
            throw HTTPServerError.running
        }
        defer { running.withLock { $0 = nil } }
        let observation =
            try configuration.shutdownSignals.isEmpty
            ? nil
            : ShutdownSignals.observe(configuration.shutdownSignals) { signal in
                log.info("shutting down", metadata: ["signal": "\(signal)"])
                run.beginShutdown()
            }
        defer { if let observation { ShutdownSignals.stopObserving(observation) } }
        whenListening(listeners[0].address)
        try await withTaskCancellationHandler {
            try await run.wait()
        } onCancel: {
            run.cancel()
        }
    }

    private func listen(_ group: LoopGroup) async throws -> [Listener] {
        if !configuration.inheritedDescriptors.isEmpty {
            var listeners: [Listener] = []
            for (index, descriptor) in configuration.inheritedDescriptors.enumerated() {
                let loop = group.loops[index % group.loops.count]
                listeners.append(try await Listener.adopt(descriptor: descriptor, on: loop))
            }
            return listeners
        }
        let address: SocketAddress
        switch place {
        case .address(let given): address = given
        case .host(let host, let port): address = .ip(try await Resolver.shared.firstAddress(of: host), port: port)
        }
        return try await group.listen(on: address, options: configuration.listening)
    }
}
