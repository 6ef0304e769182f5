public import Netius
public import NetiusDNS

extension MailRelay {
    /// What a relay takes, where it sends it, and for how long it tries. `Docs/Relay.md` explains all of it.
    public struct Configuration: Sendable {
        /// The queue.
        public var queue: MailQueue.Configuration
        /// The name of this host in trace fields and notifications; the system's by default.
        public var hostName = SystemHostName.current
        /// Whom notifications are from; `MAILER-DAEMON` at the host's name by default.
        public var postmaster: MailAddress?
        /// Whose mail is taken, and what it must be like.
        public var policy = RelayPolicy()
        /// How mail leaves; to the hosts that DNS names for each domain by default.
        public var route = RelayRoute.mailExchangers
        /// Who puts mail for local domains into mailboxes; nobody by default, and there are none.
        public var mailboxes: RelayMailboxes?
        /// How hosts are talked to: names, ports, times, TLS.
        public var client = SMTPClient.Configuration()
        /// How mail for a domain is to be protected, where that is not left to the domain; by domain, in lower case.
        public var domainSecurity: [String: SMTPSecurity] = [:]
        /// Whether domains are asked how mail for them is to be protected (MTA-STS, RFC 8461); true by default. Mail for
        /// those that say nothing is protected where the host offers it.
        public var usesMTASTS = true
        /// Who is asked for mail exchangers.
        public var dns = DNSClient.shared
        /// How long to wait before trying again.
        public var backoff = RelayBackoff()
        /// How long delivery is tried before the message goes back; 5 days by default.
        public var expiry: Duration = .seconds(5 * 86_400)
        /// After how long the sender is told, once, that delivery takes long; 4 hours by default.
        public var delayReport: Duration = .seconds(4 * 3600)
        /// The most deliveries to other hosts at a time; 200 by default. Those to the mailboxes here do not wait for them: of
        /// these there may be `maximumDeliveriesPerDomain`.
        public var maximumDeliveries = 200
        /// The most deliveries at a time to one domain; 20 by default.
        public var maximumDeliveriesPerDomain = 20
        /// How long one delivery may take, without its content; 30 minutes by default. What was delivered by then counts, and
        /// the rest is tried again.
        public var deliveryTime: Duration = .seconds(1800)
        /// The octets of content a second that a host must take at least: a large message may take longer by so much; 4,096
        /// by default.
        public var minimumDeliveryRate = 4096
        /// How long a connection waits for more mail for its domain; 1 second by default.
        public var connectionIdleTime: Duration = .seconds(1)
        /// How long to wait after a failure of the disk before what it hindered is tried again; 30 seconds by default.
        public var diskPatience: Duration = .seconds(30)
        /// How long a message of which the disk says that it cannot be read is tried to be, at least, since this process
        /// failed to first, before it is given up and set aside; 1 hour by default. Before `expiry` it never is.
        public var unreadablePatience: Duration = .seconds(3600)
        /// How much of what has just come is kept in memory so that it need not be read again; 32 MiB by default.
        public var maximumMemory = 32 << 20
        /// The most octets of a message that a notification returns, where its sender wants all of it; 1 MiB by default.
        /// Of a larger one its header section is returned.
        public var maximumReturnedSize = 1 << 20
        /// The keys that mail is signed with, by the domain of the author, that is of `From`; none by default.
        public var signers: [String: DKIMSigner] = [:]
        /// Where deliveries are told of; nowhere by default.
        public var events: RelayEvents?
        /// The loops to work on; the shared group by default.
        public var loops: LoopGroup?
        /// Where to log; the task's current log by default.
        public var log: Log?

        /// The defaults, with a queue in the folder of that path.
        public init(spool path: String) { queue = MailQueue.Configuration(path: path) }
    }
}

/// How mail leaves.
public enum RelayRoute: Sendable {
    /// To the hosts that DNS names for each domain (RFC 5321 section 5).
    case mailExchangers
    /// All to one host.
    case host(String, port: UInt16, security: SMTPSecurity, credentials: SMTPCredentials? = nil)
}

/// Where mail for local domains stays.
public enum RelayMailboxes: Sendable {
    /// In a store here, as a `Maildir`.
    case store(any MailStore)
    /// With a server of LMTP (RFC 2033), which is asked for each recipient when the message is delivered.
    case lmtp(SocketAddress)
}
