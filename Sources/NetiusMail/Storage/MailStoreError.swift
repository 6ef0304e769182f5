public import Netius

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Why a message is not stored.
public enum MailStoreError: Error, Hashable, CustomStringConvertible {
    /// Nothing is stored for the address.
    case unknownMailbox(MailAddress)
    /// Nothing is stored for one of several addresses: its mailbox has gone since it was asked for.
    case missingMailbox(MailAddress)
    /// There is no more room, as far as the store's own limits go.
    case full
    /// It is for more mailboxes at a time than the store takes.
    case tooManyMailboxes(Int)
    /// The delivery was committed, abandoned or failed before.
    case ended
    /// The system failed.
    case failed(SystemError)

    /// What a client is to be told: 550 where it is no use to try again, 452 where there is no room or where nothing may
    /// be written, otherwise 451.
    public var reply: SMTPReply {
        switch self {
        case .unknownMailbox:
            .permanent("no such mailbox here", code: 550, status: SMTPEnhancedStatus(checked: 5, 1, 1))
        case .full:
            .temporary("insufficient system storage", code: 452, status: SMTPEnhancedStatus(checked: 4, 3, 1))
        case .tooManyMailboxes:
            .temporary("too many recipients", code: 452, status: SMTPEnhancedStatus(checked: 4, 5, 3))
        case .missingMailbox, .ended: .temporary("local error in processing")
        case .failed(let error) where [ENOSPC, EDQUOT, EROFS, EFBIG].contains(error.code):
            .temporary("insufficient system storage", code: 452, status: SMTPEnhancedStatus(checked: 4, 3, 1))
        case .failed: .temporary("local error in processing")
        }
    }

    /// One line for people.
    public var description: String {
        switch self {
        case .unknownMailbox(let address): "there is no mailbox for \(address)"
        case .missingMailbox(let address): "the mailbox for \(address) is gone"
        case .full: "the store is full"
        case .tooManyMailboxes(let most): "the message is for more than \(most) mailboxes"
        case .ended: "the delivery has ended"
        case .failed(let error): "\(error)"
        }
    }
}
