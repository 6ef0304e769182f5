public import Netius

extension DNSClient {
    /// Whom a client asks, how patiently, and what it remembers.
    ///
    /// What is nil here is as the resolver's file has it or, without one, as the documentation says.
    public struct Configuration: Sendable {
        // Whom to ask.

        /// The name servers, which have to resolve names for anybody below the root ("recursive"). Where there are none,
        /// those of `resolverFile`; without that too, 127.0.0.1.
        public var servers: [SocketAddress]
        /// A file in the form of `/etc/resolv.conf`, read again when it changes; nil for none.
        public var resolverFile: String?
        /// A file in the form of `/etc/hosts`, read again when it changes; nil for none. A file of more than 4 MiB is not
        /// read, neither this nor the other.
        public var hostsFile: String?
        /// Addresses of hosts, in lower case without a dot at the end, which count before those of `hostsFile`.
        public var hosts: [String: [IPAddress]] = [:]
        /// Where a host with few dots is looked for first (`search`); none by default.
        public var searchDomains: [String]?
        /// How many dots a host needs so that `searchDomains` are left alone (`ndots`); 1 by default.
        public var minimumDots: Int?

        // How.

        /// How long one server may take each time it is asked (`timeout`), over UDP and, where needed, TCP; 5 seconds by
        /// default.
        public var timeout: Duration?
        /// How often all servers are asked, one after the other (`attempts`); 2 by default.
        public var attempts: Int?
        /// How long a question may take in all, however many servers, attempts and aliases there are, and with the time
        /// that it waits for others; 30 seconds by default.
        public var totalTimeout: Duration = .seconds(30)
        /// Whether each question begins with another server (`rotate`); false by default.
        public var rotatesServers: Bool?
        /// Whether to ask over TCP alone (`use-vc`); false by default: TCP is used where an answer does not fit into a
        /// packet, or packets cannot be trusted.
        public var usesTCP: Bool?
        /// Whether the letters of a question are mixed at random over UDP, which makes answers harder to forge; true by
        /// default. A server that does not repeat them is asked over TCP, and only where it does not answer there without
        /// mixing: false spares the time.
        public var mixesCase = true
        /// The longest answer over UDP that is asked for (EDNS); 1,232 octets by default, which no network cuts in pieces.
        /// At least 512.
        public var payloadSize: UInt16 = 1232
        /// How many packets may come that are no answer to the question, before it is asked over TCP instead; 16 by
        /// default.
        public var maximumWrongAnswers = 16
        /// How many aliases may follow one another; 16 by default.
        public var maximumAliases = 16
        /// How many questions may be under way at a time; 1,024 by default, and at least one. The same question by several
        /// tasks counts once, and is asked once.
        public var maximumQuestions = 1024
        /// How many more may wait for their turn; 4,096 by default. Further ones fail.
        public var maximumWaitingQuestions = 4096

        // What is remembered.

        /// The shortest that an answer is remembered, whatever it says; no time by default.
        public var minimumTimeToLive: Duration = .zero
        /// The longest that an answer is remembered; a day by default.
        public var maximumTimeToLive: Duration = .seconds(86_400)
        /// The longest that it is remembered that there is no name, or no record (RFC 2308); an hour by default.
        public var maximumNegativeTimeToLive: Duration = .seconds(3600)
        /// How many answers are remembered; 10,000 by default, 0 for none.
        public var maximumCacheEntries = 10_000
        /// How many octets they may take, roughly; 4 MiB by default.
        public var maximumCacheSize = 4 * 1024 * 1024

        /// Asks these servers, and reads no files.
        public init(servers: [SocketAddress]) {
            self.servers = servers
        }
    }
}
