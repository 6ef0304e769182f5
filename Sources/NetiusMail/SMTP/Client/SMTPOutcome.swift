/// What came of a message for one recipient.
public enum SMTPOutcome: Sendable, CustomStringConvertible {
    /// The server has taken responsibility for it.
    case accepted(SMTPReply)
    /// The server does not want it, now or ever.
    case refused(SMTPReply)
    /// It did not come to an answer.
    case failed(SMTPClientError)

    /// Whether the server has taken it.
    public var isAccepted: Bool {
        if case .accepted = self { true } else { false }
    }

    /// Whether the same may succeed later.
    public var isTemporary: Bool {
        switch self {
        case .accepted: false
        case .refused(let reply): reply.isTemporary
        case .failed(let error): error.isTemporary
        }
    }

    /// What the server said; nil where it did not come to that.
    public var reply: SMTPReply? {
        switch self {
        case .accepted(let reply), .refused(let reply): reply
        case .failed(let error): error.reply
        }
    }

    /// What a notification says of it (RFC 3463).
    public var status: SMTPEnhancedStatus {
        switch self {
        case .accepted(let reply): reply.enhancedStatus ?? SMTPEnhancedStatus(checked: 2, 0, 0)
        case .refused(let reply):
            reply.enhancedStatus ?? SMTPEnhancedStatus(checked: reply.isTemporary ? 4 : 5, 0, 0)
        case .failed(let error): error.status
        }
    }

    /// One line for people: the reply, or the error.
    public var description: String {
        switch self {
        case .accepted(let reply), .refused(let reply): reply.description
        case .failed(let error): error.description
        }
    }
}

extension SMTPOutcome {
    /// Whether it did not come to an answer because the task was cancelled.
    var isCancelled: Bool {
        if case .failed(let error) = self { error.code == .cancelled } else { false }
    }

    /// Whether it tells of the host rather than of the message or the recipient, so that another host may be asked.
    ///
    /// - Parameter wasSent: Whether the content was sent to its end, to whomever: another host would take it once more.
    /// - Returns: False also where the task was cancelled.
    func isForOthers(wasSent: Bool) -> Bool {
        switch self {
        case .accepted: return false
        case .refused(let reply): return !wasSent && reply.code == 421
        case .failed(let error):
            switch error.code {
            // Nothing was sent for them. Hosts of one domain need not have the same extensions.
            case .unsupported, .tooLarge: return true
            case .invalidMessage, .invalidConfiguration, .contentFailed, .shutDown, .cancelled, .poolFull,
                .authenticationFailed, .authenticationUnavailable:
                return false
            default: return !wasSent
            }
        }
    }
}
