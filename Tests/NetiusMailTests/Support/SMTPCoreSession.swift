import Netius

@testable import NetiusMail

/// Drives the core of a server as its driver does, without I/O: everybody is accepted, and everything is written down.
struct SMTPCoreSession {
    struct Message: Equatable {
        var envelope: SMTPEnvelope
        var content: [UInt8]
    }

    var core: SMTPServerCore
    /// What was said, a reply a string.
    private(set) var replies: [String] = []
    private(set) var messages: [Message] = []
    private(set) var isEnded = false
    /// What went wrong with content.
    private(set) var failure: SMTPContentError?
    private var unread: [UInt8] = []
    private var content: [UInt8] = []
    private var isInContent = false
    private var refusal: SMTPReply?

    init(_ configure: (inout SMTPServer.Configuration) -> Void = { _ in }) {
        var configuration = SMTPServer.Configuration()
        configuration.hostName = "mail.example"
        configure(&configuration)
        core = SMTPServerCore(rules: SMTPServerRules(configuration), isSecure: false, isTrusted: false)
    }

    /// Feeds what has arrived.
    mutating func feed(_ bytes: some Sequence<UInt8>) {
        unread += bytes
        while !isEnded {
            let before = unread.count
            let goesOn = isInContent ? readContent() : readCommand()
            precondition(unread.count <= before)
            guard goesOn else { return }
        }
    }

    mutating func feed(_ text: String) { feed(Array(text.utf8)) }

    /// Says a line, and what was answered to it.
    mutating func ask(_ line: String) -> String {
        let count = replies.count
        feed(line + "\r\n")
        return replies[count...].joined(separator: "|")
    }

    private mutating func readCommand() -> Bool {
        guard !unread.isEmpty else { return false }
        let input = unread
        let (event, consumed) = core.next(input.span)
        unread.removeFirst(consumed)
        switch event {
        case .needsMore: return false
        case .reply, .close: say(event)
        case .sender(let sender): say(core.settle(sender, .senderAccepted))
        case .recipient(let recipient): say(core.settle(recipient, .recipientAccepted))
        case .data:
            say(.reply(.goAhead))
            isInContent = true
        case .chunk: isInContent = true
        case .refusedChunk(let reply):
            refusal = reply
            isInContent = true
        case .startTLS:
            say(.reply(.readyForTLS))
            core.becomeSecure()
        case .login(let login): say(core.settle(login, isRight: login.password == "right"))
        }
        return true
    }

    private mutating func readContent() -> Bool {
        if core.content.isBetweenChunks {
            guard readCommand() else { return false }
            if core.phase != .content {
                isInContent = false
                content = []
            }
            return true
        }
        do {
            let (input, isDiscarded) = (unread, refusal != nil)
            let (progress, consumed) = try core.content.decode(
                input.span, into: &content, isDiscarded: isDiscarded)
            unread.removeFirst(consumed)
            switch progress {
            case .needsMore: return false
            case .chunkEnded: say(.reply(.octetsReceived(core.content.chunkSize)))
            case .ended: end()
            }
            return true
        } catch {
            failure = error
            say(.close(.malformedContent))
            return false
        }
    }

    private mutating func end() {
        isInContent = false
        if let refusal {
            core.resetContent()
            say(.reply(refusal))
            self.refusal = nil
            return
        }
        let isAccepted = core.content.failure == nil
        if let failure = core.content.failure {
            self.failure = failure
            say(.reply(failure == .tooLarge ? .messageTooLarge : .messageLineTooLong))
        } else {
            let envelope = SMTPEnvelope(sender: core.sender ?? SMTPSender(nil), recipients: core.recipients)
            messages.append(Message(envelope: envelope, content: content))
            say(.reply(.accepted("\(messages.count)")))
        }
        content = []
        core.endMessage(isAccepted: isAccepted)
    }

    private mutating func say(_ event: SMTPServerEvent) {
        switch event {
        case .reply(let reply): replies.append("\(reply)")
        case .close(let reply):
            replies.append("\(reply)")
            isEnded = true
        default: break
        }
    }
}
