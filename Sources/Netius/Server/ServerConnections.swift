/// The connections of a server on one loop. Used on the loop's thread alone.
///
/// What happens for each connection is inlinable, so that it is made for its kind where it is used.
package final class ServerConnections<Connection: ServerConnection> {
    @usableFromInline var connections: [Connection] = []
    @usableFromInline var waiting: [CheckedContinuation<Void, Never>] = []

    package init() {}

    package var count: Int { connections.count }

    /// Adds a connection, which is told from now on when its peer has left, with the task that serves it.
    @inlinable package func add(_ connection: Connection, _ task: Task<Void, Never>) {
        let index = connections.count
        connection.assumeIsolated { connection in
            connection.index = index
            connection.task = task
            unsafe connection.transport.pollable.observer = connection
        }
        connections.append(connection)
    }

    /// Removes a connection that has ended; false where it was not there.
    @inlinable package func remove(_ connection: Connection) -> Bool {
        let index = connection.assumeIsolated { $0.index }
        guard index < connections.count, connections[index] === connection else { return false }
        let last = connections.removeLast()
        if last !== connection {
            connections[index] = last
            last.assumeIsolated { $0.index = index }
        }
        connection.assumeIsolated { $0.task = nil }
        guard connections.isEmpty else { return true }
        for continuation in waiting { continuation.resume() }
        waiting = []
        return true
    }

    package func beginShutdown() {
        for connection in connections { connection.assumeIsolated { $0.beginShutdown() } }
    }

    package func cancel() {
        for connection in connections { connection.assumeIsolated { $0.cancel() } }
    }

    /// Calls back when there are no connections.
    package func whenEmpty(_ continuation: CheckedContinuation<Void, Never>) {
        if connections.isEmpty { continuation.resume() } else { waiting.append(continuation) }
    }
}
