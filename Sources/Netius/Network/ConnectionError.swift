/// Why a connection cannot be used.
public enum ConnectionError: Error, Hashable, CustomStringConvertible {
    /// It was closed on this side.
    case closed
    /// The waiting task was cancelled, or the loop ended.
    case cancelled
    /// The peer sent nothing for too long.
    case readTimedOut
    /// The peer took nothing for too long.
    case writeTimedOut
    /// Another task is reading already.
    case concurrentRead
    /// Another task is writing already.
    case concurrentWrite

    /// One line for people.
    public var description: String {
        switch self {
        case .closed: "the connection was closed"
        case .cancelled: "the wait for the connection was cancelled"
        case .readTimedOut: "the peer sent nothing for too long"
        case .writeTimedOut: "the peer took nothing for too long"
        case .concurrentRead: "another task is reading from the connection"
        case .concurrentWrite: "another task is writing to the connection"
        }
    }
}
