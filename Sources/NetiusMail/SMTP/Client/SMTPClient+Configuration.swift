public import Netius

extension SMTPClient {
    /// How a client connects, what it says of itself, how long it waits and what it keeps. `Docs/SMTPClient.md` lists all
    /// of it.
    public struct Configuration: Sendable {
        /// The loops to connect on; the shared group, one loop per processor, by default.
        public var loops: LoopGroup?
        /// What EHLO says: the full name of this host (RFC 5321 section 4.1.1.1). By default the address that the
        /// connection is from, as a literal.
        public var hostName: String?
        /// Whether LMTP is spoken (RFC 2033) instead of SMTP; false by default.
        public var speaksLMTP = false
        /// Whether commands are sent together where the server has PIPELINING; true by default.
        public var usesPipelining = true
        /// What becomes of line ends in messages that are not CRLF; they become CRLF by default.
        public var lineEnds = SMTPLineEnds.normalized

        // Hosts.

        /// The port of mail exchangers; 25 by default.
        public var mailExchangerPort: UInt16 = 25
        /// The mail exchangers of a domain that are tried, in order of preference; 5 by default, at least 1.
        public var maximumMailExchangers = 5
        /// The addresses of a host that are connected to where it greets with a refusal, or breaks off; 8 by default, at
        /// least 1.
        public var maximumAddresses = 8
        /// The names of this host, in lower case: a mail exchanger of that name, and those of less preference, are not
        /// used (RFC 5321 section 5.1). `hostName` is one of them. None by default.
        public var ownNames: [String] = []
        /// The addresses that this host takes mail at, which are not used either; none by default.
        public var ownAddresses: [IPAddress] = []
        /// Addresses for names of hosts, in lower case, which are then not looked up; none by default.
        public var addresses: [String: [IPAddress]] = [:]
        /// The address of this machine to connect from; the system's choice by default.
        public var localAddress: IPAddress?

        // Security.

        /// Whom to trust where TLS is required; the system's authorities by default.
        public var tls: TLSClientContext?
        /// The context for opportunistic TLS; one that verifies nothing by default.
        public var opportunisticTLS: TLSClientContext?
        /// Says how mail for a domain is to be protected on its way to the domain's mail exchangers; opportunistically
        /// where there is none, the default.
        public var tlsPolicy: (@Sendable (_ domain: String) async throws -> SMTPTLSPolicy)?
        /// Whether a password may be sent without TLS, or over opportunistic TLS, which may be with anybody; false by default.
        public var allowsPlaintextAuthentication = false

        // Limits.

        /// The most octets of a line in a reply; 4,096 by default (RFC 5321 section 4.5.3.1.5 asks for 512).
        public var maximumReplyLineLength = 4096
        /// The most lines of a reply; 256 by default.
        public var maximumReplyLines = 256
        /// The most octets of a reply, all of its lines together; 16 KiB by default. There is one for each recipient.
        public var maximumReplyLength = 16 * 1024
        /// The recipients of one transaction; 100 by default, which every server has to take (RFC 5321 section
        /// 4.5.3.1.8). More are told in transactions that follow.
        public var maximumRecipients = 100
        /// The transactions of one message over a connection beyond those that `maximumRecipients` makes necessary: for
        /// servers that take fewer recipients at a time. Each has the whole content. 10 by default.
        public var maximumExtraTransactions = 10
        /// The connections to one server; 8 by default. Further messages wait.
        public var maximumConnectionsPerServer = 8
        /// The messages that may wait for a connection; 1,024 by default. One more fails at once.
        public var maximumWaiters = 1024
        /// The idle connections that are kept, to all servers; 32 by default.
        public var maximumIdleConnections = 32
        /// The messages sent over one connection; 100 by default.
        public var maximumMessagesPerConnection = 100
        /// How many domains of one message are delivered to at a time; 4 by default.
        public var maximumConcurrentDomains = 4

        // Times.

        /// How long one connection attempt may take; 30 seconds by default.
        public var connectTimeout: Duration = .seconds(30)
        /// How long a TLS handshake may take; 30 seconds by default.
        public var tlsTimeout: Duration = .seconds(30)
        /// How long the server may take to greet; 5 minutes by default (RFC 5321 section 4.5.3.2.1).
        public var greetingTimeout: Duration = .seconds(300)
        /// How long it may take to answer EHLO, STARTTLS, AUTH and RSET; 5 minutes by default.
        public var commandTimeout: Duration = .seconds(300)
        /// How long it may take to answer MAIL; 5 minutes by default (section 4.5.3.2.2).
        public var mailTimeout: Duration = .seconds(300)
        /// How long it may take to answer RCPT; 5 minutes by default (section 4.5.3.2.3).
        public var recipientTimeout: Duration = .seconds(300)
        /// How long it may take to answer DATA; 2 minutes by default (section 4.5.3.2.4).
        public var dataTimeout: Duration = .seconds(120)
        /// How long it may take nothing of what is sent; 3 minutes by default (section 4.5.3.2.5).
        public var writeTimeout: Duration = .seconds(180)
        /// How long it may take to answer the end of content; 10 minutes by default (section 4.5.3.2.6).
        public var contentTimeout: Duration = .seconds(600)
        /// How long a transaction may take as a whole, but for the time that `minimumContentRate` allows; 30 minutes by
        /// default.
        public var transactionTimeout: Duration = .seconds(1800)
        /// The octets of content in a second for which a transaction may take longer: 1,024 by default, so that 64 MiB
        /// have 18 hours more. At least 1.
        public var minimumContentRate = 1024
        /// How long it may take to answer QUIT; 5 seconds by default.
        public var quitTimeout: Duration = .seconds(5)
        /// How long an idle connection is kept; 10 seconds by default.
        public var idleTimeout: Duration = .seconds(10)
        /// How long a message waits for a connection; 10 minutes by default.
        public var poolTimeout: Duration = .seconds(600)

        // Records.

        /// Whether results have a transcript; false by default.
        public var capturesTranscript = false
        /// The entries of a transcript; 50 by default.
        public var maximumTranscriptEntries = 50

        /// The defaults.
        public init() {}
    }
}
