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
        var notification = DeliveryNotification(
            message: message, reports: settlement.reports, reportingHost: configuration.hostName,
            postmaster: configuration.postmaster?.description ?? "MAILER-DAEMON@\(configuration.hostName)",
            returned: try returned(of: active, message, settlement.reports))
        notification.retryUntil = message.arrival.advanced(by: configuration.expiry)
        guard let envelope = notification.envelope else { return }
        let identifier = MailIdentifier()
        let content = notification.encoded(identifier: identifier)
        let signer = configuration.postmaster.flatMap { configuration.signers[$0.domain] }
        let writer = QueueWriter(queue, envelope: envelope, identifier: identifier, arrival: .now)
        try writer.commitAlone(content, prologue: try signer?.sign(content) ?? []) { [self] in enqueue($0, $1) }
        log.notice(
            "told a sender",
            metadata: [
                "id": "\(message.identifier)", "notification": "\(identifier)", "of": "\(notification.subject)",
            ])
    }

    /// All of a message where its sender wants it and something failed (RFC 3461 section 4.3), otherwise its header
    /// section.
    private func returned(
        of active: ActiveMessage, _ message: QueuedMessage, _ reports: [DeliveryNotification.Report]
    ) throws -> DeliveryNotification.Returned {
        let path = queue.path(of: active.identifier)
        let limit = configuration.maximumReturnedSize
        if message.sender.returns == .full, message.size <= limit, reports.contains(where: { $0.action == .failed }) {
            return .message(try active.beginning(limit, from: path))
        }
        let beginning = try active.beginning(min(limit, Self.maximumHeaderLength), from: path)
        let header = MailHeaderSection(beginning)
        return .headers(Array(beginning[..<min(header.bodyStart, beginning.count)]))
    }

    /// The most octets of a header section that are looked at.
    static let maximumHeaderLength = 256 << 10
}
