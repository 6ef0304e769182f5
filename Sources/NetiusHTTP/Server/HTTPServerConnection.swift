public import Netius

/// A client's connection to a server: the driver that joins the HTTP/1 core to a transport.
///
/// It is an actor on the connection's loop, and handlers run in its isolation, so that a request takes no hop from one
/// executor to another. `HTTPServer.serve` hands connections out; with a handler the server reads them itself.
@safe
public actor HTTPServerConnection {
    enum Phase: UInt8 {
        /// Waits for a request, or for the rest of a head.
        case reading
        /// A request is with its handler.
        case handling
        /// No request follows.
        case ended
    }

    /// The address of the client.
    public nonisolated var peerAddress: SocketAddress { transport.peerAddress }
    /// The loop that the connection lives on.
    public nonisolated var loop: EventLoop { transport.loop }

    package let transport: Transport
    let worker: HTTPServerWorker
    // Unchecked, as in the exchange: read at every step of a request, by code that calls nothing back meanwhile.
    @exclusivity(unchecked) private var uncheckedExchange: HTTPServerExchange
    @exclusivity(unchecked) private var uncheckedPhase = Phase.reading

    /// The request under way; between two the worker's, which all its idle connections share.
    var exchange: HTTPServerExchange {
        @inline(__always) _read { yield unsafe uncheckedExchange }
        @inline(__always) _modify { yield unsafe &uncheckedExchange }
    }
    var phase: Phase {
        @inline(__always) get { unsafe uncheckedPhase }
        @inline(__always) set { unsafe uncheckedPhase = newValue }
    }
    /// Counts the requests.
    var number: UInt32 = 0
    /// Until when the head that is being read may take.
    var headDeadline: MonotonicTime
    /// The place in the worker's table.
    package var index = 0
    /// The task that serves the connection.
    package var task: Task<Void, Never>?
    /// What serves it once it speaks HTTP/2.
    var http2: HTTP2ServerConnection?

    // Stored, because the runtime asks for it at each switch. Unowned: the transport holds the loop and so its executor.
    /// Where the connection lives: its loop's executor.
    public nonisolated let unownedExecutor: UnownedSerialExecutor

    init(_ transport: Transport, worker: HTTPServerWorker) {
        self.transport = transport
        unsafe unownedExecutor = transport.loop.unownedExecutor
        self.worker = worker
        unsafe uncheckedExchange = worker.idleExchange
        headDeadline = transport.loop.now + worker.configuration.headTimeout
    }

    /// The requests, one after the other. Each is to be answered before the next is asked for.
    public nonisolated var requests: HTTPServerRequests { HTTPServerRequests(connection: self) }

    /// What protects the connection; nil where nothing does.
    public nonisolated var tls: TLSInformation? { unsafe uncheckedTLS }
    // Safe: set once, before there is a request.
    nonisolated(unsafe) var uncheckedTLS: TLSInformation?

    // MARK: Serving

    /// Answers requests with the handler until the connection ends.
    ///
    /// This is where a connection spends its idle time: a task that waits keeps the frames of the functions it is in,
    /// so that all that is needed only for a request is in others.
    func run(_ handler: @escaping HTTPServer.Handler) async {
        if transport.tls != nil { await shakeHands() }
        if !worker.configuration.protocols.contains(.http1), phase == .reading { startHTTP2() }
        while await receiveMore() {
            await answer(handler)
        }
        if let http2 { return await serve(http2, handler) }
        await end()
    }

    /// Answers the requests that have arrived.
    @inline(__always)
    private func answer(_ handler: HTTPServer.Handler) async {
        while let request = nextHead() {
            do {
                if try !respondAtOnce(await handler(request)) { try await respondInParts() }
            } catch {
                guard await handle(error) else { return }
            }
            // Usual requests have no body, or had it read: then there is nothing to wait for.
            if !exchange.hasReadBody { await discardBody() }
            endExchange()
        }
    }

    /// Lets `body` read the requests and closes the connection when it ends.
    func run(_ body: HTTPServer.ConnectionHandler) async {
        if transport.tls != nil { await shakeHands() }
        guard phase != .ended else { return await end() }
        do {
            try await body(self)
        } catch {
            _ = await handle(error)
        }
        if phase == .handling { await leaveUnanswered() }
        await end()
    }

    /// The next request for a handler that asks for them; nil when no more will come.
    func nextRequest() async throws -> HTTPRequest? {
        if phase == .handling {
            guard case .complete = exchange.response else { throw HTTPServerError.unanswered }
            if !exchange.hasReadBody { await discardBody() }
            endExchange()
        }
        while phase != .ended {
            if let request = nextHead() { return request }
            guard await receiveMore() else { break }
        }
        phase = .ended
        return nil
    }

    /// The exchange is over: what comes next is a head, or nothing.
    @inline(never)
    func endExchange() {
        guard phase == .handling else { return }
        recordAccess()
        // What the client still sends of this request decides how the connection is closed.
        guard !exchange.closesAfterResponse else { return phase = .ended }
        phase = .reading
        exchange.reset()
        // Until the first byte of the next head arrives it is the idle time that counts.
        headDeadline = .distantFuture
    }
}

/// The requests of one connection, in the order in which they arrive.
public struct HTTPServerRequests: AsyncSequence, Sendable {
    let connection: HTTPServerConnection

    /// Goes on where reading has come to.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(connection: connection)
    }

    /// Requests as they arrive, until the connection ends.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let connection: HTTPServerConnection

        /// The next request; nil when no more will come.
        ///
        /// - Throws: `HTTPServerError.unanswered` when the last one was not answered.
        public mutating func next() async throws -> HTTPRequest? {
            try await connection.nextRequest()
        }

        /// The next request; nil when no more will come.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> HTTPRequest? {
            try await connection.nextRequest()
        }
    }
}
