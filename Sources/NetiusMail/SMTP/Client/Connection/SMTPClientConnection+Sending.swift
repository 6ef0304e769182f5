internal import Netius

extension SMTPClientConnection {
    /// Sends a message. More recipients than fit one transaction, by the configuration or as the server says, are told
    /// in further ones.
    ///
    /// - Parameters:
    ///   - envelope: From whom, and for whom.
    ///   - content: The message.
    /// - Returns: What came of each recipient, in the order of the envelope. After a failure of the connection, which the
    ///   outcomes then tell, it is of no use any more.
    /// - Throws: `CancellationError`: the connection is closed then, and nobody is known to have been taken. Where the task
    ///   is cancelled when some have been, in an earlier transaction, nothing is thrown: the others' outcome is a failure
    ///   with the code `cancelled`.
    public func send(_ envelope: SMTPEnvelope, _ content: SMTPContent) async throws -> [SMTPOutcome] {
        let (outcomes, interruption) = await sendAsFarAsPossible(envelope, content)
        // What is known must not be forgotten: those who were taken would get the message twice.
        if let interruption, !outcomes.contains(where: \.isAccepted) { throw interruption }
        return outcomes
    }

    /// The same, but where the task is cancelled it is never forgotten what had come of the recipients by then.
    ///
    /// - Returns: What came of each recipient; and, where it was cancelled, why it did not come to an end: the connection is
    ///   closed then.
    func sendAsFarAsPossible(
        _ envelope: SMTPEnvelope, _ content: SMTPContent
    ) async -> (outcomes: [SMTPOutcome], interruption: (any Error)?) {
        guard !envelope.recipients.isEmpty else { return ([], nil) }
        let refusal: SMTPClientError?
        if isBusy {
            refusal = SMTPClientError(.connectionBusy, host: host, reason: "another task is using the connection")
        } else {
            refusal = isClosed ? closed(nil) : failure ?? self.refusal(of: envelope, content)
        }
        if let refusal { return (envelope.recipients.map { _ in .failed(refusal) }, nil) }
        isBusy = true
        defer { isBusy = false }
        isContentSent = false
        messageCount += 1
        let outcomes = await withCancellation { await self.sendAll(envelope, content) }
        guard failure?.code == .cancelled else { return (outcomes, nil) }
        close()
        return (outcomes, CancellationError())
    }

    private func sendAll(_ envelope: SMTPEnvelope, _ content: SMTPContent) async -> [SMTPOutcome] {
        var outcomes: [SMTPOutcome?] = []
        outcomes.reserveCapacity(envelope.recipients.count)
        var pending: [Int] = []
        for (index, recipient) in envelope.recipients.enumerated() {
            let refusal = refusal(of: recipient)
            outcomes.append(refusal.map { .failed($0) })
            if refusal == nil { pending.append(index) }
        }
        var limit = max(min(configuration.maximumRecipients, capabilities.maximumRecipients ?? .max), 1)
        var next = pending[...]
        // Each sends the content again: not as often as the server likes.
        let necessary = (pending.count - 1) / max(configuration.maximumRecipients, 1) + 1
        var left = necessary + min(max(configuration.maximumExtraTransactions, 0), .max - necessary)
        while !next.isEmpty {
            if let failure {
                for index in next { outcomes[index] = .failed(failure) }
                break
            }
            guard left > 0 else {
                let error = tooManyTransactions()
                for index in next { outcomes[index] = .failed(error) }
                break
            }
            left -= 1
            let part = Array(next.prefix(limit))
            next = next.dropFirst(part.count)
            let transaction = await perform(envelope, part, content)
            for (place, outcome) in transaction.outcomes.enumerated() {
                if let outcome { outcomes[part[place]] = outcome }
            }
            if !transaction.postponed.isEmpty {
                // Not more than were taken: each that is told anew costs a command.
                limit = max(min(limit, transaction.acceptedCount), 1)
                next = (transaction.postponed.map { part[$0] } + next)[...]
            }
        }
        return outcomes.map { $0 ?? .failed(closed(nil)) }
    }

    private func tooManyTransactions() -> SMTPClientError {
        SMTPClientError(
            .tooManyTransactions, host: host, reason: "the server takes too few recipients at a time for all of them")
    }

    /// Makes one transaction, whatever comes of it.
    private func perform(
        _ envelope: SMTPEnvelope, _ indices: [Int], _ content: SMTPContent
    ) async -> SMTPTransaction {
        var rules = SMTPTransaction.Rules()
        rules.pipelines = configuration.usesPipelining && capabilities.offersPipelining
        rules.isLMTP = configuration.speaksLMTP
        rules.usesChunks = envelope.sender.body == .binaryMIME
        rules.resetsFirst = needsReset
        rules.host = host
        let recipients =
            indices.count == envelope.recipients.count
            ? envelope.recipients : indices.map { envelope.recipients[$0] }
        var sender = envelope.sender
        // RFC 6531 section 3.4: MAIL says so, whichever address it is.
        if recipients.contains(where: { $0.address.requiresUTF8 }) { sender.usesUTF8 = true }
        // RFC 8689 section 5: mail from nobody is not lost because the server does not see to it.
        if !sender.insistsOnTLS, !seesToTLS { sender.requiresTLS = false }
        var transaction = SMTPTransaction(
            sender: sender, recipients: recipients, size: content.count,
            writer: SMTPCommandWriter(capabilities: capabilities, isAuthenticated: user != nil), rules: rules)
        let limit = scheduleLimit(content)
        defer { limit.cancel() }
        do {
            try await run(&transaction, content)
        } catch {
            let error = SMTPClientError(error, or: .connectionClosed, host: host, reason: "the connection failed")
            if error.code == .connectionClosed { transaction.receiveRest { unreadReply() } }
            transaction.fail(error)
            failure = error
        }
        isContentSent = isContentSent || transaction.isContentSent
        needsReset = transaction.needsReset
        if transaction.isBroken, failure == nil {
            failure = SMTPClientError(.connectionClosed, host: host, reason: "the server ended the session")
        }
        return transaction
    }

    /// Sees to it that the next transaction does not take for ever, however little at a time the server does.
    private func scheduleLimit(_ content: SMTPContent) -> ScheduledWork {
        transactionCount += 1
        let number = transactionCount
        let extra = Duration.seconds(content.count / max(configuration.minimumContentRate, 1))
        return loop.schedule(at: loop.now + (configuration.transactionTimeout + extra)) { [weak self] in
            Task { await self?.endTransaction(number) }
        }
    }

    private func run(_ transaction: inout SMTPTransaction, _ content: SMTPContent) async throws {
        while true {
            switch transaction.step {
            case .sendCommands:
                let output = transport.output
                let start = output.count
                transaction.appendCommands(to: output)
                transcript?.append(sent: output.bytes.dropFirst(start))
                try await flush()
            case .read(let awaited):
                transaction.receive(try await readReply(within: timeout(awaited)))
            case .sendContent:
                try await send(content, inChunks: transaction.usesChunks)
                transaction.contentSent()
            case .sendNothing:
                transport.output.append(".\r\n")
                try await flush()
                transaction.contentSent()
            case .finished: return
            }
        }
    }

    private func timeout(_ awaited: SMTPTransaction.Awaited) -> Duration {
        switch awaited {
        case .reset: configuration.commandTimeout
        case .mail: configuration.mailTimeout
        case .recipient: configuration.recipientTimeout
        case .data: configuration.dataTimeout
        case .content: configuration.contentTimeout
        }
    }

    /// Forgets what was said of a message, and sees whether the server is still there.
    ///
    /// - Throws: `SMTPClientError`; `CancellationError`: the connection is of no use then.
    public func reset() async throws {
        guard !isBusy else {
            throw SMTPClientError(.connectionBusy, host: host, reason: "another task is using the connection")
        }
        if let failure { throw failure }
        isBusy = true
        defer { isBusy = false }
        do {
            let reply = try await withCancellation {
                try await self.command("RSET", within: self.configuration.commandTimeout)
            }
            guard reply.isPositive else {
                throw SMTPClientError(.refused, host: host, reason: "the server does not go on", reply: reply)
            }
            needsReset = false
        } catch {
            failure = error as? SMTPClientError ?? closed(error)
            close()
            throw error
        }
    }
}
