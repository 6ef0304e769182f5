internal import Netius

extension MailRelay {
    /// Puts a notification into the queue, for the sender of the message. It waits for the disk.
    func notify(_ settlement: RelaySettlement, of active: ActiveMessage) throws {
        let message = settlement.message
        guard message.sender.address != nil else {
            for report in settlement.reports {
                log.warning(
                    "gave up mail from nobody, whom nobody can tell",
                    metadata: [
                        "id": "\(message.identifier)", "to": "\(report.recipient.address)",
                        "reply": "\(report.diagnostic)",
                    ])
            }
            return
        }
        // An address that only SMTPUTF8 can say is of no use to who does not speak it.
        let postmaster = configuration.postmaster.flatMap { address in
            address.requiresUTF8 && message.sender.address?.requiresUTF8 == false ? nil : address
        }
        var notification = DeliveryNotification(
            message: message, reports: settlement.reports, reportingHost: configuration.hostName,
            postmaster: postmaster?.description ?? "MAILER-DAEMON@\(configuration.hostName)",
            returned: try returned(of: active, message, settlement.reports),
            takesEightBits: isStoredHere(message.sender))
        notification.retryUntil = message.arrival.advanced(by: configuration.expiry)
        guard let envelope = notification.envelope else { return }
        let identifier = MailIdentifier()
        let content = notification.encoded(identifier: identifier)
        let signer = postmaster.flatMap { configuration.signers[$0.domain] }
        let writer = QueueWriter(queue, envelope: envelope, identifier: identifier, arrival: .now)
        try writer.commitAlone(content, prologue: try signer?.sign(content) ?? []) { [self] in enqueue($0, $1) }
        log.notice(
            "told a sender",
            metadata: [
                "id": "\(message.identifier)", "notification": "\(identifier)", "of": "\(notification.subject)",
            ])
    }

    /// All of a message where its sender wants it, it has lines and something failed (RFC 3461 section 4.3), otherwise its
    /// header section; of that, where it cannot be read any more, what the relay has put in front.
    private func returned(
        of active: ActiveMessage, _ message: QueuedMessage, _ reports: [DeliveryNotification.Report]
    ) throws -> DeliveryNotification.Returned {
        let path = queue.path(of: active.identifier)
        let limit = configuration.maximumReturnedSize
        // RFC 8689 section 5: of a message that requires TLS no more than the header section, whatever its sender says.
        let isFull =
            message.sender.returns == .full && !message.sender.requiresTLS && message.sender.body != .binaryMIME
            && message.size <= limit && reports.contains { $0.action == .failed }
        do {
            let beginning = try active.beginning(isFull ? limit : min(limit, Self.maximumHeaderLength), from: path)
            if isFull { return .message(beginning) }
            let header = MailHeaderSection(beginning)
            return .headers(Array(beginning[..<min(header.bodyStart, beginning.count)]))
        } catch {
            // Where the disk gives nothing back by the end of its time, the sender is told at least.
            guard message.arrival.advanced(by: configuration.expiry) <= .now else { throw error }
            log.error("cannot return mail: \(error)", metadata: ["id": "\(message.identifier)"])
            return .headers(active.prologue)
        }
    }

    /// Whether the sender's mailbox is in a store here, which takes whatever it is given.
    private func isStoredHere(_ sender: SMTPSender) -> Bool {
        guard let address = sender.address, case .store = configuration.mailboxes else { return false }
        return destination(of: address) == .local
    }

    /// The most octets of a header section that are looked at.
    static let maximumHeaderLength = 256 << 10
}
