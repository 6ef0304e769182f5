public import Netius

extension SMTPServer {
    /// What a server speaks.
    public enum `Protocol`: String, Sendable, Hashable, CaseIterable {
        /// SMTP (RFC 5321).
        case smtp
        /// LMTP (RFC 2033): LHLO in place of EHLO, and for each recipient of a message a reply of its own. Not for port
        /// 25.
        case lmtp
    }

    /// How a server listens, what it accepts, and how long it waits. `Docs/SMTPServer.md` lists all of it.
    public struct Configuration: Sendable {
        // MARK: What it says

        /// The name of the server, as clients are told and `Received` fields say: a host name or an address literal.
        /// The system's by default. Mail for `postmaster` without a domain is for this one.
        public var hostName: String
        /// What follows the host name in the greeting; `ESMTP netius` by default (`LMTP netius` for LMTP).
        public var banner: String?
        /// What is spoken; SMTP by default.
        public var `protocol` = Protocol.smtp
        /// The extensions that are offered; all but BINARYMIME by default.
        public var extensions = SMTPExtensions.standard

        // MARK: What it accepts

        /// The sizes and numbers that are accepted.
        public var limits = SMTPLimits()
        /// The domains that mail is accepted for; the host name is always one of them. ASCII letters may be of whatever
        /// case; an internationalized domain is to be there as clients may say it, as A-labels (`xn--…`) and as U-labels
        /// in lower case. Recipients at any other are answered `550 5.7.1 relaying denied` before a handler is asked, unless the client has
        /// authenticated or is in `trustedNetworks`. **Nil, the default, leaves that to the handlers: a server whose
        /// handlers send on whatever they get would be an open relay.** An empty set is the host name alone.
        public var localDomains: Set<String>?
        /// From where mail is accepted for all domains without authentication, by the address of the socket; nowhere by
        /// default.
        public var trustedNetworks: IPNetworkSet?
        /// Whose connections are accepted, by the address of the socket; everybody's by default. Any other is answered
        /// 554 and closed. Over a Unix domain socket everybody is let in who may open it.
        public var allowedNetworks: IPNetworkSet?
        /// Whose connections are not accepted although they are allowed; nobody's by default.
        public var deniedNetworks: IPNetworkSet?
        /// The connections there may be at a time; 16,384 by default. One more is answered 421 and closed.
        public var maximumConnections = 16_384
        /// The connections there may be at a time of one address, or of one IPv6 network of 64 bits, which is what a host
        /// has; 256 by default. One more is answered 421.
        public var maximumConnectionsPerAddress = 256

        // MARK: Protection and authentication

        /// What connections are protected with: STARTTLS (RFC 3207) is offered; nothing by default.
        public var tls: TLSServerContext?
        /// Whether connections are protected from their beginning (RFC 8314), without STARTTLS; false by default.
        public var isTLSImplicit = false
        /// Whether a connection has to be protected before there can be mail: 530 otherwise. False by default, and not
        /// for port 25 (RFC 3207 section 4).
        public var requiresTLS = false
        /// Who the users are: AUTH (RFC 4954) is offered; nobody by default.
        public var authenticator: SMTPAuthenticator?
        /// Whether AUTH is allowed on connections that are not protected; false by default: 538.
        public var allowsPlaintextAuthentication = false
        /// Whether there is mail only from those who have authenticated: 530 otherwise; false by default.
        public var requiresAuthentication = false
        /// How long a failed AUTH waits for its answer, times the failures of the same address within an hour, ten of
        /// them at most, and one that could not be looked into; one second by default.
        public var authenticationDelay: Duration = .seconds(1)

        // MARK: Time

        /// How long the client must have waited for the greeting: who speaks before it is answered 554. None by default,
        /// which still finds those who speak at once.
        public var greetingDelay: Duration = .zero
        /// How long to wait for a command (RFC 5321 section 4.5.3.2.7), between two chunks of a message too; 5 minutes by
        /// default. Beyond it: 421.
        public var idleTimeout: Duration = .seconds(300)
        /// How long a command may take from its first byte; 60 seconds by default. Beyond it: 421.
        public var commandTimeout: Duration = .seconds(60)
        /// The bytes per second that a client must send of a message while the handler waits for it; 240 by default, at
        /// least 1. Below it: 421.
        public var minimumContentRate = 240
        /// How long a message may take before its rate counts; 60 seconds by default.
        public var contentGracePeriod: Duration = .seconds(60)
        /// How long a client may take nothing of what it is answered; 60 seconds by default.
        public var writeTimeout: Duration = .seconds(60)
        /// How long to read away, before closing, what a client still sends, so that it sees the last reply; 2 seconds
        /// by default.
        public var lingerTimeout: Duration = .seconds(2)
        /// How long messages in flight may take at a graceful shutdown before they are cancelled; 30 seconds by default.
        public var shutdownTimeout: Duration = .seconds(30)

        // MARK: The system

        /// The loops to serve on; the shared group, one loop per processor, by default.
        public var loops: LoopGroup?
        /// How to listen: backlog, IPv6, the permissions of a Unix domain socket.
        public var listening = Listener.Options()
        /// Sockets that listen already and are used instead of the address (see `InheritedDescriptors`); none by
        /// default.
        public var inheritedDescriptors: [Int32] = []
        /// The signals that begin a graceful shutdown; SIGINT and SIGTERM by default. Empty where something else, such
        /// as a service group, handles signals.
        public var shutdownSignals: [Signal] = [.interrupt, .terminate]
        /// Where to log; the task's current log by default.
        public var log: Log?

        /// The defaults.
        public init() {
            hostName = SystemHostName.current
        }

        /// Throws unless the settings fit each other.
        func check() throws(SMTPServerError) {
            guard tls != nil || !(isTLSImplicit || requiresTLS) else {
                throw .invalidConfiguration("TLS is asked for, and there is no context for it")
            }
            guard authenticator != nil || !requiresAuthentication else {
                throw .invalidConfiguration("authentication is required, and there is no authenticator")
            }
            guard limits.messageSize > 0 else {
                // It would be told to clients as if there were no limit (RFC 1870 section 4).
                throw .invalidConfiguration("messages may have no octets")
            }
            guard SystemHostName.isValid(hostName) else {
                throw .invalidConfiguration("'\(hostName)' is not the name of a host")
            }
        }
    }
}
