internal import Netius

extension SMTPServerCore {
    /// ```
    /// ehlo = "EHLO" SP ( Domain / address-literal ) CRLF
    /// ```
    mutating func hello(_ verb: SMTPVerb, _ line: Span<UInt8>, _ start: Int) -> SMTPServerEvent {
        guard (verb == .lhlo) == rules.isLMTP else { return fail(.unknownCommand) }
        guard line.count > start + 1,
            let (name, end) = MailAddress.readDomain(line, from: start + 1), end == line.count,
            name.utf8.allSatisfy({ $0 < 0x80 })
        else { return fail(.badHostName) }
        resetTransaction()
        heloName = name
        isExtended = verb != .helo
        phase = .ready
        let isAuthenticated = user != nil
        return idle(
            isExtended
                ? rules.hello(isSecure: isSecure, isAuthenticated: isAuthenticated) : SMTPReply(250, rules.hostName))
    }

    mutating func mail(_ line: Span<UInt8>, _ start: Int) -> SMTPServerEvent {
        guard phase != .greeted else { return fail(.helloFirst) }
        guard phase == .ready, sender == nil else { return fail(.nestedMail) }
        if rules.requiresAuthentication, user == nil { return fail(.authenticationNeeded) }
        if let farewell { return .close(farewell) }
        if let limit = rules.limits.transactions, transactions >= limit { return .close(.tooManyTransactions) }
        do throws(SMTPRefusal) {
            var sender = try SMTPSender.read(line, from: start, offered: offered, hostName: rules.hostName)
            if let size = sender.size, size > rules.limits.messageSize { return idle(.messageTooLarge) }
            // From whom that is not to be believed, it is as if nobody were known (RFC 4954 section 5).
            if sender.submitter != nil, user == nil, !isTrusted { sender.submitter = "<>" }
            transactions += 1
            return .sender(sender)
        } catch {
            return fail(error.reply)
        }
    }

    mutating func recipient(_ line: Span<UInt8>, _ start: Int) -> SMTPServerEvent {
        guard phase != .greeted else { return fail(.helloFirst) }
        guard phase == .ready, let sender else { return fail(.mailFirst) }
        if let farewell { return recipients.isEmpty ? .close(farewell) : putOff() }
        do throws(SMTPRefusal) {
            let recipient = try SMTPRecipient.read(
                line, from: start, offered: offered, usesUTF8: sender.usesUTF8, hostName: rules.hostName)
            guard recipients.count < rules.limits.recipients else { return putOff() }
            guard isAccepted(recipient.address) else { return refuse(.relayingDenied) }
            return .recipient(recipient)
        } catch {
            // Addresses that others have let through: one mistake each, and not the session's.
            return refuse(error.reply)
        }
    }

    /// Whether the recipient's domain is ours, or the client may send anywhere.
    private func isAccepted(_ address: MailAddress) -> Bool {
        guard let localDomains = rules.localDomains, user == nil, !isTrusted else { return true }
        return localDomains.contains(address.domain)
    }

    mutating func data() -> SMTPServerEvent {
        guard phase != .greeted else { return fail(.helloFirst) }
        guard phase == .ready, let sender else { return fail(.mailFirst) }
        guard !recipients.isEmpty else { return fail(rules.isLMTP ? .noLocalRecipients : .noRecipients) }
        guard sender.body != .binaryMIME else { return fail(.binaryNeedsChunks) }
        content.beginLines(rules.limits)
        phase = .content
        return .data
    }

    /// ```
    /// bdat-cmd   ::= "BDAT" SP chunk-size [ SP end-marker ] CR LF
    /// ```
    mutating func chunk(_ line: Span<UInt8>, _ start: Int) -> SMTPServerEvent {
        guard offered.contains(.chunking) else {
            // What follows cannot be told from commands.
            return .close(rules.extensions(isSecure: isSecure).contains(.chunking) ? .helloFirst : .notImplemented)
        }
        var sizeEnd = min(start + 1, line.count)
        while sizeEnd < line.count, line[sizeEnd] != .space { sizeEnd += 1 }
        let isLast = sizeEnd < line.count
        guard let size = line.number(in: min(start + 1, sizeEnd)..<sizeEnd),
            !isLast || line.equals(" last", in: sizeEnd..<line.count)
        else { return .close(.badChunkSize) }
        if size == 0, !isLast, case .close(let reply) = idle(.done) { return .close(reply) }
        guard phase != .content else {
            content.beginChunk(size, isLast: isLast)
            return .chunk
        }
        guard let sender, !recipients.isEmpty else {
            content.beginRefusedChunk(size)
            let event = fail(sender == nil ? .mailFirst : rules.isLMTP ? .noLocalRecipients : .noRecipients)
            guard case .reply(let reply) = event else { return event }
            return .refusedChunk(reply)
        }
        content.beginChunks(rules.limits, isBinary: sender.body == .binaryMIME)
        content.beginChunk(size, isLast: isLast)
        phase = .content
        return .chunk
    }

    mutating func startTLS() -> SMTPServerEvent {
        guard rules.offersTLS else { return fail(isSecure ? .tlsActive : .notImplemented) }
        guard !isSecure else { return fail(.tlsActive) }
        guard phase != .content, sender == nil else { return fail(.badSequence) }
        return .startTLS
    }
}
