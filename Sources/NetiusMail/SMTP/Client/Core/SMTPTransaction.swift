internal import Netius

/// One mail transaction (RFC 5321 section 3.3) as a client sees it: which commands are to be sent, which reply is for
/// which, and what came of each recipient. A value without I/O: `step` says what to do next.
///
/// - Where the server has PIPELINING (RFC 2920), RSET, MAIL, the RCPTs and DATA go out together, as many as fit a batch,
///   and the replies are read together. A server that answers 354 although it took no recipient gets a period alone.
/// - 421 ends everything, whatever it answers: what has no outcome has that one.
/// - In LMTP (RFC 2033) each recipient that was taken has a reply of its own behind the content.
struct SMTPTransaction {
    /// What a reply is to answer.
    enum Awaited: Equatable {
        case reset
        case mail
        /// The index is that of the recipient among those of the transaction.
        case recipient(Int)
        case data
        case content
    }

    /// What is to be done.
    enum Step: Equatable {
        /// Append commands (`appendCommands`) and send them.
        case sendCommands
        /// Read a reply and hand it over (`receive`).
        case read(Awaited)
        /// Send the content with its end, and say so (`contentSent`).
        case sendContent
        /// Send the end of content alone, and say so.
        case sendNothing
        /// All recipients have an outcome, or are postponed.
        case finished
    }

    private enum Phase {
        case commands
        case content
        case emptyContent
        case replies
        case finished
    }

    /// How a transaction is to be made.
    struct Rules {
        /// Whether commands are sent together.
        var pipelines = false
        /// Whether each recipient has a reply behind the content.
        var isLMTP = false
        /// Whether the content goes by BDAT, which has no reply of its own in front (RFC 3030).
        var usesChunks = false
        /// Whether the session has to be reset first.
        var resetsFirst = false
        /// The server, as errors call it.
        var host = ""
        /// The octets of commands that are sent together, and whose replies are then read.
        var maximumBatch = 16 * 1024
    }

    private let rules: Rules
    /// Whether the content goes by BDAT.
    var usesChunks: Bool { rules.usesChunks }
    private let sender: SMTPSender
    private let recipients: [SMTPRecipient]
    private let size: Int
    private let writer: SMTPCommandWriter
    private var phase = Phase.commands
    // The commands in order: RSET if needed, MAIL, each RCPT, DATA unless by BDAT.
    private var written = 0
    private var answered = 0
    private var mailRefusal: SMTPReply?
    private var isMailAccepted = false
    /// Those that RCPT took.
    private var accepted: [Int] = []
    /// Of these, how many have their reply behind the content.
    private var contentReplies = 0

    /// What came of each recipient; nil where that is not known yet, or it is postponed.
    private(set) var outcomes: [SMTPOutcome?]
    /// Those for whom there was no room beside the others: they need a transaction of their own.
    private(set) var postponed: [Int] = []
    /// How many RCPT took.
    var acceptedCount: Int { accepted.count }
    /// The session has to be reset before the next transaction.
    private(set) var needsReset = false
    /// The server closes the connection, or nothing that it says can be understood.
    private(set) var isBroken = false
    /// The content has been sent to its end: the server may have taken it whatever becomes of the reply.
    private(set) var isContentSent = false

    /// A transaction.
    ///
    /// - Parameters:
    ///   - sender: What MAIL says.
    ///   - recipients: What each RCPT says, at least one.
    ///   - size: The octets of the content.
    ///   - writer: What the server takes.
    ///   - rules: How.
    init(sender: SMTPSender, recipients: [SMTPRecipient], size: Int, writer: SMTPCommandWriter, rules: Rules) {
        self.sender = sender
        self.recipients = recipients
        self.size = size
        self.writer = writer
        self.rules = rules
        outcomes = Array(repeating: nil, count: recipients.count)
        accepted.reserveCapacity(recipients.count)
    }

    // MARK: Sending

    private var mailPosition: Int { rules.resetsFirst ? 1 : 0 }
    private var dataPosition: Int { mailPosition + 1 + recipients.count }
    private var commandCount: Int { dataPosition + (rules.usesChunks ? 0 : 1) }

    private func command(at position: Int) -> Awaited {
        if position < mailPosition { return .reset }
        if position == mailPosition { return .mail }
        if position < dataPosition { return .recipient(position - mailPosition - 1) }
        return .data
    }

    /// What to do next.
    var step: Step {
        switch phase {
        case .commands:
            if answered < written { return .read(command(at: answered)) }
            return .sendCommands
        case .content: return .sendContent
        case .emptyContent: return .sendNothing
        case .replies: return .read(.content)
        case .finished: return .finished
        }
    }

    /// Appends the commands that can be sent now.
    mutating func appendCommands(to output: OutputBuffer) {
        let start = output.count
        while written < commandCount, written == answered || rules.pipelines, output.count - start < rules.maximumBatch
        {
            switch command(at: written) {
            case .reset: output.append("RSET\r\n")
            case .mail: writer.appendMail(sender, size: size, to: output)
            case .recipient(let index): writer.appendRecipient(recipients[index], to: output)
            case .data, .content: output.append("DATA\r\n")
            }
            written += 1
        }
    }

    /// The content, or its end alone, has been sent.
    mutating func contentSent() {
        isContentSent = phase == .content
        phase = .replies
    }

    // MARK: Replies

    /// Takes the reply that `step` asked for.
    mutating func receive(_ reply: SMTPReply) {
        guard reply.code != 421 else {
            isBroken = true
            return end(.refused(reply))
        }
        if case .replies = phase { return receiveContentReply(reply) }
        let awaited = command(at: answered)
        answered += 1
        if awaited != .data, 300...399 ~= reply.code { return fail(unexpected: reply) }
        switch awaited {
        case .reset: break
        case .mail:
            if reply.isPositive {
                isMailAccepted = true
                needsReset = true
            } else {
                mailRefusal = reply
            }
        case .recipient(let index): receive(reply, for: index)
        case .data, .content: return receiveDataReply(reply)
        }
        goOn()
    }

    private mutating func receive(_ reply: SMTPReply, for index: Int) {
        guard mailRefusal == nil else { return }
        if reply.isPositive {
            accepted.append(index)
        } else if reply.meansTooManyRecipients {
            if accepted.isEmpty {
                outcomes[index] = .refused(reply.asTemporary)
            } else {
                postponed.append(index)
            }
        } else {
            outcomes[index] = .refused(reply)
        }
    }

    private mutating func receiveDataReply(_ reply: SMTPReply) {
        if 200...299 ~= reply.code { return fail(unexpected: reply) }
        guard reply.isPositive else {
            if !accepted.isEmpty, mailRefusal == nil { return end(.refused(reply)) }
            return endCommands()
        }
        if mailRefusal == nil, !accepted.isEmpty {
            phase = .content
        } else if rules.isLMTP {
            // No recipient, no reply: where the server stands is not known then.
            isBroken = true
            endCommands()
        } else {
            phase = .emptyContent
        }
    }

    private mutating func receiveContentReply(_ reply: SMTPReply) {
        if 300...399 ~= reply.code { return fail(unexpected: reply) }
        needsReset = false
        let outcome: SMTPOutcome = reply.isPositive ? .accepted(reply) : .refused(reply)
        // The end alone was sent.
        guard isContentSent else { return endCommands() }
        if rules.isLMTP {
            outcomes[accepted[contentReplies]] = outcome
            contentReplies += 1
            if contentReplies == accepted.count { end(outcome) }
        } else {
            end(outcome)
        }
    }

    /// A command has been answered: is there a reason to go on?
    private mutating func goOn() {
        guard answered == written else { return }
        if mailRefusal != nil { return endCommands() }
        guard answered >= dataPosition else { return }
        // All recipients have been answered, and DATA has not been said.
        if accepted.isEmpty { return endCommands() }
        if rules.usesChunks { phase = .content }
    }

    /// Nobody was taken.
    private mutating func endCommands() {
        if let mailRefusal { return end(.refused(mailRefusal)) }
        // Each has the outcome of its RCPT.
        phase = .finished
    }

    /// Gives those without an outcome this one.
    private mutating func end(_ outcome: SMTPOutcome) {
        if isBroken { postponed = [] }
        let later = Set(postponed)
        for index in outcomes.indices where outcomes[index] == nil && !later.contains(index) {
            outcomes[index] = outcome
        }
        phase = .finished
    }

    /// The connection has broken within the transaction, and this was the last that came of the server.
    mutating func receiveLast(_ reply: SMTPReply) {
        guard phase != .finished else { return }
        isBroken = true
        end(.refused(reply))
    }

    /// The connection is of no use any more.
    mutating func fail(_ error: SMTPClientError) {
        guard phase != .finished else { return }
        isBroken = true
        end(.failed(error))
    }

    private mutating func fail(unexpected reply: SMTPReply) {
        fail(
            SMTPClientError(
                .malformedReply, host: rules.host, reason: "the server broke the protocol",
                underlying: SMTPReplyError.unexpectedCode(reply.code)))
    }
}

extension SMTPReply {
    /// Whether the recipient was one too many (RFC 5321 section 4.5.3.1.10).
    fileprivate var meansTooManyRecipients: Bool {
        guard code == 452 || code == 552 else { return false }
        guard let status = enhancedStatus else { return true }
        return status.subject == 5 && status.detail == 3
    }

    /// RFC 5321 section 4.5.3.1.10: where 552 means too many recipients, it is to be taken for 452.
    fileprivate var asTemporary: SMTPReply {
        code == 552 ? .temporary(text, code: 452, status: SMTPEnhancedStatus(checked: 4, 5, 3)) : self
    }
}
