internal import Netius

extension SMTPServerConnection {
    /// What the handlers are told.
    func makeSession() -> SMTPSession {
        let client: SMTPSession.Client
        if let known = self.client, known.heloName == core.heloName, known.isExtended == core.isExtended {
            client = known
        } else {
            client = makeClient()
            self.client = client
        }
        return SMTPSession(
            client: client,
            envelope: SMTPEnvelope(sender: core.sender ?? SMTPSender(nil), recipients: core.recipients),
            content: SMTPContentSequence(connection: self, number: number))
    }

    private func makeClient() -> SMTPSession.Client {
        SMTPSession.Client(
            peerAddress: peerAddress, localAddress: transport.localAddress(), tls: transport.tls?.information,
            heloName: core.heloName, isExtended: core.isExtended, user: core.user, isTrusted: core.isTrusted,
            protocol: shared.configuration.protocol, log: shared.log)
    }

    func settle(_ sender: SMTPSender) async {
        guard let handler = shared.handlers.sender else { return apply(core.settle(sender, .senderAccepted)) }
        phase = .asking
        let reply: SMTPReply
        do { reply = try await handler(makeSession(), sender) } catch { reply = self.reply(for: error) }
        resume(core.settle(sender, reply))
    }

    func settle(_ recipient: SMTPRecipient) async {
        guard let handler = shared.handlers.recipient else {
            return apply(core.settle(recipient, .recipientAccepted))
        }
        phase = .asking
        let reply: SMTPReply
        do { reply = try await handler(makeSession(), recipient) } catch { reply = self.reply(for: error) }
        resume(core.settle(recipient, reply))
    }

    private func resume(_ event: SMTPServerEvent) {
        guard phase == .asking else { return }
        phase = .waiting
        apply(event)
    }

    /// Has a message's handler take it, and answers.
    func takeMessage() async {
        beginContent()
        var replies: [SMTPReply] = []
        let answer: SMTPReply
        do {
            if let handler = shared.handlers.message {
                answer = try await handler(makeSession())
            } else if let handler = shared.handlers.delivery {
                replies = try await handler(makeSession())
                answer = .handlerFailed
            } else {
                answer = .handlerFailed
            }
        } catch {
            answer = reply(for: error)
        }
        guard phase == .content else { return }
        phase = .finishing
        if !hasReadContent {
            endReading()
            await discardContent()
        }
        guard phase == .finishing else { return }
        finish(answer, replies)
    }

    @inline(never)
    private func finish(_ answer: SMTPReply, _ replies: [SMTPReply]) {
        switch contentFailure ?? core.content.failure {
        case nil: return answerMessage(answer, replies)
        case .tooLarge: return refuseMessage(.messageTooLarge)
        case .lineTooLong: return refuseMessage(.messageLineTooLong)
        // Where a message ends is anybody's guess then.
        case .malformed: close(.malformedContent)
        case .tooSlow: close(.timedOut)
        case .abandoned:
            phase = .waiting
            apply(pendingEvent ?? .close(.badSequence))
            pendingEvent = nil
        case .incomplete, .ended, .concurrentRead: phase = .ended
        }
    }

    /// Says what the handler has answered: in LMTP, for each recipient.
    private func answerMessage(_ answer: SMTPReply, _ replies: [SMTPReply]) {
        phase = .waiting
        var isAccepted = false
        var last: SMTPReply?
        for index in 0..<(shared.rules.isLMTP ? core.recipients.count : 1) {
            var reply = index < replies.count ? replies[index] : answer
            if 300...399 ~= reply.code { reply = .handlerFailed }
            isAccepted = isAccepted || reply.isPositive
            if reply.code == 421 { last = reply }
            say(reply)
        }
        core.endMessage(isAccepted: isAccepted)
        // Behind the replies for the other recipients, who have the message.
        if let last { leave(after: last) }
    }

    /// Refuses a message whatever its handler says; where it could not be read to its end, that ends the session.
    private func refuseMessage(_ reply: SMTPReply) {
        for _ in 0..<(shared.rules.isLMTP ? core.recipients.count : 1) { say(reply) }
        core.endMessage(isAccepted: false)
        phase = hasReadContent ? .waiting : .ended
        lingers = !hasReadContent
    }

    /// What an error of a handler comes to.
    func reply(for error: any Error) -> SMTPReply {
        switch error {
        case is CancellationError where Task.isCancelled: phase = .ended
        case is SMTPContentError where contentFailure != nil: break
        // The handler's own limit.
        case SMTPContentError.tooLarge: return .messageTooLarge
        case BlockingPoolError.queueFull: return .overloaded
        default: shared.log.error("the handler failed: \(error)", metadata: logMetadata)
        }
        return .handlerFailed
    }
}
