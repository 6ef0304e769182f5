internal import Netius

/// Takes orders for a running relay, over a Unix domain socket in its spool that its owner alone may open. Each
/// connection brings a line and gets one: `ok`, or `error` and why.
struct RelayControlServer: Sendable {
    private let listener: Listener
    private let task: Task<Void, Never>

    /// The longest path that a socket's address has room for.
    private static let maximumPathLength = 100

    /// Begins to listen; nil, with a line in the log, where the spool's path is too long for the name of a socket.
    static func begin(_ relay: MailRelay) async throws -> RelayControlServer? {
        let path = "\(relay.configuration.queue.path)/\(RelayControl.socketName)"
        guard path.utf8.count <= maximumPathLength else {
            relay.log.warning("the queue cannot be managed while it is in use: its path is too long")
            return nil
        }
        // Who has the spool's lock has its socket too: one that is there was left by a process that is gone.
        try await relay.queue.pool.run { _ = try FileSystem.removeFile(path) }
        var options = Listener.Options()
        options.unixPermissions = 0o600
        let loop = relay.loops.loops[0]
        let listener = try await Listener.bind(.unix(path: path), options: options, on: loop)
        let task = Task(executorPreference: loop.taskExecutor) {
            do {
                while let connection = try await listener.accept() {
                    connection.handle { try await Self.serve($0, relay) }
                }
            } catch {
                if !(error is CancellationError) { relay.log.error("the queue cannot be managed: \(error)") }
            }
        }
        return RelayControlServer(listener: listener, task: task)
    }

    private static func serve(_ connection: Connection, _ relay: MailRelay) async throws {
        await connection.setTimeouts(read: .seconds(10), write: .seconds(10))
        var line: [UInt8] = []
        while let bytes = try await connection.read() {
            line += bytes
            guard line.count <= RelayControl.maximumLineLength else { return }
            guard let end = line.firstIndex(of: .lineFeed) else { continue }
            let text = String(decoding: line[..<end], as: UTF8.self)
            let answer: String
            do {
                guard let control = RelayControl(text) else { throw RelayControlError("no such order") }
                try await relay.carryOut(control)
                answer = "ok\n"
            } catch {
                answer = "error \(String(describing: error).onOneLine)\n"
            }
            return try await connection.write(answer)
        }
    }

    /// Takes no more orders.
    func end() async {
        await listener.close()
        task.cancel()
    }
}

/// Why an order was not carried out.
struct RelayControlError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension MailRelay {
    /// Carries out an order.
    func carryOut(_ control: RelayControl) async throws {
        switch control {
        case .retry(let identifier):
            if let identifier, !state.withLock({ $0.schedule.contains(identifier) }) {
                throw MailQueueError.noSuchMessage(identifier)
            }
            state.withLock { $0.schedule.retry(identifier) }
        case .remove(let identifier):
            try await remove(identifier)
        case .pause:
            try await queue.pool.run { [queue] in try queue.setPaused(true) }
            state.withLock { $0.schedule.isPaused = true }
        case .resume:
            try await queue.pool.run { [queue] in try queue.setPaused(false) }
            state.withLock { $0.schedule.isPaused = false }
        }
        log.notice("was told to \(control.line)")
        pump()
    }

    /// Takes a message out of the queue. What is being delivered of it just now may yet arrive.
    private func remove(_ identifier: MailIdentifier) async throws {
        let isThere = try await queue.pool.run { [queue] in
            guard (try? File(path: queue.path(of: identifier))) != nil else { return false }
            try queue.remove(identifier)
            return true
        }
        guard isThere else { throw MailQueueError.noSuchMessage(identifier) }
        state.withLock { state in
            state.schedule.remove(identifier)
            state.unreadable.forget(identifier)
        }
    }
}
