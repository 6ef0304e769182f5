internal import Netius

extension MailRelay {
    /// Delivers a message to those of its recipients that a destination is for, and notes what came of it.
    func perform(_ job: RelaySchedule.Job, _ deliverer: any RelayDeliverer) async {
        do {
            guard let active = try await use(job.identifier) else {
                // It is gone: delivered, removed or set aside.
                return finish(job, again: nil)
            }
            let (again, isDone) = try await perform(job, active, deliverer)
            state.withLock { $0.messages.release(job.identifier, isDone: isDone) }
            finish(job, again: again)
        } catch {
            // Cancelled at the end of the process, or the disk does not do what it should: nothing is lost.
            if !(error is CancellationError) {
                log.error("cannot deliver from the queue: \(error)", metadata: ["id": "\(job.identifier)"])
            }
            finish(job, again: Timestamp.now.advanced(by: Self.diskPatience))
        }
    }

    /// How long to wait after a failure of the disk.
    static let diskPatience = Duration.seconds(30)

    private func finish(_ job: RelaySchedule.Job, again: Timestamp?) {
        state.withLock { $0.schedule.finish(job, again: again, now: .now) }
    }

    /// The message for use, read where it is not in memory; nil where there is none.
    private func use(_ identifier: MailIdentifier) async throws -> ActiveMessage? {
        if let active = state.withLock({ $0.messages.use(identifier) }) { return active }
        let read: ActiveMessage? = try await queue.pool.run { [queue] in
            do throws(MailQueueError) {
                let file = try queue.open(identifier)
                return try MailQueue.systemErrors { try ActiveMessage(file) }
            } catch .noSuchMessage, .damaged {
                return nil
            } catch {
                throw error
            }
        }
        return read.map { read in state.withLock { $0.messages.use(read) } }
    }

    private func perform(
        _ job: RelaySchedule.Job, _ active: ActiveMessage, _ deliverer: any RelayDeliverer
    ) async throws -> (again: Timestamp?, isDone: Bool) {
        let message = active.message
        var indices: [Int] = []
        for (index, recipient) in message.recipients.enumerated()
        where !recipient.isSettled && destination(of: recipient.recipient.address) == job.destination {
            indices.append(index)
        }
        let hold = state.withLock { $0.schedule.hold(of: job.destination, now: .now) }
        var outcomes: [(recipient: Int, outcome: DeliveryOutcome)] = []
        if let hold {
            let outcome = DeliveryOutcome(.deferred, hold.reason, status: SMTPEnhancedStatus(checked: 4, 4, 1))
            outcomes = indices.map { ($0, outcome) }
        } else if !indices.isEmpty {
            let start = Timestamp.now
            let result = try await deliver(active, message, indices, deliverer)
            note(result, of: message, indices, job.destination)
            configuration.events?.record(
                RelayEvent(
                    message: message, recipients: indices.map { message.recipients[$0].recipient.address },
                    outcomes: result.outcomes, session: result.session, destination: job.destination, start: start,
                    end: .now))
            outcomes = zip(indices, result.outcomes).map { ($0, $1) }
        }
        let heldUntil = state.withLock { $0.schedule.hold(of: job.destination, now: .now)?.until }
        return await settle(active, outcomes, notBefore: heldUntil)
    }

    private func deliver(
        _ active: ActiveMessage, _ message: QueuedMessage, _ indices: [Int], _ deliverer: any RelayDeliverer
    ) async throws -> RelayResult {
        let content: SMTPContent
        if let bytes = active.bytesInMemory {
            content = .bytes(bytes)
        } else {
            let path = queue.path(of: active.identifier)
            content = try await queue.pool.run { try active.sending(from: path) }
        }
        return try await deliverer.deliver(
            RelayDelivery(
                message: message, recipients: indices.map { message.recipients[$0].recipient }, content: content))
    }

    /// Notes whether the destination was reached, and logs the delivery.
    private func note(
        _ result: RelayResult, of message: QueuedMessage, _ indices: [Int], _ destination: RelayDestination
    ) {
        if let reason = result.unreachable {
            var random = SystemRandomNumberGenerator()
            state.withLock {
                $0.schedule.holdBack(
                    destination, reason: reason, backoff: configuration.backoff, now: .now, using: &random)
            }
        } else {
            state.withLock { $0.schedule.clearHold(destination) }
        }
        for (index, outcome) in zip(indices, result.outcomes) {
            let address = message.recipients[index].recipient.address
            log.log(
                outcome.kind == .delivered ? .info : .notice, "\(outcome.kind)",
                metadata: [
                    "id": "\(message.identifier)", "to": "\(address)", "reply": "\(outcome.text)",
                    "host": "\(outcome.host ?? "")",
                ])
        }
    }

    // MARK: Settling

    private func settle(
        _ active: ActiveMessage, _ outcomes: [(recipient: Int, outcome: DeliveryOutcome)], notBefore: Timestamp?
    ) async -> (again: Timestamp?, isDone: Bool) {
        // Not to be cancelled: what was delivered must be noted, if need be here.
        await withCheckedContinuation { continuation in
            let work: @Sendable () -> Void = { [self] in
                continuation.resume(returning: settleBlocking(active, outcomes, notBefore: notBefore))
            }
            if !queue.pool.submit(work) { work() }
        }
    }

    /// Notes what came of a delivery: tells the sender, then the journal, and at last removes what is done.
    private func settleBlocking(
        _ active: ActiveMessage, _ outcomes: [(recipient: Int, outcome: DeliveryOutcome)], notBefore: Timestamp?
    ) -> (again: Timestamp?, isDone: Bool) {
        active.journal.withLock { journal in
            var random = SystemRandomNumberGenerator()
            var settlement = RelaySettlement(
                of: active.message, outcomes, times: times, now: .now, notBefore: notBefore, using: &random)
            if !settlement.reports.isEmpty {
                do {
                    try notify(settlement, of: active)
                } catch {
                    log.error("cannot tell a sender: \(error)", metadata: ["id": "\(active.identifier)"])
                    // What was delivered stays so; the rest is tried, and told of, again.
                    settlement = RelaySettlement(
                        of: active.message, outcomes.filter { $0.outcome.kind == .delivered }, times: times, now: .now,
                        using: &random)
                    settlement.postpone(outcomes.map(\.recipient), until: Timestamp.now.advanced(by: Self.diskPatience))
                }
            }
            // Remembered even where it cannot be written, so that nobody gets the message twice.
            active.message = settlement.message
            journal.unwritten += settlement.entries
            do {
                try write(&journal, of: active, isDurable: settlement.mustBeDurable)
            } catch let error as SystemError where error.isNotFound {
                // It was taken out of the queue by hand meanwhile.
                return (nil, true)
            } catch {
                log.error("cannot note a delivery: \(error)", metadata: ["id": "\(active.identifier)"])
                return (Timestamp.now.advanced(by: Self.diskPatience), false)
            }
            return (settlement.nextAttempt, active.message.isSettled)
        }
    }

    private func write(_ journal: inout ActiveMessage.Journal, of active: ActiveMessage, isDurable: Bool) throws {
        guard !active.message.isSettled else { return try queue.remove(active.identifier) }
        guard !journal.unwritten.isEmpty else { return }
        let record = QueueJournal.encode(journal.unwritten)
        try File.amend(
            path: queue.path(of: active.identifier), from: journal.end, with: record, synchronizing: isDurable)
        journal.end += record.count
        journal.unwritten = []
    }
}
