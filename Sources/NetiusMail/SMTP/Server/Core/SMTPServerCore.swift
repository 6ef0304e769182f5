internal import Netius

/// One session of an SMTP server (RFC 5321), without I/O: bytes in, events out.
///
/// It reads one command at a time. What somebody else has to decide on, as a sender, is handed out as an event and
/// comes back through a `settle` function. Content is read by `decodeContent` from the event that announces it until it
/// has ended.
struct SMTPServerCore {
    enum Phase: UInt8 {
        /// Was told that there is nothing for it here (RFC 5321 section 3.1).
        case refused
        /// No EHLO yet.
        case greeted
        /// Between messages, or in the envelope of one.
        case ready
        /// In the content of a message, or between two of its chunks.
        case content
    }

    let rules: SMTPServerRules
    var phase = Phase.greeted
    /// What the client calls itself; nil before it has said so.
    var heloName: String?
    /// Whether it said EHLO, or LHLO.
    var isExtended = false
    /// Whether the connection is protected.
    var isSecure: Bool
    /// Whether it comes from where anything is relayed for.
    let isTrusted: Bool
    /// Who has authenticated.
    var user: String?

    var sender: SMTPSender?
    var recipients: [SMTPRecipient] = []
    var content = SMTPContentDecoder()
    var exchange = SMTPLoginExchange.none

    // Since the last message that was accepted.
    private var errors = 0
    private var idleCommands = 0
    private var refusedRecipients = 0
    private var deferredRecipients = 0

    var transactions = 0
    var failedLogins = 0
    /// How many octets of an incomplete line hold no line end.
    private var scanned = 0

    init(rules: SMTPServerRules, isSecure: Bool, isTrusted: Bool) {
        self.rules = rules
        self.isSecure = isSecure
        self.isTrusted = isTrusted
    }

    /// The extensions in force.
    var offered: SMTPExtensions { isExtended ? rules.extensions(isSecure: isSecure) : [] }

    // MARK: Lines

    /// Reads the next line. `consumed` octets have been used up, also by an event that is handed out.
    mutating func next(_ input: Span<UInt8>) -> (event: SMTPServerEvent, consumed: Int) {
        let longest = rules.longestLine
        let end = min(input.count, longest)
        let feed = input.firstLineFeed(from: min(scanned, end), to: end)
        guard feed < end else {
            scanned = end
            return end == longest ? (.close(.endlessLine), input.count) : (.needsMore, 0)
        }
        scanned = 0
        let consumed = feed + 1
        guard feed > 0, input[feed - 1] == .carriageReturn else {
            // Others may see a BDAT in it, and take what follows for its octets.
            return (.close(.malformedLine), consumed)
        }
        let line = input.extracting(0..<feed - 1)
        let isLast = consumed == input.count
        return (exchange == .none ? command(line, isLast) : continueLogin(line), consumed)
    }

    private mutating func command(_ line: Span<UInt8>, _ isLast: Bool) -> SMTPServerEvent {
        let (verb, verbEnd) = SMTPVerb.read(line)
        // RFC 5321 section 4.1.1 wants trailing white space to be tolerated.
        var end = line.count
        while end > verbEnd, line[end - 1] == .space || line[end - 1] == .horizontalTab { end -= 1 }
        let event =
            if line.extracting(0..<end).hasControls {
                SMTPServerEvent.close(.malformedLine)
            } else if line.count + 2 > limit(for: verb) {
                fail(.lineTooLong)
            } else {
                command(verb, line.extracting(0..<end), verbEnd, isLast)
            }
        // Where it is not read away, a chunk must not be taken for commands.
        if case .reply(let reply) = event, verb == .chunk || verb == nil && SMTPVerb.resemblesChunk(line) {
            return .close(reply)
        }
        return verb?.isHello == true ? event.withoutStatus : event
    }

    private mutating func command(
        _ verb: SMTPVerb?, _ line: Span<UInt8>, _ start: Int, _ isLast: Bool
    ) -> SMTPServerEvent {
        guard let verb else { return fail(.unknownCommand) }
        if verb.mustBeLast, !isLast { return .close(.pipelinedWrongly) }
        if phase == .refused {
            return verb == .quit ? .close(.bye) : fail(.refused)
        }
        if rules.requiresTLS, !isSecure, !verb.isAllowedInClear { return fail(.tlsNeeded) }
        if phase == .content, !content.isBetweenChunks { return fail(.badSequence) }
        switch verb {
        case .ehlo, .helo, .lhlo: return hello(verb, line, start)
        case .mail: return mail(line, start)
        case .recipient: return recipient(line, start)
        case .data: return line.count == start ? data() : fail(.noArguments)
        case .chunk: return chunk(line, start)
        case .reset:
            guard line.count == start else { return fail(.noArguments) }
            resetTransaction()
            return idle(.done)
        case .noOperation: return idle(.done)
        case .verify: return line.count > start ? idle(.notVerified) : fail(.argumentNeeded)
        case .expand: return fail(.notImplemented)
        case .help: return rules.extensions(isSecure: isSecure).contains(.help) ? idle(.help) : fail(.notImplemented)
        case .quit:
            guard line.count == start else { return fail(.noArguments) }
            resetTransaction()
            return .close(.bye)
        case .startTLS: return line.count == start ? startTLS() : fail(.noArguments)
        case .authenticate: return authenticate(line, start)
        case .httpGet, .httpPost, .httpPut, .httpConnect: return .close(.notMail)
        }
    }

    private func limit(for verb: SMTPVerb?) -> Int {
        switch verb {
        case .mail, .recipient: isExtended ? rules.limits.extendedCommandLine : rules.limits.commandLine
        case .authenticate: rules.limits.authenticationLine
        default: rules.limits.commandLine
        }
    }

    // MARK: Counting

    /// Refuses what is wrong in form or order.
    mutating func fail(_ reply: SMTPReply) -> SMTPServerEvent {
        errors += 1
        return errors < max(rules.limits.errors, 1) ? .reply(reply) : .close(.tooManyErrors)
    }

    /// Answers what brings no message nearer.
    mutating func idle(_ reply: SMTPReply) -> SMTPServerEvent {
        idleCommands += 1
        return idleCommands < max(rules.limits.idleCommands, 1) ? .reply(reply) : .close(.tooManyIdleCommands)
    }

    /// What ends the session if it has used up what it may do without a message that is accepted; else nil.
    var farewell: SMTPReply? {
        if refusedRecipients >= max(rules.limits.refusedRecipients, 1) { return .tooManyErrors }
        return idleCommands >= max(rules.limits.idleCommands, 1) ? .tooManyIdleCommands : nil
    }

    // MARK: Settling

    /// What the sender comes to that was handed out.
    mutating func settle(_ sender: SMTPSender, _ reply: SMTPReply) -> SMTPServerEvent {
        guard 200...299 ~= reply.code else { return reply.code == 421 ? .close(reply) : idle(checked(reply)) }
        self.sender = sender
        return .reply(reply)
    }

    /// What the recipient comes to that was handed out.
    mutating func settle(_ recipient: SMTPRecipient, _ reply: SMTPReply) -> SMTPServerEvent {
        guard 200...299 ~= reply.code else { return reply.code == 421 ? .close(reply) : refuse(checked(reply)) }
        recipients.append(recipient)
        return .reply(reply)
    }

    /// What a handler has said, which cannot ask for more.
    private func checked(_ reply: SMTPReply) -> SMTPReply {
        300...399 ~= reply.code ? .handlerFailed : reply
    }

    /// Refuses a recipient, for now or for good. Those whom the server knows do not guess at addresses, and a message
    /// that others are to get is not ended by it.
    mutating func refuse(_ reply: SMTPReply) -> SMTPServerEvent {
        guard !rules.isLMTP, !isTrusted, user == nil else { return .reply(reply) }
        if reply.isPermanent { refusedRecipients += 1 } else { idleCommands += 1 }
        guard recipients.isEmpty, let farewell else { return .reply(reply) }
        return .close(farewell)
    }

    /// Leaves a recipient to another message, asking nobody.
    mutating func putOff() -> SMTPServerEvent {
        deferredRecipients += 1
        return deferredRecipients < max(rules.limits.deferredRecipients, 1)
            ? .reply(.tooManyRecipients) : .close(.tooManyErrors)
    }

    /// A message is over, whatever became of it: the next may begin.
    mutating func endMessage(isAccepted: Bool) {
        resetTransaction()
        if isAccepted {
            (errors, idleCommands, refusedRecipients, deferredRecipients) = (0, 0, 0, 0)
        } else {
            idleCommands += 1
        }
    }

    mutating func resetTransaction() {
        sender = nil
        recipients = []
        content = SMTPContentDecoder()
        if phase == .content { phase = .ready }
    }

    /// The octets of a chunk that was not accepted have been read away.
    mutating func resetContent() {
        content = SMTPContentDecoder()
    }

    /// The connection is protected now: nothing that was said before counts (RFC 3207 section 4.2).
    mutating func becomeSecure() {
        resetTransaction()
        phase = .greeted
        (heloName, isExtended, user, exchange, scanned) = (nil, false, nil, .none, 0)
        isSecure = true
    }
}
