/// What the driver is to do by what a client has said.
enum SMTPServerEvent: Equatable {
    /// More has to arrive first.
    case needsMore
    /// Say this and go on.
    case reply(SMTPReply)
    /// Say this and end the session.
    case close(SMTPReply)
    /// MAIL: to be settled.
    case sender(SMTPSender)
    /// RCPT: to be settled.
    case recipient(SMTPRecipient)
    /// DATA: content follows once 354 is said.
    case data
    /// The first BDAT of a message: content follows. In the course of a message: more of it does.
    case chunk
    /// A BDAT that is not accepted: its octets are to be read away, then this is to be said.
    case refusedChunk(SMTPReply)
    /// STARTTLS.
    case startTLS
    /// AUTH has come to a user and a password: to be settled.
    case login(SMTPLogin)

    /// The same, with nothing said that has an enhanced status code.
    var withoutStatus: SMTPServerEvent {
        switch self {
        case .reply(let reply): .reply(reply.withoutStatus)
        case .close(let reply): .close(reply.withoutStatus)
        default: self
        }
    }
}

/// Who a client says it is.
struct SMTPLogin: Equatable {
    let user: String
    let password: String
}
