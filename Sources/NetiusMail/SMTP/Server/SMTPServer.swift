public import Netius

/// An SMTP server (RFC 5321).
///
/// ```swift
/// try await SMTPServer(port: 2525) { session in
///     var size = 0
///     for try await bytes in session.content { size += bytes.count }
///     return .accepted("\(size)-octets")
/// }.run()
/// ```
///
/// Handlers run on the loop of their connection, in the connection's isolation: they must not block. What a handler
/// answers positively for a message is said to the client: from then on the message is the handler's, which must have it
/// in safety. An error that a handler throws is answered 451, but for what `collect(upTo:)` throws: 552.
public final class SMTPServer: Sendable {
    /// Answers a connection, or a message.
    public typealias SessionHandler = nonisolated(nonsending) @Sendable (SMTPSession) async throws -> SMTPReply
    /// Answers a sender.
    public typealias SenderHandler =
        nonisolated(nonsending) @Sendable (SMTPSession, SMTPSender) async throws -> SMTPReply
    /// Answers a recipient.
    public typealias RecipientHandler =
        nonisolated(nonsending) @Sendable (SMTPSession, SMTPRecipient) async throws -> SMTPReply
    /// Answers a message with a reply for each of its recipients, in their order.
    public typealias DeliveryHandler = nonisolated(nonsending) @Sendable (SMTPSession) async throws -> [SMTPReply]

    /// What a server asks; one of the last two.
    struct Handlers: Sendable {
        var connection: SessionHandler?
        var sender: SenderHandler?
        var recipient: RecipientHandler?
        var message: SessionHandler?
        var delivery: DeliveryHandler?
    }

    private enum Place: Sendable {
        case host(String, port: UInt16)
        case address(SocketAddress)
    }

    private let place: Place
    private let configuration: Configuration
    private let handlers: Handlers
    let running = Guarded<SMTPServerRun?>(nil)

    private init(_ place: Place, _ configuration: Configuration, _ handlers: Handlers) {
        self.place = place
        self.configuration = configuration
        self.handlers = handlers
    }

    /// A server for a TCP port of a host, by name or address. It does nothing before it is run.
    ///
    /// - Parameters:
    ///   - host: `127.0.0.1` by default; `::` is every address, IPv4 included.
    ///   - port: 0 lets the system choose one.
    ///   - configuration: Limits, times and policy.
    ///   - connection: Asked before the greeting. What is not positive is said in place of it, 421 or 554; by default
    ///     everybody is greeted.
    ///   - sender: Asked for each MAIL; by default every sender is accepted.
    ///   - recipient: Asked for each RCPT; by default every recipient is accepted that `localDomains` lets through.
    ///   - message: Takes a message. In LMTP its reply is that of all recipients.
    public convenience init(
        host: String = "127.0.0.1", port: UInt16 = 2525, configuration: Configuration = Configuration(),
        connection: SessionHandler? = nil, sender: SenderHandler? = nil, recipient: RecipientHandler? = nil,
        message: @escaping SessionHandler
    ) {
        self.init(
            .host(host, port: port), configuration,
            Handlers(connection: connection, sender: sender, recipient: recipient, message: message))
    }

    /// A server for an address, which may be that of a Unix domain socket.
    public convenience init(
        address: SocketAddress, configuration: Configuration = Configuration(),
        connection: SessionHandler? = nil, sender: SenderHandler? = nil, recipient: RecipientHandler? = nil,
        message: @escaping SessionHandler
    ) {
        self.init(
            .address(address), configuration,
            Handlers(connection: connection, sender: sender, recipient: recipient, message: message))
    }

    /// An LMTP server (RFC 2033), whose handler answers for each recipient. A recipient without a reply gets a 451.
    public static func lmtp(
        address: SocketAddress, configuration: Configuration = Configuration(),
        connection: SessionHandler? = nil, sender: SenderHandler? = nil, recipient: RecipientHandler? = nil,
        deliver: @escaping DeliveryHandler
    ) -> SMTPServer {
        var configuration = configuration
        configuration.protocol = .lmtp
        return SMTPServer(
            .address(address), configuration,
            Handlers(connection: connection, sender: sender, recipient: recipient, delivery: deliver))
    }

    /// Serves until `shutdown()` is called or a shutdown signal arrives, and what is in flight then has ended.
    ///
    /// When the task is cancelled, everything is cancelled at once.
    ///
    /// - Throws: `SystemError`, with `EADDRINUSE` where another listens; `ResolverError`; `SMTPServerError`.
    public func run() async throws {
        try await run { _ in }
    }

    /// Serves as `run()`, telling where it listens once it does.
    public func run(whenListening: @Sendable (SocketAddress) -> Void) async throws {
        try configuration.check()
        let log = configuration.log ?? Log.current
        let group = try configuration.loops ?? LoopGroup.shared
        let listeners = try await listen(group)
        let run = SMTPServerRun(
            group: group, listeners: listeners, configuration: configuration, log: log, handlers: handlers)
        let isFirst = running.withLock { running in
            guard running == nil else { return false }
            running = run
            return true
        }
        guard isFirst else {
            for listener in listeners { await listener.close() }
            throw SMTPServerError.running
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

    /// Begins a graceful shutdown: no new connections, those that wait for a command are told 421, messages in flight
    /// are finished, and after `shutdownTimeout` cancelled. Does nothing when the server is not running.
    public func shutdown() {
        running.withLock { $0 }?.beginShutdown()
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
