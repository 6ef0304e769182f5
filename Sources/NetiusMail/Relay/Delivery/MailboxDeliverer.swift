internal import Netius

/// Puts messages into the mailboxes here.
struct MailboxDeliverer: RelayDeliverer {
    private let store: (any MailStore)?

    /// Without a store there are no mailboxes.
    init(_ store: (any MailStore)?) {
        self.store = store
    }

    /// How much of a file is read at a time.
    private static let chunkSize = 256 << 10

    func deliver(_ delivery: RelayDelivery) async -> RelayResult {
        guard let store else {
            let reply = SMTPReply.permanent("no such mailbox", status: SMTPEnhancedStatus(checked: 5, 1, 1))
            return RelayResult(outcomes: delivery.recipients.map { _ in outcome(reply) })
        }
        let together = await self.store(delivery, delivery.recipients, store)
        guard !together.isPositive, delivery.recipients.count > 1, !Task.isCancelled else {
            return RelayResult(outcomes: delivery.recipients.map { _ in outcome(together) })
        }
        // One of them may be the reason.
        var outcomes: [DeliveryOutcome] = []
        for recipient in delivery.recipients {
            let reply = Task.isCancelled ? Self.interrupted : await self.store(delivery, [recipient], store)
            outcomes.append(outcome(reply))
        }
        return RelayResult(outcomes: outcomes)
    }

    private static let interrupted = SMTPReply.temporary(
        "the delivery was interrupted", status: SMTPEnhancedStatus(checked: 4, 3, 2))

    private func store(
        _ delivery: RelayDelivery, _ recipients: [SMTPRecipient], _ store: some MailStore
    ) async -> SMTPReply {
        let envelope = SMTPEnvelope(sender: delivery.message.sender, recipients: recipients)
        do {
            return .accepted(try await self.store(delivery.content, envelope, store))
        } catch let error as MailStoreError {
            return error.reply
        } catch is CancellationError {
            return Self.interrupted
        } catch {
            return .temporary("\(error)".onOneLine)
        }
    }

    private func store(
        _ content: SMTPContent, _ envelope: SMTPEnvelope, _ store: some MailStore
    ) async throws -> String {
        let delivery = try await store.begin(envelope)
        do {
            switch content {
            case .bytes(let bytes): try await delivery.append(bytes)
            case .file(let file, let start, let count, let prologue):
                try await delivery.append(prologue)
                try await append(file, start..<start + count, to: delivery)
            }
            // A commit that is cancelled may have been made, and nobody would know: it is let come to its end.
            return try await Task { try await delivery.commit() }.value
        } catch {
            await delivery.abandon()
            throw error
        }
    }

    private func append(_ file: File, _ range: Range<Int>, to delivery: some MailDelivery) async throws {
        var position = range.lowerBound
        while position < range.upperBound {
            let (start, count) = (position, min(Self.chunkSize, range.upperBound - position))
            let bytes = try await BlockingPool.shared.run { try file.read(at: start, upTo: count) }
            guard !bytes.isEmpty else { throw FileError.truncated }
            try await delivery.append(bytes)
            position += bytes.count
        }
    }

    private func outcome(_ reply: SMTPReply) -> DeliveryOutcome {
        var outcome = DeliveryOutcome(reply, host: nil)
        outcome.isReply = false
        outcome.isLocal = true
        return outcome
    }

    func close() async {}
}
