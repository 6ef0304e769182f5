internal import Netius

/// The connections of a client: those that are idle, and how many there are to each server.
actor SMTPConnectionPool {
    /// What connections must have in common so that one does for the other.
    struct Server: Sendable, Hashable {
        let host: String
        let port: UInt16
        let security: SMTPSecurity
        let credentials: SMTPCredentials?
        /// The context whose rules hold, if it is not the configuration's. It is held: another one in its place would be
        /// taken for it.
        let context: TLSClientContext?

        static func == (left: Server, right: Server) -> Bool {
            left.host == right.host && left.port == right.port && left.security == right.security
                && left.credentials == right.credentials && left.context === right.context
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(host)
            hasher.combine(port)
            hasher.combine(security)
            hasher.combine(context.map { ObjectIdentifier($0) })
        }
    }

    /// What a message is sent over.
    enum Lease: Sendable {
        /// A connection that has sent messages before.
        case reuse(SMTPClientConnection)
        /// The caller may make one.
        case connect
    }

    private struct Waiter {
        let number: Int
        let server: Server
        let continuation: CheckedContinuation<Result<Lease, SMTPClientError>, Never>
    }

    private let configuration: SMTPClient.Configuration
    private var idle: [(server: Server, connection: SMTPClientConnection, since: MonotonicTime)] = []
    private var counts: [Server: Int] = [:]
    private var waiters: [Waiter] = []
    private var nextNumber = 0
    private var expiry: Task<Void, any Error>?
    private var isShutDown = false

    init(_ configuration: SMTPClient.Configuration) {
        self.configuration = configuration
    }

    /// A connection that is idle, or the right to make one; waits while there are as many as there may be.
    ///
    /// Whoever gets one calls `release` or `closed` later, whatever happens.
    func acquire(_ server: Server) async throws -> Lease {
        try Task.checkCancellation()
        guard !isShutDown else { throw shutDown(server) }
        while let index = idle.lastIndex(where: { $0.server == server }) {
            let connection = idle.remove(at: index).connection
            if await connection.isUsable { return .reuse(connection) }
            await connection.close()
            closed(server)
            guard !isShutDown else { throw shutDown(server) }
        }
        if counts[server, default: 0] < max(configuration.maximumConnectionsPerServer, 1) {
            counts[server, default: 0] += 1
            return .connect
        }
        guard waiters.count < configuration.maximumWaiters else {
            throw SMTPClientError(.poolFull, host: server.host, reason: "too many messages wait for a connection")
        }
        return try await wait(server).get()
    }

    private func wait(_ server: Server) async throws -> Result<Lease, SMTPClientError> {
        nextNumber += 1
        let number = nextNumber
        let timeout = configuration.poolTimeout
        let timer = Task {
            try await Task.sleep(for: timeout)
            self.giveUp(
                number,
                SMTPClientError(.poolFull, host: server.host, reason: "no connection became free in time"))
        }
        defer { timer.cancel() }
        return try await withTaskCancellationHandler {
            let result: Result<Lease, SMTPClientError> = await withCheckedContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume(returning: .failure(self.shutDown(server)))
                } else {
                    waiters.append(Waiter(number: number, server: server, continuation: continuation))
                }
            }
            guard Task.isCancelled else { return result }
            // What was given meanwhile is another's.
            if case .success(let lease) = result { release(lease, server) }
            throw CancellationError()
        } onCancel: {
            Task { await self.giveUp(number, self.shutDown(server)) }
        }
    }

    private func giveUp(_ number: Int, _ error: SMTPClientError) {
        guard let index = waiters.firstIndex(where: { $0.number == number }) else { return }
        waiters.remove(at: index).continuation.resume(returning: .failure(error))
    }

    private func release(_ lease: Lease, _ server: Server) {
        switch lease {
        case .reuse(let connection): release(connection, server)
        case .connect: closed(server)
        }
    }

    private nonisolated func shutDown(_ server: Server) -> SMTPClientError {
        SMTPClientError(.shutDown, host: server.host, reason: "the client has been shut down")
    }

    /// A connection has sent its message, and may send others.
    func release(_ connection: SMTPClientConnection, _ server: Server) {
        if let index = waiters.firstIndex(where: { $0.server == server }) {
            return waiters.remove(at: index).continuation.resume(returning: .success(.reuse(connection)))
        }
        guard !isShutDown, configuration.maximumIdleConnections > 0 else { return end(connection, server) }
        if idle.count >= configuration.maximumIdleConnections {
            let oldest = idle.removeFirst()
            end(oldest.connection, oldest.server)
        }
        idle.append((server, connection, .now))
        if expiry == nil { scheduleExpiry(in: configuration.idleTimeout) }
    }

    /// A connection is no more, or could not be made.
    func closed(_ server: Server) {
        if let index = waiters.firstIndex(where: { $0.server == server }) {
            return waiters.remove(at: index).continuation.resume(returning: .success(.connect))
        }
        let count = counts[server, default: 1] - 1
        counts[server] = count > 0 ? count : nil
    }

    private func end(_ connection: SMTPClientConnection, _ server: Server) {
        closed(server)
        Task { await connection.quit() }
    }

    // MARK: Expiry

    private func scheduleExpiry(in time: Duration) {
        expiry = Task { [weak self] in
            try await Task.sleep(for: time)
            await self?.expire()
        }
    }

    private func expire() {
        expiry = nil
        let limit = MonotonicTime.now
        while let first = idle.first, first.since + configuration.idleTimeout <= limit {
            idle.removeFirst()
            end(first.connection, first.server)
        }
        if let first = idle.first { scheduleExpiry(in: (first.since + configuration.idleTimeout).since(limit)) }
    }

    /// Ends the idle connections, and those who wait; what is under way goes on.
    func shutdown() async {
        isShutDown = true
        expiry?.cancel()
        expiry = nil
        for waiter in waiters { waiter.continuation.resume(returning: .failure(shutDown(waiter.server))) }
        waiters = []
        let ending = idle
        idle = []
        for entry in ending {
            closed(entry.server)
            await entry.connection.quit()
        }
    }
}
