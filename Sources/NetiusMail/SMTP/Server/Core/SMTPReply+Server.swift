/// What the server says by itself, without a handler.
extension SMTPReply {
    private static func reply(_ code: Int, _ kind: Int, _ subject: Int, _ detail: Int, _ text: String) -> SMTPReply {
        SMTPReply(code, text, status: SMTPEnhancedStatus(checked: kind, subject, detail))
    }

    /// The same without its enhanced status code, which there is none of in the greeting and in what EHLO is answered
    /// (RFC 2034 section 4).
    var withoutStatus: SMTPReply { enhancedStatus == nil ? self : SMTPReply(code, lines: lines) }

    static let goAhead = SMTPReply(354, "go ahead")
    static let done = accepted
    static let senderAccepted = reply(250, 2, 1, 0, "ok")
    static let recipientAccepted = reply(250, 2, 1, 5, "ok")
    static let bye = reply(221, 2, 0, 0, "bye")
    static let notVerified = reply(252, 2, 5, 0, "send some mail, it will be tried")
    static let readyForTLS = reply(220, 2, 0, 0, "go ahead")
    static let help = reply(214, 2, 0, 0, "see RFC 5321")

    // What ends a session.
    static let shuttingDown = reply(421, 4, 3, 2, "shutting down")
    static let timedOut = reply(421, 4, 4, 2, "it took too long")
    static let tooManyErrors = reply(421, 4, 7, 0, "too many errors")
    static let tooManyIdleCommands = reply(421, 4, 7, 0, "too many commands without a message")
    static let tooManyTransactions = reply(421, 4, 7, 0, "too many messages, connect again")
    static let tooManyConnections = SMTPReply(421, "too many connections")
    static let unavailable = reply(421, 4, 3, 0, "try again later")
    static let endlessLine = reply(500, 5, 5, 2, "line too long")
    static let notMail = reply(554, 5, 5, 1, "this is a mail server")
    static let pipelinedWrongly = reply(554, 5, 5, 0, "commands behind one that must be the last")
    static let earlyTalker = SMTPReply(554, "commands before the greeting")
    static let notWelcome = SMTPReply(554, "not allowed from this address")

    // Form.
    static let unknownCommand = reply(500, 5, 5, 1, "unknown command")
    static let lineTooLong = reply(500, 5, 5, 2, "line too long")
    static let malformedLine = reply(500, 5, 5, 2, "lines end with CR LF and have no other control characters")
    static let noArguments = reply(501, 5, 5, 4, "no arguments allowed")
    static let argumentNeeded = reply(501, 5, 5, 4, "an argument is needed")
    static let badHostName = reply(501, 5, 5, 4, "expected the name of a host")
    static let mailSyntax = reply(501, 5, 5, 4, "expected MAIL FROM:<address>")
    static let recipientSyntax = reply(501, 5, 5, 4, "expected RCPT TO:<address>")
    static let badSender = reply(501, 5, 1, 7, "the sender's address is malformed")
    static let badRecipient = reply(501, 5, 1, 3, "the recipient's address is malformed")
    static let badParameters = reply(501, 5, 5, 4, "malformed parameters")
    static let unknownParameter = reply(555, 5, 5, 4, "unknown parameter")
    static let badChunkSize = reply(501, 5, 5, 4, "expected BDAT size [LAST]")
    static let notImplemented = reply(502, 5, 5, 1, "not implemented")

    // Order.
    static let helloFirst = reply(503, 5, 5, 1, "EHLO first")
    static let mailFirst = reply(503, 5, 5, 1, "MAIL first")
    static let nestedMail = reply(503, 5, 5, 1, "a message has been begun")
    static let badSequence = reply(503, 5, 5, 1, "bad sequence of commands")
    static let noRecipients = reply(554, 5, 5, 1, "no valid recipients")
    /// The same in LMTP (RFC 2033 section 4.2).
    static let noLocalRecipients = reply(503, 5, 5, 1, "no valid recipients")
    static let binaryNeedsChunks = reply(503, 5, 5, 1, "BINARYMIME needs BDAT")

    // Policy.
    static let tlsNeeded = reply(530, 5, 7, 0, "STARTTLS first")
    static let authenticationNeeded = reply(530, 5, 7, 0, "authentication required")
    static let relayingDenied = reply(550, 5, 7, 1, "relaying denied")
    static let utf8Needed = reply(553, 5, 6, 7, "the address needs SMTPUTF8")
    static let tooManyRecipients = reply(452, 4, 5, 3, "too many recipients")
    static let messageTooLarge = reply(552, 5, 3, 4, "message too large")
    static let messageLineTooLong = reply(500, 5, 6, 0, "the message has a line that is too long")
    static let malformedContent = reply(550, 5, 6, 0, "the message has a bare CR, a bare LF or a NUL")
    static let refused = reply(503, 5, 5, 1, "there is nothing but QUIT")

    // TLS and authentication.
    static let tlsUnavailable = reply(454, 4, 7, 0, "TLS is not available")
    static let tlsActive = reply(503, 5, 5, 1, "TLS is active")
    static let userPrompt = SMTPReply(334, "VXNlcm5hbWU6")
    static let passwordPrompt = SMTPReply(334, "UGFzc3dvcmQ6")
    static let emptyPrompt = SMTPReply(334, "")
    static let authenticated = reply(235, 2, 7, 0, "authentication successful")
    static let authenticationFailed = reply(535, 5, 7, 8, "wrong user or password")
    static let authenticationUnavailable = reply(454, 4, 7, 0, "authentication is not available now")
    static let authenticationCancelled = reply(501, 5, 7, 0, "authentication cancelled")
    static let malformedCredentials = reply(501, 5, 5, 2, "malformed credentials")
    static let encryptionNeeded = reply(538, 5, 7, 11, "encryption required for authentication")
    static let unknownMechanism = reply(504, 5, 5, 4, "unknown mechanism")
    static let tooManyFailures = reply(421, 4, 7, 0, "too many failed authentications")

    // Handlers.
    static let handlerFailed = reply(451, 4, 3, 0, "a local error")
    static let overloaded = reply(451, 4, 3, 2, "too much to do")

    static func octetsReceived(_ count: Int) -> SMTPReply { reply(250, 2, 0, 0, "\(count) octets received") }
}
