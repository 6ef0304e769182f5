public import Netius

extension MailRelay {
    /// A server that takes mail for this relay.
    ///
    /// - Parameters:
    ///   - host: Where it listens.
    ///   - port: At which port.
    ///   - configuration: Limits, times, TLS and users. Whose mail is taken is up to the relay's policy.
    public func server(
        host: String = "127.0.0.1", port: UInt16 = 2525,
        configuration: SMTPServer.Configuration = SMTPServer.Configuration()
    ) -> SMTPServer {
        var configuration = configuration
        configuration.hostName = self.configuration.hostName
        // The relay says itself what is local, and to whom.
        configuration.localDomains = nil
        configuration.trustedNetworks = self.configuration.policy.trustedNetworks
        configuration.loops = configuration.loops ?? loops
        configuration.log = configuration.log ?? log
        return SMTPServer(
            host: host, port: port, configuration: configuration,
            sender: { [self] session, sender in await reply(to: sender, in: session) },
            recipient: { [self] session, recipient in await reply(to: recipient, in: session) },
            message: { [self] session in try await accept(session) })
    }

    /// Serves and delivers until the server is shut down, by a signal or otherwise, and what is under way has ended.
    ///
    /// - Throws: As `SMTPServer.run`; `MailQueueError`.
    public func run(_ server: SMTPServer, whenListening: @Sendable (SocketAddress) -> Void = { _ in }) async throws {
        try await deliver { try await server.run(whenListening: whenListening) }
    }

    /// Delivers what there is and what comes while `body` runs; what is under way then is ended, within half a minute.
    public func deliver(during body: () async throws -> Void) async throws {
        let control = try await RelayControlServer.begin(self)
        let start = Task(executorPreference: loops.loops[0].taskExecutor) { [self] in
            do {
                try await begin()
            } catch where !(error is CancellationError) {
                log.error("cannot read the queue: \(error)")
            }
        }
        let result: Result<Void, any Error>
        do {
            try await body()
            result = .success(())
        } catch {
            result = .failure(error)
        }
        start.cancel()
        await control?.end()
        await end(patience: .seconds(30))
        await configuration.events?.flush()
        try result.get()
    }
}
