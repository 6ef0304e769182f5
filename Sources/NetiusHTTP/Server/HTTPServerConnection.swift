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
    public nonisolated let peerAddress: SocketAddress

    let transport: Transport
    let worker: HTTPServerWorker
    var decoder: HTTP1RequestDecoder
    var phase = Phase.reading
    /// The place in the worker's table.
    var index = 0
    /// The task that serves the connection.
    var task: Task<Void, Never>?

    // The head that is being read, and until when it may take.
    var head: HTTPRequestHead?
    var headDeadline: MonotonicTime
    /// What ends the connection instead of a request.
    var failure: HTTP1Error?

    // The exchange under way.
    var number: UInt32 = 0
    var hasReadBody = true
    var isReadingBody = false
    var bodyFailure: HTTPBodyError?
    var bodyWait = BodyWait()
    var response = ResponseState.none
    var closesAfterResponse = false
    /// Whether a part of a streamed response is being sent.
    var isWriting = false

    /// How far the response to the request under way has come.
    enum ResponseState {
        case none
        /// A head whose content is about to be written.
        case pending(HTTPResponse, contentLength: Int?)
        case writing(HTTP1ResponseFraming, remaining: Int?)
        case complete
    }

    /// Where the connection lives. Stored, because the runtime asks for it at each switch.
    // Unowned: the transport holds the loop, which holds its executor.
    public nonisolated let unownedExecutor: UnownedSerialExecutor

    init(_ transport: Transport, worker: HTTPServerWorker) {
        self.transport = transport
        unsafe unownedExecutor = transport.loop.unownedExecutor
        self.worker = worker
        peerAddress = transport.peerAddress
        decoder = HTTP1RequestDecoder(limits: worker.configuration.limits)
        headDeadline = transport.loop.now + worker.configuration.headTimeout
    }

    /// The loop that the connection lives on.
    public nonisolated var loop: EventLoop { transport.loop }

    /// The requests, one after the other. Each is to be answered before the next is asked for.
    public nonisolated var requests: HTTPServerRequests { HTTPServerRequests(connection: self) }

    // MARK: Serving

    /// Answers requests with the handler until the connection ends.
    func run(_ handler: HTTPServer.Handler) async {
        repeat {
            while let request = nextHead() {
                do {
                    let response = try await handler(request)
                    if try !respondAtOnce(response) { try await respondInParts(response) }
                } catch {
                    guard await handle(error) else { break }
                }
                // Usual requests have no body, or had it read: then there is nothing to wait for.
                if !hasReadBody { await discardBody() }
                endExchange()
            }
        } while await receiveMore()
        await end()
    }

    /// Lets `body` read the requests and closes the connection when it ends.
    func run(_ body: HTTPServer.ConnectionHandler) async {
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
            guard case .complete = response else { throw HTTPServerError.unanswered }
            if !hasReadBody { await discardBody() }
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
    func endExchange() {
        guard phase == .handling else { return }
        decoder.nextRequest()
        response = .none
        phase = closesAfterResponse ? .ended : .reading
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
