internal import Netius

/// What the connections of one server on one loop share.
// @unchecked: used on the loop's thread alone, but for what the initializer sets.
final class SMTPServerWorker: @unchecked Sendable {
    let loop: EventLoop
    let shared: SMTPServerShared

    private var connections: [SMTPServerConnection] = []
    private(set) var isShuttingDown = false
    private var whenEmpty: [CheckedContinuation<Void, Never>] = []

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
            let transport = try socket.makeTransport(on: loop)
            do {
                if shared.configuration.isTLSImplicit, let tls = shared.configuration.tls {
                    try begin(tls, on: transport)
                }
            } catch {
                transport.close()
                throw error
            }
            let connection = SMTPServerConnection(transport, worker: self, isTrusted: isTrusted(socket.peer))
            connection.assumeIsolated { $0.index = connections.count }
            connections.append(connection)
            start(connection)
        } catch {
            shared.counts.remove(socket.peer)
            let isOurs = (error as? SMTPServerError) != .tooManyHandshakes
            shared.log.log(
                isOurs ? .warning : .info, "a connection was lost: \(error)", metadata: ["peer": "\(socket.peer)"])
        }
    }

    private func begin(_ tls: TLSServerContext, on transport: Transport) throws {
        guard tls.beginHandshake(from: transport.peerAddress) else { throw SMTPServerError.tooManyHandshakes }
        do {
            try transport.startTLS(tls.makeSession())
        } catch {
            tls.endHandshake(from: transport.peerAddress)
            throw error
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

    private func start(_ connection: SMTPServerConnection) {
        let task = Task(executorPreference: loop.taskExecutor) { await connection.run() }
        connection.assumeIsolated { connection in
            connection.task = task
            unsafe connection.transport.pollable.observer = connection
        }
    }

    private func refuse(_ socket: AcceptedSocket, _ reply: SMTPReply) {
        shared.log.info("refused: \(reply)", metadata: ["peer": "\(socket.peer)", "protocol": "SMTP"])
        // Before a handshake nothing can be said.
        socket.close(sending: shared.configuration.isTLSImplicit ? [] : shared.octets(reply))
    }

    func remove(_ connection: SMTPServerConnection) {
        let index = connection.assumeIsolated { $0.index }
        guard index < connections.count, connections[index] === connection else { return }
        let last = connections.removeLast()
        if last !== connection {
            connections[index] = last
            last.assumeIsolated { $0.index = index }
        }
        connection.assumeIsolated { $0.task = nil }
        shared.counts.remove(connection.peerAddress)
        guard connections.isEmpty else { return }
        for continuation in whenEmpty { continuation.resume() }
        whenEmpty = []
    }

    // MARK: Shutdown

    /// Ends connections that wait for a command, and the others after the message they are at.
    func beginShutdown() {
        isShuttingDown = true
        for connection in connections { connection.assumeIsolated { $0.beginShutdown() } }
    }

    /// Cancels what is still under way.
    func cancel() {
        isShuttingDown = true
        for connection in connections { connection.assumeIsolated { $0.cancel() } }
    }

    /// Calls back when there are no connections.
    func whenEmpty(_ continuation: CheckedContinuation<Void, Never>) {
        if connections.isEmpty { continuation.resume() } else { whenEmpty.append(continuation) }
    }

    var connectionCount: Int { connections.count }
}
