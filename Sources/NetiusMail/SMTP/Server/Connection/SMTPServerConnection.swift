internal import Netius

/// A client's connection to a server: the driver that joins the SMTP core to a transport.
///
/// It is an actor on the connection's loop, and handlers run in its isolation, so that a message takes no hop from one
/// executor to another.
@safe
actor SMTPServerConnection {
    enum Phase: UInt8 {
        /// Waits for commands.
        case waiting
        /// Somebody is asked about what a command has said.
        case asking
        /// A message is with its handler.
        case content
        /// The handler has answered, and the rest of the message is read away.
        case finishing
        /// No command follows.
        case ended
    }

    let transport: Transport
    let worker: SMTPServerWorker
    var shared: SMTPServerShared { worker.shared }
    nonisolated var peerAddress: SocketAddress { transport.peerAddress }
    nonisolated var loop: EventLoop { transport.loop }

    // Unchecked: read at every step of a session, by code that calls nothing back meanwhile.
    @exclusivity(unchecked) private var uncheckedCore: SMTPServerCore
    @exclusivity(unchecked) private var uncheckedPhase = Phase.waiting

    var core: SMTPServerCore {
        @inline(__always) _read { yield unsafe uncheckedCore }
        @inline(__always) _modify { yield unsafe &uncheckedCore }
    }
    var phase: Phase {
        @inline(__always) get { unsafe uncheckedPhase }
        @inline(__always) set { unsafe uncheckedPhase = newValue }
    }

    /// Until when the command that has begun to arrive may take.
    var commandDeadline = MonotonicTime.distantFuture
    /// What handlers are told of the client; made anew when it has said something else.
    var client: SMTPSession.Client?

    /// Counts the messages.
    var number: UInt32 = 0
    var hasReadContent = true
    var isReadingContent = false
    var contentFailure: SMTPContentError?
    var contentWait = SMTPContentWait()
    /// What was said in place of the rest of a message.
    var pendingEvent: SMTPServerEvent?

    /// Whether the client may not know yet that the session is over.
    var lingers = false

    /// The place in the worker's table.
    var index = 0
    /// The task that serves the connection.
    var task: Task<Void, Never>?

    // Stored, because the runtime asks for it at each switch. Unowned: the transport holds the loop and so its executor.
    nonisolated let unownedExecutor: UnownedSerialExecutor

    init(_ transport: Transport, worker: SMTPServerWorker, isTrusted: Bool) {
        self.transport = transport
        unsafe unownedExecutor = transport.loop.unownedExecutor
        self.worker = worker
        unsafe uncheckedCore = SMTPServerCore(rules: worker.shared.rules, isSecure: false, isTrusted: isTrusted)
    }

    var logMetadata: LogMetadata { ["peer": "\(peerAddress)", "protocol": "SMTP"] }

    // MARK: Serving

    /// Serves the client until the session ends.
    func run() async {
        if await open() {
            repeat {
                while let event = nextEvent() { await carryOut(event) }
            } while await receiveMore()
        }
        await end()
    }

    /// The next event that takes more than to answer; nil when there is nothing to be read. Those that somebody need not
    /// be asked about are answered here.
    @inline(never)
    private func nextEvent() -> SMTPServerEvent? {
        while phase == .waiting, transport.unreadCount > 0 {
            if worker.isShuttingDown, core.sender == nil {
                // Who says the next command before the answer to the last would never wait for one.
                close(.shuttingDown)
                return nil
            }
            let (event, consumed) = transport.withUnread { core.next($0) }
            transport.consume(consumed)
            switch event {
            case .needsMore:
                if commandDeadline == .distantFuture {
                    commandDeadline = loop.now + shared.configuration.commandTimeout
                }
                return nil
            case .reply, .close: apply(event)
            case .sender(let sender) where shared.handlers.sender == nil:
                apply(core.settle(sender, .senderAccepted))
            case .recipient(let recipient) where shared.handlers.recipient == nil:
                apply(core.settle(recipient, .recipientAccepted))
            default:
                commandDeadline = .distantFuture
                return event
            }
            commandDeadline = .distantFuture
        }
        return nil
    }

    /// Does what an event says that is only to be said.
    func apply(_ event: SMTPServerEvent) {
        switch event {
        case .reply(let reply): say(reply)
        case .close(let reply): close(reply)
        default: break
        }
    }

    func say(_ reply: SMTPReply) {
        transport.output.append(reply, withStatus: shared.saysStatus)
    }

    /// Says a last word.
    func close(_ reply: SMTPReply) {
        say(reply)
        leave(after: reply)
    }

    /// Ends the session once a last word was said.
    func leave(after reply: SMTPReply) {
        phase = .ended
        guard reply.code != SMTPReply.bye.code else { return }
        lingers = true
        shared.log.info("the session was ended: \(reply)", metadata: logMetadata)
    }

    private func carryOut(_ event: SMTPServerEvent) async {
        switch event {
        case .needsMore, .reply, .close: apply(event)
        case .sender(let sender): await settle(sender)
        case .recipient(let recipient): await settle(recipient)
        case .data:
            say(.goAhead)
            await takeMessage()
        case .chunk: await takeMessage()
        case .refusedChunk(let reply): await readAway(reply)
        case .startTLS: await startTLS()
        case .login(let login): await settle(login)
        }
    }
}
