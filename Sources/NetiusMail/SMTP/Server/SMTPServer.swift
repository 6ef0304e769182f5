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

    private let place: ServerPlace
    private let configuration: Configuration
    private let handlers: Handlers
    let running = Guarded<ServerRun<SMTPServerWorker>?>(nil)

    private init(_ place: ServerPlace, _ configuration: Configuration, _ handlers: Handlers) {
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
        let listeners = try await place.listen(
            with: group, configuration.listening, inherited: configuration.inheritedDescriptors)
        let shared = SMTPServerShared(configuration: configuration, log: log, handlers: handlers)
        let run = ServerRun(
            group: group, listeners: listeners, workers: group.loops.map { SMTPServerWorker(loop: $0, shared: shared) },
            tls: configuration.tls, shutdownTimeout: configuration.shutdownTimeout, work: "messages", log: log)
        guard
            try await run.serve(
                as: running, until: configuration.shutdownSignals, whenListening: whenListening)
        else { throw SMTPServerError.running }
    }

    /// Begins a graceful shutdown: no new connections, those that wait for a command are told 421, messages in flight
    /// are finished, and after `shutdownTimeout` cancelled. Does nothing when the server is not running.
    public func shutdown() {
        running.withLock { $0 }?.beginShutdown()
    }
}
