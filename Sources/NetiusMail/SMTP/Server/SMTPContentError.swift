/// Why the content of a message cannot be read, or will not be accepted. Where it is thrown the message is not whole:
/// what was read of it is to be forgotten, and whatever the handler answers, the client is told of the error.
public enum SMTPContentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// It has a CR or an LF by itself, or a NUL.
    case malformed
    /// It is larger than the server takes.
    case tooLarge
    /// A line of it is longer than the server takes.
    case lineTooLong
    /// The client has left in the middle of it.
    case incomplete
    /// The client has sent too little of it for too long.
    case tooSlow
    /// The client has given it up between two chunks.
    case abandoned
    /// It was read to its end, or its handler has answered: there is nothing to be read.
    case ended
    /// Another task is reading it.
    case concurrentRead

    /// One line for people.
    public var description: String {
        switch self {
        case .malformed: "the content has a bare CR, a bare LF or a NUL"
        case .tooLarge: "the content is too large"
        case .lineTooLong: "the content has a line that is too long"
        case .incomplete: "the content is incomplete"
        case .tooSlow: "the content comes too slowly"
        case .abandoned: "the client has given the message up"
        case .ended: "there is no content to read"
        case .concurrentRead: "another task is reading the content"
        }
    }
}
