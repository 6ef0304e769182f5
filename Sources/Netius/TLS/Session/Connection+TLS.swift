extension Connection {
    /// What protects the connection; nil where nothing does, or not yet.
    public var tls: TLSInformation? { transport.tls?.information }

    /// Protects a connection in use, as its server: all that follows is TLS.
    ///
    /// Nothing that came before the handshake is ever taken for something after it (RFC 3207 section 6): bytes that
    /// are unread then are an error. The connection is closed when this throws.
    ///
    /// - Parameter context: The server's certificates and rules, among them how long the handshake may take.
    /// - Throws: `TLSError`; `SystemError` when the connection broke; `ConnectionError`; `CancellationError`.
    public func startTLS(_ context: TLSServerContext) async throws {
        try await startTLS(within: context.handshakeTimeout) { try context.makeSession() }
    }

    /// Protects a connection in use, as its client: all that follows is TLS.
    ///
    /// - Parameters:
    ///   - context: Whom to trust.
    ///   - serverName: The name or address that the server's certificate must be for.
    ///   - applicationProtocols: The protocols to offer (RFC 7301), the preferred first; none by default.
    ///   - deadline: How long the handshake may take; 10 seconds by default.
    /// - Throws: As for a server.
    public func startTLS(
        _ context: TLSClientContext, serverName: String, applicationProtocols: [String] = [],
        within deadline: Duration = .seconds(10)
    ) async throws {
        let port = peerAddress.port ?? 0
        try await startTLS(within: deadline) {
            try context.makeSession(serverName: serverName, port: port, applicationProtocols: applicationProtocols)
        }
    }

    /// Connects to a TCP port of a host and protects the connection, as a client.
    ///
    /// - Parameters:
    ///   - host: A name or an address, which the server's certificate must be for.
    ///   - port: The port.
    ///   - context: Whom to trust.
    ///   - applicationProtocols: The protocols to offer (RFC 7301), the preferred first; none by default.
    ///   - deadline: How long it may take in all; 30 seconds by default.
    ///   - loop: Where the connection is to live; one of the shared group's by default.
    /// - Returns: The connection, which is to be closed.
    /// - Throws: As for one without TLS; `TLSError`.
    public static func connect(
        host: String, port: UInt16, tls context: TLSClientContext, applicationProtocols: [String] = [],
        within deadline: Duration = .seconds(30), on loop: EventLoop? = nil
    ) async throws -> Connection {
        let end = MonotonicTime.now + deadline
        let connection = try await connect(host: host, port: port, within: deadline, on: loop)
        try await connection.startTLS(
            context, serverName: host, applicationProtocols: applicationProtocols, within: end.since(.now))
        return connection
    }

    private func startTLS(within limit: Duration, _ makeSession: () throws -> TLSSession) async throws {
        guard !isClosed else { throw ConnectionError.closed }
        guard !isWriting else { throw ConnectionError.concurrentWrite }
        guard transport.tls == nil else { throw TLSError.alreadyStarted }
        isWriting = true
        defer { isWriting = false }
        do {
            try transport.startTLS(makeSession())
            let deadline = loop.now + limit
            try await withTaskCancellationHandler {
                try await transport.handshake(until: deadline, isCancellable: true)
            } onCancel: {
                loop.execute { [transport] in transport.pollable.cancel() }
            }
        } catch ConnectionError.cancelled {
            let reason = cancellation()
            close()
            throw reason
        } catch {
            close()
            throw error
        }
    }
}
