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

    func deliver(_ delivery: RelayDelivery) async throws -> RelayResult {
        guard let store else {
            let reply = SMTPReply.permanent("no such mailbox", status: SMTPEnhancedStatus(checked: 5, 1, 1))
            return RelayResult(outcomes: delivery.recipients.map { _ in outcome(reply) })
        }
        let together = try await self.store(delivery, delivery.recipients, store)
        guard !together.isPositive, delivery.recipients.count > 1 else {
            return RelayResult(outcomes: delivery.recipients.map { _ in outcome(together) })
        }
        // One of them may be the reason.
        var outcomes: [DeliveryOutcome] = []
        for recipient in delivery.recipients {
            outcomes.append(outcome(try await self.store(delivery, [recipient], store)))
        }
        return RelayResult(outcomes: outcomes)
    }

    private func store(
        _ delivery: RelayDelivery, _ recipients: [SMTPRecipient], _ store: some MailStore
    ) async throws -> SMTPReply {
        let envelope = SMTPEnvelope(sender: delivery.message.sender, recipients: recipients)
        do {
            switch delivery.content {
            case .bytes(let bytes): return .accepted(try await store.store(bytes, for: envelope))
            case .file(let file, let start, let count, let prologue):
                return .accepted(try await self.store(file, start..<start + count, after: prologue, envelope, store))
            }
        } catch let error as MailStoreError {
            return error.reply
        } catch let error as CancellationError {
            throw error
        } catch {
            return .temporary("\(error)".onOneLine)
        }
    }

    private func store(
        _ file: File, _ range: Range<Int>, after prologue: [UInt8], _ envelope: SMTPEnvelope, _ store: some MailStore
    ) async throws -> String {
        let delivery = try await store.begin(envelope)
        do {
            try await delivery.append(prologue)
            var position = range.lowerBound
            while position < range.upperBound {
                let (start, count) = (position, min(Self.chunkSize, range.upperBound - position))
                let bytes = try await BlockingPool.shared.run { try file.read(at: start, upTo: count) }
                guard !bytes.isEmpty else { throw FileError.truncated }
                try await delivery.append(bytes)
                position += bytes.count
            }
            return try await delivery.commit()
        } catch {
            await delivery.abandon()
            throw error
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
