internal import Netius

extension MailRelay {
    /// Delivers a message to those of its recipients that a destination is for, and notes what came of it.
    func perform(_ job: RelaySchedule.Job, _ deliverer: any RelayDeliverer) async {
        let active: ActiveMessage?
        do {
            active = try await use(job.identifier)
        } catch {
            // Cancelled at the end of the process, or the disk does not do what it should: nothing is lost.
            if !(error is CancellationError) {
                log.error("cannot deliver from the queue: \(error)", metadata: ["id": "\(job.identifier)"])
                let isSetAside = try? await queue.pool.run { [self] in setAsideIfExpired(job.identifier, error) }
                if isSetAside == true { return forget(job) }
            }
            return finish(job, again: afterDiskFailure)
        }
        guard let active else {
            // It is gone: delivered, removed or set aside.
            return forget(job)
        }
        let (again, isDone) = await perform(job, active, deliverer)
        state.withLock { $0.messages.release(job.identifier, isDone: isDone) }
        finish(job, again: again)
    }

    /// When to try again what a failure of the disk hindered.
    private var afterDiskFailure: Timestamp { .now.advanced(by: configuration.diskPatience) }

    /// There is no such message any more.
    private func forget(_ job: RelaySchedule.Job) {
        state.withLock { state in
            _ = state.untold.take(job.identifier)
            state.unreadable.forget(job.identifier)
        }
        finish(job, again: nil)
    }

    private func finish(_ job: RelaySchedule.Job, again: Timestamp?) {
        state.withLock { $0.schedule.finish(job, again: again, now: .now) }
    }

    /// The message for use, read where it is not in memory; nil where there is none.
    private func use(_ identifier: MailIdentifier) async throws -> ActiveMessage? {
        if let active = state.withLock({ $0.messages.use(identifier) }) { return active }
        let read: ActiveMessage?
        do {
            read = try await queue.pool.run { [queue] in
                do throws(MailQueueError) {
                    return try queue.load(identifier)
                } catch .noSuchMessage, .damaged {
                    return nil
                } catch {
                    throw error
                }
            }
        } catch {
            _ = state.withLock { $0.messages.endReading(identifier, nil) }
            throw error
        }
        return state.withLock { state in
            state.unreadable.forget(identifier)
            return state.messages.endReading(identifier, read)
        }
    }

    private func perform(
        _ job: RelaySchedule.Job, _ active: ActiveMessage, _ deliverer: any RelayDeliverer
    ) async -> (again: Timestamp?, isDone: Bool) {
        let message = active.message
        var indices: [Int] = []
        for (index, recipient) in message.recipients.enumerated()
        where !recipient.isSettled && destination(of: recipient.recipient.address) == job.destination {
            indices.append(index)
        }
        if let untold = state.withLock({ $0.untold[job.identifier] }) {
            let now = Timestamp.now
            indices.removeAll { index in untold.outcomes.contains { $0.recipient == index } }
            if indices.allSatisfy({ message.recipients[$0].nextAttempt ?? now > now }) {
                // It is only the sender's turn.
                let (again, isDone) = await settle(active, [], notBefore: nil)
                return (again ?? indices.map { message.recipients[$0].nextAttempt ?? now }.min(), isDone)
            }
        }
        let hold = state.withLock { $0.schedule.hold(of: job.destination, now: .now) }
        var outcomes: [(recipient: Int, outcome: DeliveryOutcome)] = []
        if let hold {
            let outcome = DeliveryOutcome(.deferred, hold.reason, status: SMTPEnhancedStatus(checked: 4, 4, 1))
            outcomes = indices.map { ($0, outcome) }
        } else if !indices.isEmpty {
            do {
                guard let content = try await content(of: active) else {
                    // It was taken out of the queue by hand.
                    return (nil, true)
                }
                outcomes = try await deliver(message, indices, content, to: job.destination, deliverer)
            } catch is CancellationError {
                return (afterDiskFailure, false)
            } catch {
                log.error("a delivery failed here: \(error)", metadata: ["id": "\(job.identifier)"])
                // It counts as an attempt, so that it ends some time. What exactly failed is nothing for others.
                let outcome = DeliveryOutcome(
                    .deferred, "a failure of the relay itself", status: SMTPEnhancedStatus(checked: 4, 3, 0))
                outcomes = indices.map { ($0, outcome) }
            }
        }
        let heldUntil = state.withLock { $0.schedule.hold(of: job.destination, now: .now)?.until }
        return await settle(active, outcomes, notBefore: heldUntil)
    }

    /// What is sent; nil where the message's file is gone.
    private func content(of active: ActiveMessage) async throws -> SMTPContent? {
        if let bytes = active.bytesInMemory { return .bytes(bytes) }
        let path = queue.path(of: active.identifier)
        return try await queue.pool.run {
            do {
                return try active.sending(from: path)
            } catch let error as SystemError where error.isNotFound {
                return nil
            }
        }
    }

    private func deliver(
        _ message: QueuedMessage, _ indices: [Int], _ content: SMTPContent, to destination: RelayDestination,
        _ deliverer: any RelayDeliverer
    ) async throws -> [(recipient: Int, outcome: DeliveryOutcome)] {
        let recipients = indices.map { message.recipients[$0].recipient }
        let start = Timestamp.now
        let result = try await deliverer.deliver(
            RelayDelivery(message: message, recipients: recipients, content: content))
        note(result, of: message, indices, destination)
        configuration.events?.record(
            RelayEvent(
                message: message, recipients: recipients.map(\.address), outcomes: result.outcomes,
                session: result.session, destination: destination, start: start, end: .now))
        return zip(indices, result.outcomes).map { ($0, $1) }
    }

    /// Notes whether the destination was reached, and logs the delivery.
    private func note(
        _ result: RelayResult, of message: QueuedMessage, _ indices: [Int], _ destination: RelayDestination
    ) {
        switch result.reach {
        case .unreachable(let reason):
            state.withLock {
                $0.schedule.holdBack(
                    destination, reason: reason, backoff: configuration.backoff, now: .now)
            }
        case .reached: state.withLock { $0.schedule.clearHold(destination) }
        case .unknown: break
        }
        if let problem = result.problem {
            log.error("cannot deliver until it is mended: \(problem)", metadata: ["destination": "\(destination)"])
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
            let before = state.withLock { $0.untold.take(active.identifier) }
            let outcomes = before.outcomes + outcomes
            var settlement = RelaySettlement(
                of: active.message, outcomes, times: times, now: .now, notBefore: notBefore, untold: before.reports)
            if !settlement.reports.isEmpty {
                do {
                    try notify(settlement, of: active)
                } catch {
                    log.error("cannot tell a sender: \(error)", metadata: ["id": "\(active.identifier)"])
                    // Who has failed does so when the sender has been told; the others' state can be noted.
                    let hasFailed = { [message = settlement.message] (recipient: Int) in
                        message.recipients[recipient].state == .failed
                    }
                    settlement = RelaySettlement(
                        of: active.message, outcomes.filter { !hasFailed($0.recipient) }, times: times, now: .now,
                        notBefore: notBefore, untold: before.reports, tellsDelays: false)
                    settlement.postpone(until: afterDiskFailure)
                    let left = UntoldReports.Entry(
                        outcomes: outcomes.filter { hasFailed($0.recipient) }, reports: settlement.reports)
                    state.withLock { $0.untold.keep(left, of: active.identifier) }
                }
            }
            // Remembered even where it cannot be written, so that nobody gets the message twice.
            active.message = settlement.message
            journal.unwritten += settlement.entries
            defer { active.isUnwritten = !journal.unwritten.isEmpty }
            do {
                active.isUnwritten = true
                try write(&journal, of: active)
            } catch let error as SystemError where error.isNotFound {
                // It was taken out of the queue by hand meanwhile.
                _ = state.withLock { $0.untold.take(active.identifier) }
                journal.unwritten = []
                return (nil, true)
            } catch {
                log.error("cannot note a delivery: \(error)", metadata: ["id": "\(active.identifier)"])
                return (afterDiskFailure, false)
            }
            return (settlement.nextAttempt, isDone(active))
        }
    }

    /// Whether the message may go: all is known of its recipients, and told.
    private func isDone(_ active: ActiveMessage) -> Bool {
        active.message.isSettled && state.withLock { $0.untold[active.identifier] } == nil
    }

    /// Removes a message that is settled, or writes what has become of it.
    private func write(_ journal: inout ActiveMessage.Journal, of active: ActiveMessage) throws {
        guard isDone(active) else { return try append(&journal, of: active) }
        do {
            try queue.remove(active.identifier)
            journal.unwritten = []
        } catch {
            // Where it cannot be removed yet, nobody is to get it again.
            try append(&journal, of: active)
            throw error
        }
    }

    private func append(_ journal: inout ActiveMessage.Journal, of active: ActiveMessage) throws {
        guard !journal.unwritten.isEmpty else { return }
        let record = QueueJournal.encode(journal.unwritten)
        // That a delivery was put off may be forgotten.
        let isDurable = journal.unwritten.contains { $0.state != .pending || $0.isDelayReported }
        try File.amend(
            path: queue.path(of: active.identifier), from: journal.end, with: record, synchronizing: isDurable)
        journal.end += record.count
        journal.unwritten = []
    }
}
