internal import Netius
internal import Synchronization

/// What a client has on one loop: its connections there, and those who wait for one.
@safe
actor HTTPClientWorker {
    typealias Pool = HTTPConnectionPool<HTTPClientRoute>

    /// What came of waiting for a connection.
    enum Given: Sendable {
        case use(Pool.ID)
        case connect(Pool.ID)
        case timedOut
        case cancelled
        case shutDown
    }

    nonisolated let loop: EventLoop
    nonisolated let configuration: HTTPClient.Configuration
    // Stored, because the runtime asks for it at each switch. Unowned: the loop is held above.
    nonisolated let unownedExecutor: UnownedSerialExecutor
    /// The requests whose heads are awaited.
    nonisolated let underWay = Atomic<Int>(0)
    /// What every request is given that has no fields of its own.
    nonisolated let defaultFields: HTTPFields

    var pool: Pool
    /// By the slots of their numbers.
    private var connections: [HTTPClientConnection?] = []
    /// Those that requests share, by the same.
    private var sharedConnections: [Int: HTTP2ClientConnection] = [:]
    var waiting: [Pool.Ticket: LoopContinuation<Given>] = [:]
    /// What was given to those who had not come to wait yet.
    var early: [Pool.Ticket: Given] = [:]
    /// What is said of users to those origins and proxies that asked for a digest.
    var authenticators: [HTTPOrigin: HTTPAuthenticator] = [:]
    private var expiry: (time: MonotonicTime, work: ScheduledWork)?
    private(set) var isShutDown = false
    /// Not even what is under way may go on.
    private(set) var isCutOff = false
    private var whenEmpty: [LoopContinuation<Void>] = []

    init(loop: EventLoop, configuration: HTTPClient.Configuration) {
        self.loop = loop
        unsafe unownedExecutor = loop.unownedExecutor
        self.configuration = configuration
        defaultFields = configuration.defaultFields
        pool = Pool(limits: configuration.poolLimits)
    }

    // MARK: Connections

    func connection(_ id: Pool.ID) -> HTTPClientConnection? {
        id.slot < connections.count ? connections[id.slot] : nil
    }

    func sharedConnection(_ id: Pool.ID) -> HTTP2ClientConnection? {
        guard let connection = sharedConnections[id.slot], connection.id == id else { return nil }
        return connection
    }

    /// A connection has been made that serves one request at a time.
    func insert(_ connection: HTTPClientConnection) {
        let slot = connection.id.slot
        while connections.count <= slot { connections.append(nil) }
        connections[slot] = connection
        for turn in pool.connected(connection.id, capacity: nil, now: loop.now) { give(turn) }
    }

    /// A connection has been made that requests share.
    func insert(_ connection: HTTP2ClientConnection) {
        sharedConnections[connection.id.slot] = connection
        for turn in pool.connected(connection.id, capacity: connection.capacity, now: loop.now) { give(turn) }
    }

    /// A connection is ready for another request.
    func release(_ connection: HTTPClientConnection, idleTime: Duration?) {
        guard !isShutDown else { return close(connection) }
        switch pool.release(connection.id, now: loop.now, idleTime: idleTime) {
        case .keep: keep(connection, idleTime)
        case .keepInsteadOf(let other):
            keep(connection, idleTime)
            close(other)
        case .give(let ticket): give(.use(connection.id), to: ticket)
        case .share, .connect: break
        case .close: close(connection)
        }
    }

    /// A request needs a shared connection no longer.
    func release(_ connection: HTTP2ClientConnection) {
        connection.startReading()
        switch pool.release(connection.id, now: loop.now) {
        case .keep where isShutDown: close(connection)
        case .keep: closeWhenIdle(nil)
        case .keepInsteadOf(let other):
            closeWhenIdle(nil)
            close(other)
        case .give(let ticket): give(.use(connection.id), to: ticket)
        case .share: break
        case .connect(let ticket, let id): give(.connect(id), to: ticket)
        case .close: close(connection)
        }
    }

    private func keep(_ connection: HTTPClientConnection, _ idleTime: Duration?) {
        connection.isIdle = true
        closeWhenIdle(idleTime)
    }

    private func closeWhenIdle(_ idleTime: Duration?) {
        let limit = configuration.idleTimeout
        let expires = loop.now + min(idleTime ?? limit, limit)
        if let expiry, expiry.time <= expires { return }
        scheduleExpiry(at: expires)
    }

    /// Closes a connection that was lent or is idle; whoever waits may connect in its place.
    func close(_ connection: HTTPClientConnection) {
        guard self.connection(connection.id) === connection else { return }
        connections[connection.id.slot] = nil
        connection.isIdle = false
        connection.end()
        closed(connection.id)
    }

    /// Closes a shared connection, and fails what is under way on it.
    func close(_ connection: HTTP2ClientConnection, because error: HTTP2ClientFailure? = nil) {
        guard sharedConnection(connection.id) === connection else { return }
        sharedConnections[connection.id.slot] = nil
        connection.end(because: error)
        closed(connection.id)
    }

    func close(_ id: Pool.ID) {
        if let connection = connection(id), connection.id == id {
            close(connection)
        } else if let connection = sharedConnection(id) {
            close(connection)
        } else {
            closed(id)
        }
    }

    /// A connection has left HTTP, and is no longer ours.
    func detach(_ connection: HTTPClientConnection) -> Connection {
        connections[connection.id.slot] = nil
        unsafe connection.transport.pollable.observer = nil
        closed(connection.id)
        return Connection(connection.transport)
    }

    /// The pool hears that a connection is no more, or never was.
    func closed(_ id: Pool.ID) {
        if let turn = pool.closed(id, now: loop.now) { give(turn) }
        guard pool.connectionCount == 0 else { return }
        for continuation in whenEmpty { continuation.resume() }
        whenEmpty = []
    }

    /// A connection could not be made.
    func failed(_ id: Pool.ID) {
        for turn in pool.failed(id, now: loop.now) { give(turn) }
        closed(id)
    }

    /// Closes what has been idle for too long.
    private func expire() {
        expiry = nil
        let (ids, next) = pool.expired(now: loop.now)
        for id in ids { close(id) }
        if let next { scheduleExpiry(at: next) }
    }

    private func scheduleExpiry(at time: MonotonicTime) {
        expiry?.work.cancel()
        let work = loop.schedule(at: time) { [weak self] in self?.assumeIsolated { $0.expire() } }
        expiry = (time, work)
    }

    // MARK: Shutdown

    /// Nothing new from here on.
    func beginShutdown() {
        guard !isShutDown else { return }
        isShutDown = true
        expiry?.work.cancel()
        expiry = nil
        for id in pool.idle { close(id) }
        for ticket in pool.tickets where pool.cancel(ticket) { give(.shutDown, to: ticket) }
    }

    /// Waits until all connections are closed; cuts off what is left at the deadline.
    func waitUntilEmpty(until deadline: MonotonicTime) async {
        guard pool.connectionCount > 0 else { return }
        let cut = loop.schedule(at: deadline) { [weak self] in self?.assumeIsolated { $0.cutOff() } }
        await withLoopContinuation { continuation in
            // They may have ended before this came to wait.
            if pool.connectionCount == 0 { continuation.resume() } else { whenEmpty.append(continuation) }
        }
        cut.cancel()
    }

    private func cutOff() {
        isCutOff = true
        for connection in connections.compactMap(\.self) { close(connection) }
        for connection in sharedConnections.values { close(connection) }
    }
}
