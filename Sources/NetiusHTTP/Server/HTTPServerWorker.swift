internal import Netius

/// What the connections of one server on one loop share.
// @unchecked: used on the loop's thread alone, but for what the initializer sets.
final class HTTPServerWorker: ServerWorker, @unchecked Sendable {
    let loop: EventLoop
    let configuration: HTTPServer.Configuration
    let log: Log
    let accessRecorder: HTTPAccessRecorder?
    private let counts: ConnectionCounts
    private let serve: HTTPServer.Service

    let connections = ServerConnections<HTTPServerConnection>()
    // Unchecked: each request takes one and gives it back.
    @exclusivity(unchecked) private var uncheckedSpareExchanges: [HTTPServerExchange] = []
    /// Stands for none, in all connections without a request.
    let idleExchange: HTTPServerExchange
    private var locals: [Local] = []
    private var date: [UInt8] = []
    private var dateExpires = MonotonicTime(nanoseconds: 0)
    private(set) var isShuttingDown = false

    init(
        loop: EventLoop, configuration: HTTPServer.Configuration, log: Log, counts: ConnectionCounts,
        serve: HTTPServer.Service
    ) {
        self.loop = loop
        self.configuration = configuration
        self.log = log
        accessRecorder = configuration.accessLog?.makeRecorder(log: log)
        self.counts = counts
        self.serve = serve
        idleExchange = HTTPServerExchange(limits: configuration.limits, isSecure: configuration.tls != nil)
    }

    var keepsAlive: Bool { configuration.keepsConnectionsAlive && !isShuttingDown }

    // MARK: Connections

    /// Begins to serve a connection, unless it is from where none is allowed, or there are too many.
    func take(_ socket: AcceptedSocket) {
        guard isAllowed(socket.peer) else {
            log.debug("not allowed", metadata: ["peer": "\(socket.peer)", "protocol": "HTTP/1"])
            return socket.close()
        }
        guard !isShuttingDown else { return refuse(socket, "shutting down") }
        guard counts.add(socket.peer) else { return refuse(socket, "too many connections") }
        do {
            guard let transport = try socket.makeTransport(on: loop, protectedBy: configuration.tls) else {
                throw HTTPServerError.tooManyHandshakes
            }
            let connection = HTTPServerConnection(transport, worker: self)
            connections.add(connection, start(connection))
        } catch {
            counts.remove(socket.peer)
            let isOurs = (error as? HTTPServerError) != .tooManyHandshakes
            log.log(isOurs ? .warning : .info, "a connection was lost: \(error)", metadata: ["peer": "\(socket.peer)"])
        }
    }

    private func isAllowed(_ peer: SocketAddress) -> Bool {
        guard let networks = configuration.allowedNetworks, let address = peer.ipAddress else { return true }
        return networks.contains(address)
    }

    private func start(_ connection: HTTPServerConnection) -> Task<Void, Never> {
        switch serve {
        case .handler(let handler):
            Task(executorPreference: loop.taskExecutor) { await connection.run(handler) }
        case .connections(let body):
            Task(executorPreference: loop.taskExecutor) { await connection.run(body) }
        }
    }

    private func refuse(_ socket: AcceptedSocket, _ reason: String) {
        log.info("refused: \(reason)", metadata: ["peer": "\(socket.peer)", "protocol": "HTTP/1"])
        // Before a handshake nothing can be said.
        socket.close(sending: configuration.tls == nil ? Self.unavailable : [])
    }

    private static let unavailable = Array(
        """
        HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n
        """.utf8)

    func remove(_ connection: HTTPServerConnection) {
        if connections.remove(connection) { counts.remove(connection.peerAddress) }
    }

    // MARK: Shutdown

    /// Ends idle connections, and the others after their responses.
    func beginShutdown() {
        isShuttingDown = true
        connections.beginShutdown()
    }

    /// Cancels what is still under way.
    func cancel() {
        isShuttingDown = true
        connections.cancel()
    }

    // MARK: What requests share

    /// What a handler keeps on each loop that it is used on; made when it is first asked for. On the loop's thread only.
    func local<Value: AnyObject>(of owner: AnyObject, make: () -> Value) -> Value {
        for local in locals where local.owner === owner {
            if let value = local.value as? Value { return value }
        }
        let value = make()
        locals.removeAll { $0.owner == nil }
        locals.append(Local(owner: owner, value: value))
        return value
    }

    /// Weak: a handler may make owners as it goes, which are not to stay for as long as the server runs.
    private struct Local {
        weak let owner: AnyObject?
        let value: AnyObject
    }

    func takeExchange() -> HTTPServerExchange {
        unsafe uncheckedSpareExchanges.popLast()
            ?? HTTPServerExchange(limits: configuration.limits, isSecure: configuration.tls != nil)
    }

    /// Keeps an exchange that has ended for the next request on any connection, unless enough are kept.
    func giveBack(_ exchange: inout HTTPServerExchange) {
        guard exchange !== idleExchange else { return }
        // It may have read an empty line, which is not to count against the next connection.
        exchange.decoder.nextRequest()
        if unsafe uncheckedSpareExchanges.count < 64 { unsafe uncheckedSpareExchanges.append(exchange) }
        exchange = idleExchange
    }

    /// The Date field, made anew each second.
    func dateLine() -> [UInt8] {
        if loop.now >= dateExpires {
            let now = Timestamp.now
            date = HTTPDate.fieldLine(secondsSince1970: Int(now.seconds))
            dateExpires = loop.now + .nanoseconds(1_000_000_000 - Int64(now.nanoseconds))
        }
        return date
    }
}
