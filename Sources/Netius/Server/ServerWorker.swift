/// What serves the connections of a server on one loop. Used on the loop's thread alone.
package protocol ServerWorker: AnyObject, Sendable {
    associatedtype Connection: ServerConnection

    var loop: EventLoop { get }
    var connections: ServerConnections<Connection> { get }

    /// Begins to serve a connection, or refuses it.
    func take(_ socket: AcceptedSocket)
    /// Ends connections that have nothing to finish, and the others after that.
    func beginShutdown()
    /// Cancels what is still under way.
    func cancel()
}

/// A connection that a server has accepted: an actor on its loop.
package protocol ServerConnection: Actor, HangupObserver {
    nonisolated var transport: Transport { get }
    /// The place in the worker's table.
    var index: Int { get set }
    /// The task that serves the connection.
    var task: Task<Void, Never>? { get set }

    /// Ends once there is nothing to finish.
    func beginShutdown()
    /// Ends at once.
    func cancel()
}
