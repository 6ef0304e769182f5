internal import Netius

/// What the connections of one server on one loop share.
// @unchecked: used on the loop's thread alone, but for what the initializer sets.
final class SMTPServerWorker: ServerWorker, @unchecked Sendable {
    let loop: EventLoop
    let shared: SMTPServerShared
    let connections = ServerConnections<SMTPServerConnection>()
    private(set) var isShuttingDown = false

    init(loop: EventLoop, shared: SMTPServerShared) {
        self.loop = loop
        self.shared = shared
    }

    /// Begins to serve a connection, unless it is from where none is allowed, or there are too many.
    func take(_ socket: AcceptedSocket) {
        guard isAllowed(socket.peer) else { return refuse(socket, .notWelcome) }
        guard !isShuttingDown else { return refuse(socket, .shuttingDown) }
        guard shared.counts.add(socket.peer) else { return refuse(socket, .tooManyConnections) }
        do {
            let tls = shared.configuration.isTLSImplicit ? shared.configuration.tls : nil
            guard let transport = try socket.makeTransport(on: loop, protectedBy: tls) else {
                throw SMTPServerError.tooManyHandshakes
            }
            let connection = SMTPServerConnection(transport, worker: self, isTrusted: isTrusted(socket.peer))
            connections.add(connection, Task(executorPreference: loop.taskExecutor) { await connection.run() })
        } catch {
            shared.counts.remove(socket.peer)
            let isOurs = (error as? SMTPServerError) != .tooManyHandshakes
            shared.log.log(
                isOurs ? .warning : .info, "a connection was lost: \(error)", metadata: ["peer": "\(socket.peer)"])
        }
    }

    private func isAllowed(_ peer: SocketAddress) -> Bool {
        guard let address = peer.ipAddress else { return true }
        if let denied = shared.configuration.deniedNetworks, denied.contains(address) { return false }
        return shared.configuration.allowedNetworks?.contains(address) ?? true
    }

    private func isTrusted(_ peer: SocketAddress) -> Bool {
        guard let trusted = shared.configuration.trustedNetworks, let address = peer.ipAddress else { return false }
        return trusted.contains(address)
    }

    private func refuse(_ socket: AcceptedSocket, _ reply: SMTPReply) {
        shared.log.info("refused: \(reply)", metadata: ["peer": "\(socket.peer)", "protocol": "SMTP"])
        // Before a handshake nothing can be said.
        socket.close(sending: shared.configuration.isTLSImplicit ? [] : shared.octets(reply))
    }

    func remove(_ connection: SMTPServerConnection) {
        if connections.remove(connection) { shared.counts.remove(connection.peerAddress) }
    }

    // MARK: Shutdown

    /// Ends connections that wait for a command, and the others after the message they are at.
    func beginShutdown() {
        isShuttingDown = true
        connections.beginShutdown()
    }

    /// Cancels what is still under way.
    func cancel() {
        isShuttingDown = true
        connections.cancel()
    }
}
