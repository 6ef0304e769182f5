internal import Netius

extension MailRelay {
    /// Answers a sender, as a handler of `SMTPServer`.
    nonisolated(nonsending) public func reply(to sender: SMTPSender, in session: SMTPSession) async -> SMTPReply {
        configuration.policy.reply(to: sender, user: session.user)
    }

    /// Answers a recipient, as a handler of `SMTPServer`.
    nonisolated(nonsending) public func reply(
        to recipient: SMTPRecipient, in session: SMTPSession
    ) async -> SMTPReply {
        let policy = configuration.policy
        guard policy.isLocal(recipient.address.domain) else {
            return policy.isSubmission(user: session.user, peer: session.peerAddress)
                ? .accepted : RelayPolicy.relayingDenied
        }
        switch configuration.mailboxes {
        case .store(let store):
            do {
                try await store.check(recipient.address)
            } catch let error as MailStoreError {
                return error.reply
            } catch {
                return .temporary("the mailbox cannot be looked for", status: SMTPEnhancedStatus(checked: 4, 2, 0))
            }
        case .lmtp: break
        case nil: return .permanent("no such mailbox", status: SMTPEnhancedStatus(checked: 5, 1, 1))
        }
        return .accepted
    }

    /// Takes a message, as the handler of `SMTPServer`: what it answers positively is on the disk.
    nonisolated(nonsending) public func accept(_ session: SMTPSession) async throws -> SMTPReply {
        let time = Timestamp.now
        let identifier = MailIdentifier(at: time)
        let envelope = session.envelope
        let isSubmission = configuration.policy.isSubmission(user: session.user, peer: session.peerAddress)
        var intake = RelayIntake(
            configuration.policy, signerFor: isSubmission ? signerFor(user: session.user) : nil)
        let writer = QueueWriter(queue, envelope: envelope, identifier: identifier, arrival: time)
        do {
            var content = session.content.makeAsyncIterator()
            while let bytes = try await content.next(isolation: #isolation) {
                try intake.append(bytes)
                try await writer.append(bytes)
            }
            let recipient = envelope.recipients.count == 1 ? envelope.recipients.first?.address : nil
            let received = session.receivedField(
                by: configuration.hostName, identifier: identifier.description, for: recipient)
            let prologue = try intake.prologue(
                received: received, isSubmission: isSubmission, identifier: identifier,
                hostName: configuration.hostName, time: time)
            try await writer.commit(prologue: { [log] in prologue.encoded(at: time, log: log) }) { [self] in
                enqueue($0, $1)
            }
        } catch let refusal as RelayIntake.Refusal {
            return refusal.reply
        } catch let error as MailQueueError {
            log.error("cannot accept mail: \(error)", metadata: ["peer": "\(session.peerAddress)"])
            return error.reply
        }
        log.info(
            "accepted",
            metadata: [
                "id": "\(identifier)", "from": "\(envelope.sender.address?.description ?? "")",
                "recipients": "\(envelope.recipients.count)", "peer": "\(session.peerAddress)",
            ])
        return .accepted(identifier.description)
    }

    /// Who signs what a user says to be from an author: the author's domain, as who receives it is told by the signature
    /// that it is from there (RFC 7489 section 3.1), and only where the user may send from that address.
    private func signerFor(user: String?) -> (@Sendable (MailAddress) -> DKIMSigner?)? {
        guard !configuration.signers.isEmpty else { return nil }
        return { [configuration] author in
            configuration.policy.allows(author, user: user) ? configuration.signers[author.domain] : nil
        }
    }

    /// Puts a message of one's own into the queue, and returns when it is on the disk. It is sent as it is.
    ///
    /// - Throws: `MailQueueError`, `.noRecipients` where the envelope has none; `CancellationError`.
    @discardableResult
    public func submit(_ content: [UInt8], _ envelope: SMTPEnvelope) async throws -> MailIdentifier {
        guard !envelope.recipients.isEmpty else { throw MailQueueError.noRecipients }
        let writer = QueueWriter(queue, envelope: envelope, identifier: MailIdentifier(), arrival: .now)
        try await writer.append(content)
        try await writer.commit(prologue: { [] }) { [self] in enqueue($0, $1) }
        return writer.identifier
    }
}
