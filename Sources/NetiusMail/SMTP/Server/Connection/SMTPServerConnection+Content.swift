internal import Netius

extension SMTPServerConnection {
    /// The next bytes of the message with that number; nil at its end.
    func readContent(_ number: UInt32) async throws -> [UInt8]? {
        guard number == self.number, phase == .content else { throw SMTPContentError.ended }
        if let contentFailure { throw contentFailure }
        guard !hasReadContent else { return nil }
        guard !isReadingContent else { throw SMTPContentError.concurrentRead }
        isReadingContent = true
        defer { if number == self.number { isReadingContent = false } }
        while true {
            let bytes = try decodeContent(isDiscarded: false).bytes
            if !bytes.isEmpty { return bytes }
            if hasReadContent { return nil }
            try await receiveContent(number, .content)
        }
    }

    /// Sends away a task that the handler has left behind in the middle of reading.
    func endReading() {
        guard isReadingContent else { return }
        isReadingContent = false
        transport.pollable.cancelReader()
    }

    /// The content that has arrived, and how many octets of input it took.
    private func decodeContent(
        isDiscarded: Bool
    ) throws(SMTPContentError) -> (bytes: [UInt8], consumed: Int) {
        var bytes: [UInt8] = []
        var consumedInAll = 0
        while !hasReadContent {
            if core.content.isBetweenChunks, try !nextChunk() { break }
            let (progress, consumed): (SMTPContentDecoder.Progress, Int)
            do throws(SMTPContentError) {
                (progress, consumed) = try transport.withUnread { (input) throws(SMTPContentError) in
                    try core.content.decode(input, into: &bytes, isDiscarded: isDiscarded)
                }
            } catch {
                throw fail(error)
            }
            transport.consume(consumed)
            contentWait.received(consumed)
            consumedInAll += consumed
            if progress == .ended { hasReadContent = true }
            if !isDiscarded, let failure = core.content.failure { throw fail(failure) }
            if progress == .needsMore { break }
            if progress == .chunkEnded { say(.octetsReceived(core.content.chunkSize)) }
        }
        return (bytes, consumedInAll)
    }

    /// Reads commands up to the next BDAT; false where more has to arrive.
    private func nextChunk() throws(SMTPContentError) -> Bool {
        while transport.unreadCount > 0 {
            let (event, consumed) = transport.withUnread { core.next($0) }
            transport.consume(consumed)
            if case .needsMore = event {
                if commandDeadline == .distantFuture {
                    commandDeadline = loop.now + shared.configuration.commandTimeout
                }
                return false
            }
            commandDeadline = .distantFuture
            switch event {
            case .chunk: return true
            case .reply(let reply) where core.phase == .content: say(reply)
            default:
                // RSET, EHLO, QUIT, or too many mistakes.
                pendingEvent = event
                throw fail(.abandoned)
            }
        }
        return false
    }

    /// Waits until more has arrived of the message with that number, while the session is in that phase.
    // Inlined as `receiveMore` is, and for the same reason.
    @inline(__always)
    private func receiveContent(_ number: UInt32, _ phase: Phase) async throws {
        // The client may wait for what was answered.
        if case .wouldBlock = transport.flush() {
            let isSent = await flushOrLog()
            try check(number, phase)
            guard isSent else { throw fail(.incomplete) }
        }
        while true {
            switch transport.receive() {
            case .bytes: return
            case .end, .failed: throw fail(.incomplete)
            case .wouldBlock: break
            }
            try Task.checkCancellation()
            // Between two chunks the client is waited for as anywhere else between two commands.
            let isBetweenChunks = core.content.isBetweenChunks
            let patience = isBetweenChunks ? shared.configuration.idleTimeout : contentWait.patience(shared)
            let started = loop.now
            let end = await readableUnlessCancelled(until: min(commandDeadline, started + patience))
            try check(number, phase)
            if !isBetweenChunks { contentWait.waited(loop.now.since(started)) }
            switch end {
            case .ready: continue
            case .timedOut: throw fail(.tooSlow)
            case .busy: throw SMTPContentError.concurrentRead
            case .cancelled:
                try Task.checkCancellation()
                if transport.pollable.mayNotWait { throw fail(.incomplete) }
            }
        }
    }

    /// A task that the handler left behind must touch nothing of what goes on without it.
    private func check(_ number: UInt32, _ phase: Phase) throws {
        guard number != self.number || phase != self.phase else { return }
        try Task.checkCancellation()
        throw SMTPContentError.ended
    }

    private func readableUnlessCancelled(until deadline: MonotonicTime) async -> Pollable.Wait {
        await withTaskCancellationHandler {
            await transport.pollable.readableUnlessCancelled(until: deadline)
        } onCancel: {
            loop.execute { [transport] in transport.pollable.cancelReader() }
        }
    }

    private func fail(_ error: SMTPContentError) -> SMTPContentError {
        contentFailure = error
        return error
    }

    /// Reads away what the handler has left of the content, within bounds: what comes next is a command.
    @inline(never)
    func discardContent() async {
        let number = number
        var left = shared.rules.limits.discardedContent
        while !hasReadContent {
            if let contentFailure, contentFailure != .tooLarge, contentFailure != .lineTooLong { return }
            do {
                left -= try decodeContent(isDiscarded: true).consumed
                guard left >= 0 else { return contentFailure = contentFailure ?? .tooLarge }
                if !hasReadContent { try await receiveContent(number, .finishing) }
            } catch is SMTPContentError {
                contentFailure = contentFailure ?? .incomplete
            } catch {
                // The task was cancelled.
                return contentFailure = .incomplete
            }
        }
    }

    /// Reads away a chunk that is not accepted, then says why.
    func readAway(_ reply: SMTPReply) async {
        beginContent()
        phase = .finishing
        await discardContent()
        guard hasReadContent, contentFailure == nil else { return close(reply) }
        core.resetContent()
        phase = .waiting
        say(reply)
    }

    func beginContent() {
        number &+= 1
        phase = .content
        (hasReadContent, isReadingContent, contentFailure, pendingEvent) = (false, false, nil, nil)
        contentWait = SMTPContentWait()
    }
}
