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
    /// There are more recipients, or longer ones, than a file of the queue has room for.
    case envelopeTooLarge
    /// There is nobody to deliver to.
    case noRecipients

    /// What a client is told: but for a message to nobody, that it may be sent again later (RFC 3463 section 3.4, 4.3.1).
    public var reply: SMTPReply {
        switch self {
        case .overloaded:
            .temporary("too busy, try again later", code: 451, status: SMTPEnhancedStatus(checked: 4, 3, 2))
        case .envelopeTooLarge:
            .temporary("too many recipients", code: 452, status: SMTPEnhancedStatus(checked: 4, 5, 3))
        case .noRecipients: .permanent("no recipients", code: 554, status: SMTPEnhancedStatus(checked: 5, 5, 1))
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
        case .envelopeTooLarge: "the message has too many recipients"
        case .noRecipients: "the message has no recipients"
        }
    }
}

extension SystemError {
    /// Whether there is no such file: ENOENT, which is 2 wherever this is built.
    var isNotFound: Bool { code == 2 }

    /// Whether it says nothing of a file, but that this process or the machine lacks memory or descriptors, was interrupted,
    /// or may write nothing at all: EINTR, ENOMEM, ENFILE, EMFILE and EROFS, which are 4, 12, 23, 24 and 30 wherever this is
    /// built.
    var isOfMachine: Bool { [4, 12, 23, 24, 30].contains(code) }

    /// Whether it is no folder: ENOTDIR, which is 20 wherever this is built.
    var isNoFolder: Bool { code == 20 }
}
