import Netius
import NetiusMail

/// What a server does that stores mail for domains of its own, and sends none on.
struct SMTPReception: Sendable {
    let store: any MailStore
    let hostName: String
    /// In lower case.
    let domains: Set<String>

    /// Asks the store for the mailbox. Whoever asks: authenticated users may not have mail sent on either.
    func accept(_ recipient: SMTPRecipient, from session: SMTPSession) async throws -> SMTPReply {
        let domain = recipient.address.domain
        guard domains.contains(domain) || domain == hostName.lowercasedASCII else {
            return .permanent("relaying denied", code: 550, status: SMTPEnhancedStatus(5, 7, 1))
        }
        do {
            try await store.check(recipient.address)
            return .accepted
        } catch let error as MailStoreError {
            return error.reply
        }
    }

    /// Stores the message, with the trace of how it came.
    func store(_ session: SMTPSession) async throws -> SMTPReply {
        let recipients = session.envelope.recipients
        let received = session.receivedField(
            by: hostName, for: recipients.count == 1 ? recipients.first?.address : nil)
        do {
            let identifier = try await store.store(session.content, after: received, for: session.envelope)
            if session.logs(.info) {
                session.log.info(
                    "stored a message",
                    metadata: [
                        "id": identifier, "from": session.envelope.sender.address?.description ?? "<>",
                        "recipients": "\(recipients.count)",
                    ])
            }
            return .accepted(identifier)
        } catch let error as MailStoreError {
            session.log.warning("a message was not stored", metadata: ["reason": "\(error)"])
            return error.reply
        }
    }
}
