public import Netius

extension MailRelay {
    /// A server that takes mail for this relay.
    ///
    /// - Parameters:
    ///   - host: Where it listens.
    ///   - port: At which port.
    ///   - configuration: Limits, times, TLS and users. Whose mail is taken is up to the relay's policy.
    /// - Returns: The server, to be given to `run`.
    public func server(
        host: String = "127.0.0.1", port: UInt16 = 2525,
        configuration: SMTPServer.Configuration = SMTPServer.Configuration()
    ) -> SMTPServer {
        SMTPServer(
            host: host, port: port, configuration: serving(configuration), sender: answerSender,
            recipient: answerRecipient, message: takeMessage)
    }

    /// The same for an address, which may be that of a Unix domain socket.
    public func server(
        address: SocketAddress, configuration: SMTPServer.Configuration = SMTPServer.Configuration()
    ) -> SMTPServer {
        SMTPServer(
            address: address, configuration: serving(configuration), sender: answerSender,
            recipient: answerRecipient, message: takeMessage)
    }

    private var answerSender: SMTPServer.SenderHandler {
        { [self] session, sender in await reply(to: sender, in: session) }
    }

    private var answerRecipient: SMTPServer.RecipientHandler {
        { [self] session, recipient in await reply(to: recipient, in: session) }
    }

    private var takeMessage: SMTPServer.SessionHandler {
        { [self] session in try await accept(session) }
    }

    private func serving(_ given: SMTPServer.Configuration) -> SMTPServer.Configuration {
        var configuration = given
        configuration.hostName = self.configuration.hostName
        // The relay says itself what is local, and to whom.
        configuration.localDomains = nil
        configuration.trustedNetworks = self.configuration.policy.trustedNetworks
        configuration.loops = configuration.loops ?? loops
        configuration.log = configuration.log ?? log
        return configuration
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
            // It ends early only where it is cancelled.
            try await begin()
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
