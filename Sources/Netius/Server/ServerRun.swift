internal import Synchronization

/// One run of a server, from its listeners to its last connection.
package final class ServerRun<Worker: ServerWorker>: Sendable {
    private enum State {
        case serving
        case shuttingDown
        case cancelled
    }

    package let workers: [Worker]
    private let group: LoopGroup
    private let listeners: [Listener]
    private let tls: TLSServerContext?
    private let shutdownTimeout: Duration
    private let work: String
    private let log: Log
    private let nextWorker = Atomic<Int>(0)
    private let state = Guarded(State.serving)

    /// - Parameters:
    ///   - group: The loops to serve on.
    ///   - listeners: At least one, on loops of the group.
    ///   - workers: One for each loop, in the order of the loops.
    ///   - tls: What connections are protected with: it is kept current.
    ///   - shutdownTimeout: How long what is in flight may take at a graceful shutdown before it is cancelled.
    ///   - work: What is in flight then, as the log has it.
    ///   - log: Where to log.
    package init(
        group: LoopGroup, listeners: [Listener], workers: [Worker], tls: TLSServerContext?, shutdownTimeout: Duration,
        work: String, log: Log
    ) {
        self.group = group
        self.listeners = listeners
        self.workers = workers
        self.tls = tls
        self.shutdownTimeout = shutdownTimeout
        self.work = work
        self.log = log
    }

    // MARK: Serving

    /// Serves until the run is shut down or cancelled and its last connection has ended.
    ///
    /// - Parameters:
    ///   - running: Where the server keeps the run that it is in.
    ///   - signals: Those that begin a graceful shutdown.
    ///   - whenListening: Told where it listens.
    ///   - whenEmpty: What is to be done once the last connection has ended.
    /// - Returns: False where the server is in another run already: it has not served then.
    /// - Throws: `SystemError` when a listener broke, or a signal cannot be caught.
    package func serve(
        as running: Guarded<ServerRun?>, until signals: [Signal], whenListening: @Sendable (SocketAddress) -> Void,
        whenEmpty: () async -> Void = {}
    ) async throws -> Bool {
        let isFirst = running.withLock { running in
            guard running == nil else { return false }
            running = self
            return true
        }
        guard isFirst else {
            for listener in listeners { await listener.close() }
            return false
        }
        defer { running.withLock { $0 = nil } }
        let observation =
            try signals.isEmpty
            ? nil
            : ShutdownSignals.observe(signals) { [self] signal in
                log.info("shutting down", metadata: ["signal": "\(signal)"])
                beginShutdown()
            }
        defer { if let observation { ShutdownSignals.stopObserving(observation) } }
        whenListening(listeners[0].address)
        try await withTaskCancellationHandler {
            try await wait()
            await whenEmpty()
        } onCancel: {
            cancel()
        }
        return true
    }

    /// Accepts until the listeners are closed, then waits for the connections to end.
    private func wait() async throws {
        let renewal = tls.map { tls in Task { [log] in await tls.keepCurrent(log: log) } }
        defer { renewal?.cancel() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for listener in listeners {
                group.addTask(executorPreference: listener.loop.taskExecutor) { try await self.accept(listener) }
            }
            do {
                try await group.waitForAll()
            } catch {
                // A listener that broke must not leave the others serving alone.
                cancel()
                throw error
            }
        }
        await waitForConnections()
    }

    private func accept(_ listener: Listener) async throws {
        // Where the system spreads connections each loop serves its own, else they are handed out in turn.
        let own = listeners.count == workers.count ? workers.first { $0.loop === listener.loop } : nil
        while true {
            do {
                guard let socket = try await listener.acceptSocket() else { return }
                let worker = own ?? workerInTurn()
                worker.loop.execute { worker.take(socket) }
            } catch is CancellationError {
                return await listener.close()
            }
        }
    }

    private func workerInTurn() -> Worker {
        let number = nextWorker.wrappingAdd(1, ordering: .relaxed).oldValue
        return workers[Int(UInt(bitPattern: number) % UInt(workers.count))]
    }

    private func waitForConnections() async {
        let deadline = Task { [self] in
            try await group.loops[0].sleep(for: shutdownTimeout)
            log.warning("\(work) were still in flight at the end of the shutdown: cancelled")
            cancel()
        }
        for worker in workers {
            await withCheckedContinuation { continuation in
                worker.loop.execute { worker.connections.whenEmpty(continuation) }
            }
        }
        deadline.cancel()
    }

    // MARK: Shutdown

    /// Begins a graceful shutdown: no new connections, and those that there are end when they have nothing to finish.
    package func beginShutdown() {
        guard move(to: .shuttingDown, if: { $0 == .serving }) else { return }
        closeListeners()
        for worker in workers { worker.loop.execute { worker.beginShutdown() } }
    }

    /// Ends all that is under way.
    package func cancel() {
        guard move(to: .cancelled, if: { $0 != .cancelled }) else { return }
        closeListeners()
        for worker in workers { worker.loop.execute { worker.cancel() } }
    }

    private func move(to next: State, if isAllowed: (State) -> Bool) -> Bool {
        state.withLock { state in
            guard isAllowed(state) else { return false }
            state = next
            return true
        }
    }

    private func closeListeners() {
        for listener in listeners {
            Task(executorPreference: listener.loop.taskExecutor) { await listener.close() }
        }
    }
}
