internal import Netius

extension HTTPClientWorker {
    /// What a request goes by.
    enum Lease {
        /// A connection that nobody else has.
        case http1(HTTPClientConnection)
        /// A place on a connection that others use too.
        case http2(HTTP2ClientConnection)
    }

    /// A connection for a request: an idle one, a new one, or after a wait whichever there is then.
    ///
    /// - Parameters:
    ///   - request: What needs it.
    ///   - route: Where it is to lead.
    ///   - deadline: Until when the request may take in all.
    ///   - isNew: Whether it is not to be one that was idle.
    /// - Returns: The connection.
    /// - Throws: `HTTPClientError`; `CancellationError`.
    func lease(
        _ request: HTTPClientRequest, _ route: HTTPClientRoute, until deadline: MonotonicTime, isNew: Bool
    ) async throws -> Lease {
        while true {
            guard !isShutDown else { throw HTTPClientError(.shutDown, request.url, "the client has been shut down") }
            switch pool.lease(route, now: loop.now, isNew: isNew, mayShare: route.mayShare) {
            case .use(let id):
                if let lease = take(id) { return lease }
            case .stale(let id): close(id)
            case .connect(let id): return try await connect(id, route, request, until: deadline)
            case .wait(let ticket):
                let given = try await configuration.observer.observing(.waiting, of: request) {
                    try await wait(ticket, request.url, until: deadline)
                }
                switch given {
                case .use(let id): if let lease = take(id) { return lease }
                case .connect(let id): return try await connect(id, route, request, until: deadline)
                case .shutDown, .timedOut, .cancelled: continue
                }
            case .refused:
                throw HTTPClientError(.poolFull, request.url, "too many requests wait for a connection")
            }
        }
    }

    /// A connection that was idle or is shared, or nil if it is of no use any more.
    private func take(_ id: Pool.ID) -> Lease? {
        guard let connection = connection(id), connection.id == id else { return takeShared(id) }
        guard connection.isUsable() else {
            close(connection)
            return nil
        }
        connection.isIdle = false
        return .http1(connection)
    }

    private func takeShared(_ id: Pool.ID) -> Lease? {
        guard let connection = sharedConnection(id) else {
            closed(id)
            return nil
        }
        guard connection.capacity > 0 else {
            // It takes no more since it was given. Where it never will, it is not to be given again.
            if connection.session.sendingFailure != nil { connection.retire() }
            release(connection)
            return nil
        }
        return .http2(connection)
    }

    // MARK: Waiting

    /// Waits to be given a connection.
    private func wait(_ ticket: Pool.Ticket, _ url: HTTPURL, until deadline: MonotonicTime) async throws -> Given {
        var limit = loop.now + configuration.poolTimeout
        // To make the connection takes others its own time.
        if pool.awaitsConnecting(ticket) { limit = limit + configuration.connectTimeout + configuration.tlsTimeout }
        let given = await wait(ticket, until: min(limit, deadline))
        switch given {
        case .cancelled: throw CancellationError()
        case .timedOut:
            try checkDeadline(deadline, url)
            throw HTTPClientError(.poolTimedOut, url, "no connection became free in time")
        case .use, .connect, .shutDown: return given
        }
    }

    private func wait(_ ticket: Pool.Ticket, until deadline: MonotonicTime) async -> Given {
        let timer = loop.schedule(at: deadline) { [weak self] in
            self?.assumeIsolated { $0.giveUp(ticket, .timedOut) }
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await withLoopContinuation { continuation in
                self.waiting[ticket] = continuation
                if let given = self.early.removeValue(forKey: ticket) {
                    self.give(given, to: ticket)
                } else if Task.isCancelled {
                    self.giveUp(ticket, .cancelled)
                }
            }
        } onCancel: {
            loop.execute { self.assumeIsolated { $0.giveUp(ticket, .cancelled) } }
        }
    }

    /// Whoever waits with the ticket waits no longer, unless it has been given something.
    private func giveUp(_ ticket: Pool.Ticket, _ reason: Given) {
        if pool.cancel(ticket) { give(reason, to: ticket) }
    }

    /// Whoever's turn it is waits no longer.
    func give(_ turn: Pool.Turn) {
        give(turn.connects ? .connect(turn.id) : .use(turn.id), to: turn.ticket)
    }

    /// Tells whoever waits with the ticket.
    func give(_ given: Given, to ticket: Pool.Ticket) {
        if let continuation = waiting.removeValue(forKey: ticket) {
            continuation.resume(returning: given)
        } else {
            early[ticket] = given
        }
    }
}
