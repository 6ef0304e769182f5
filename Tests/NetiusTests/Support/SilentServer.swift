import TestSupport

@testable import Netius

/// Says nothing to its connections, and ends each when its peer has.
// @unchecked: used on the loop's thread alone.
final class SilentWorker: ServerWorker, @unchecked Sendable {
    let loop: EventLoop
    let connections = ServerConnections<SilentConnection>()

    init(loop: EventLoop) {
        self.loop = loop
    }

    func take(_ socket: AcceptedSocket) {
        guard let transport = try? socket.makeTransport(on: loop, protectedBy: nil) else { return }
        let connection = SilentConnection(transport, worker: self)
        connections.add(connection, Task(executorPreference: loop.taskExecutor) { await connection.run() })
    }

    func beginShutdown() { connections.beginShutdown() }
    func cancel() { connections.cancel() }
}

actor SilentConnection: ServerConnection {
    nonisolated let transport: Transport
    private let worker: SilentWorker
    var index = 0
    var task: Task<Void, Never>?
    /// Whether it was asked to end.
    private(set) var isShuttingDown = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { transport.loop.unownedExecutor }

    init(_ transport: Transport, worker: SilentWorker) {
        self.transport = transport
        self.worker = worker
    }

    func run() async {
        reading: while true {
            switch transport.receive() {
            case .bytes: transport.consume(transport.unreadCount)
            case .wouldBlock: guard case .ready = await transport.pollable.readable() else { break reading }
            case .end, .failed: break reading
            }
        }
        transport.pollable.observer = nil
        transport.close()
        precondition(worker.connections.remove(self))
        precondition(!worker.connections.remove(self))
    }

    func beginShutdown() { isShuttingDown = true }

    func cancel() {
        task?.cancel()
        transport.abort()
    }

    nonisolated func peerHungUp(isBroken: Bool) {}
}

/// A run of a silent server around a test, which ends with it.
struct SilentServer: Sendable {
    let running = Guarded<ServerRun<SilentWorker>?>(nil)
    let log = RecordingLogSink()
    let group: LoopGroup
    let shutdownTimeout: Duration

    var warnings: [String] { log.records.filter { $0.level == .warning }.map(\.message) }

    /// Serves with a listener on each of the loops whose numbers are given.
    func serve(on loops: [Int] = [0], whenListening: @Sendable (SocketAddress) -> Void) async throws -> Bool {
        var listeners: [Listener] = []
        for loop in loops {
            listeners.append(try await Listener.bind(.ip(.v4(.loopback), port: 0), on: group.loops[loop]))
        }
        let run = ServerRun(
            group: group, listeners: listeners, workers: group.loops.map { SilentWorker(loop: $0) }, tls: nil,
            shutdownTimeout: shutdownTimeout, work: "things", log: Log(level: .debug, sink: log))
        return try await run.serve(as: running, until: [], whenListening: whenListening)
    }

    var run: ServerRun<SilentWorker> {
        get throws {
            guard let run = running.withLock({ $0 }) else { throw TestFailure("it does not run") }
            return run
        }
    }
}
