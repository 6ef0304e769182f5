public import Netius

/// Why the queue cannot do what it is asked.
public enum MailQueueError: Error, Sendable, Hashable {
    /// Another process has the spool.
    case locked(path: String)
    /// The disk has less room than is to stay free.
    case insufficientSpace(path: String)
    /// Too much is waiting for the disk.
    case overloaded
    /// The system refused.
    case system(SystemError)
    /// There is no such message in the queue.
    case noSuchMessage(MailIdentifier)
    /// The file of a message is not what it should be; it has been set aside.
    case damaged(MailIdentifier)

    /// What a client is told: that the message may be sent again later (RFC 3463 section 3.4, 4.3.1).
    public var reply: SMTPReply {
        switch self {
        case .overloaded:
            .temporary("too busy, try again later", code: 451, status: SMTPEnhancedStatus(checked: 4, 3, 2))
        default: .temporary("insufficient system storage", code: 452, status: SMTPEnhancedStatus(checked: 4, 3, 1))
        }
    }
}

extension MailQueueError: CustomStringConvertible {
    /// One line for people.
    public var description: String {
        switch self {
        case .locked(let path): "another process has the spool \(path)"
        case .insufficientSpace(let path): "the disk of \(path) is all but full"
        case .overloaded: "too much is waiting for the disk"
        case .system(let error): error.description
        case .noSuchMessage(let identifier): "there is no message \(identifier) in the queue"
        case .damaged(let identifier): "the file of message \(identifier) is damaged and was set aside"
        }
    }
}

extension SystemError {
    /// Whether there is no such file: ENOENT, which is 2 wherever this is built.
    var isNotFound: Bool { code == 2 }
}
