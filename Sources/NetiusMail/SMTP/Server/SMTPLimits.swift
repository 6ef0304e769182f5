/// How much of each thing an SMTP server accepts. Sizes are in octets; a limit below zero is zero.
public struct SMTPLimits: Sendable, Equatable {
    /// A command with its line end (RFC 5321 section 4.5.3.1.4). Beyond it: 500. Default 512.
    public var commandLine = 512
    /// MAIL and RCPT with the parameters of extensions, and their line end. Beyond it: 500. Default 2048.
    public var extendedCommandLine = 2048
    /// AUTH and what the client says in its course, with the line end (RFC 4954 section 4). Beyond it: 500. A line of any
    /// other kind that gets longer than this ends the session. Default 12,288.
    public var authenticationLine = 12_288
    /// A line of a message with its line end, without the dot that DATA may put before it (RFC 5321 section
    /// 4.5.3.1.6). Beyond it: 500 in place of what the handler answers. Default 1000.
    public var textLine = 1000
    /// The recipients of a message (RFC 5321 section 4.5.3.1.8). Beyond it: 452. Default 1000.
    public var recipients = 1000
    /// A message, with its line ends, without what DATA adds (RFC 1870); at least 1. Beyond it: 552. Default 64 MiB.
    public var messageSize = 64 << 20
    /// What is read away of a message that will not be accepted, or that its handler did not read, so that the session
    /// can go on. Beyond it the session ends. Default 64 MiB.
    public var discardedContent = 64 << 20
    /// The commands since the last accepted message that are wrong in form or order. The last of them is answered 421.
    /// Default 10.
    public var errors = 10
    /// The recipients since the last accepted message that are refused for good, which guessers of addresses bring about.
    /// The last of them is answered 421; in a message that others are accepted of, those after it are answered 452 without
    /// anybody being asked. It does not hold for LMTP, trusted networks and those who have authenticated. Default 100.
    public var refusedRecipients = 100
    /// The recipients since the last accepted message that are answered 452 without anybody being asked. The last of them
    /// is answered 421. Default 10,000.
    public var deferredRecipients = 10_000
    /// What has brought no message since the last accepted one: NOOP, RSET and EHLO; senders, messages and, for now,
    /// recipients that were refused; AUTH and STARTTLS that could not be done; empty chunks. The last of them is answered
    /// 421, or else the next MAIL. Default 100.
    public var idleCommands = 100
    /// The failed AUTHs of a session. The last of them is answered 421. Default 3.
    public var authenticationFailures = 3
    /// The MAILs of a session. Beyond it: 421. Default nil: no limit.
    public var transactions: Int?

    /// The defaults.
    public init() {}
}
