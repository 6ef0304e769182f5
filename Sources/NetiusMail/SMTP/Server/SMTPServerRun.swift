internal import Netius
internal import Synchronization

/// One run of a server, from its listeners to its last connection.
final class SMTPServerRun: Sendable {
    private enum State {
        case serving
        case shuttingDown
        case cancelled
    }

    private let group: LoopGroup
    private let listeners: [Listener]
    private let configuration: SMTPServer.Configuration
    private let log: Log
    let workers: [SMTPServerWorker]
    private let nextWorker = Atomic<Int>(0)
    private let state = Guarded(State.serving)

    init(
        group: LoopGroup, listeners: [Listener], configuration: SMTPServer.Configuration, log: Log,
        handlers: SMTPServer.Handlers
    ) {
        self.group = group
        self.listeners = listeners
        self.configuration = configuration
        self.log = log
        let counts = ConnectionCounts(
            maximum: configuration.maximumConnections,
            maximumPerAddress: configuration.maximumConnectionsPerAddress)
        let shared = SMTPServerShared(configuration: configuration, log: log, counts: counts, handlers: handlers)
        workers = group.loops.map {
            SMTPServerWorker(loop: $0, shared: shared)
        }
    }

    /// Accepts until the listeners are closed, then waits for the connections to end.
    func wait() async throws {
        let renewal = configuration.tls.map { tls in Task { [log] in await tls.keepCurrent(log: log) } }
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

    private func workerInTurn() -> SMTPServerWorker {
        let number = nextWorker.wrappingAdd(1, ordering: .relaxed).oldValue
        return workers[Int(UInt(bitPattern: number) % UInt(workers.count))]
    }

    private func waitForConnections() async {
        let deadline = Task { [configuration] in
            try await group.loops[0].sleep(for: configuration.shutdownTimeout)
            log.warning("messages were still in flight at the end of the shutdown: cancelled")
            cancel()
        }
        for worker in workers {
            await withCheckedContinuation { continuation in
                worker.loop.execute { worker.whenEmpty(continuation) }
            }
        }
        deadline.cancel()
    }

    func beginShutdown() {
        guard move(to: .shuttingDown, if: { $0 == .serving }) else { return }
        closeListeners()
        for worker in workers { worker.loop.execute { worker.beginShutdown() } }
    }

    func cancel() {
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
