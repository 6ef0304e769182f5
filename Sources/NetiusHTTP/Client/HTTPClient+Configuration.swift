public import Netius

extension HTTPClient {
    /// How a client connects, what it keeps, how long it waits and what it does of itself. `Docs/Configuration.md` lists
    /// all of it.
    public struct Configuration: Sendable {
        /// The loops to connect on; the shared group, one loop per processor, by default.
        public var loops: LoopGroup?
        /// The sizes that a message of HTTP/1 may have. For HTTP/2 those of content and of interim responses hold.
        public var limits = HTTP1Limits()
        /// When HTTP/2 is spoken; where a server of `https` chooses it, by default.
        public var http2 = HTTP2Policy.automatic
        /// The budgets of an HTTP/2 connection. Of `concurrentStreams`, at least 1, there are as many requests at a time on
        /// one, if the server allows that many; further ones wait. What is kept of responses that nobody reads is bounded
        /// by the window of each: in all by `concurrentStreams` times `maximumStreamWindow`, which is 100 MiB.
        public var http2Limits = HTTP2Limits()

        // Connections.

        /// The connections there may be to one origin, on each loop; 64 by default, at least 1. Further requests wait.
        public var maximumConnectionsPerOrigin = 64
        /// The idle connections that each loop keeps, of all origins; 256 by default. Beyond it the one that was idle
        /// longest is closed.
        public var maximumIdleConnections = 256
        /// The requests that may wait for a connection on each loop; 1,024 by default. One more fails at once.
        public var maximumWaiters = 1024
        /// How long a connection is kept without a request; 60 seconds by default, less where the server says so.
        public var idleTimeout: Duration = .seconds(60)
        /// How many requests a connection serves; any number by default.
        public var maximumUses: Int?
        /// How old a connection may be when it is used again; any age by default.
        public var maximumAge: Duration?
        /// Addresses for names of hosts, in lower case, which are then not looked up. A name with a colon and a port counts
        /// before the name alone, for that port.
        public var addresses: [String: [IPAddress]] = [:]
        /// Who looks up the other names.
        public var resolver = Resolver.shared
        /// The address of this machine to connect from; the system's choice by default.
        public var localAddress: IPAddress?
        /// The path of a Unix domain socket to connect to, whatever the URL's host and port; none by default.
        public var socketPath: String?
        /// Whom to trust in `https`; the system's authorities by default.
        public var tls: TLSClientContext?
        /// Which requests go by way of a proxy; none by default.
        public var proxies = HTTPProxyConfiguration.none

        // Times.

        /// How long connecting may take, with the look-up of the name; 10 seconds by default.
        public var connectTimeout: Duration = .seconds(10)
        /// How long a TLS handshake may take; 10 seconds by default.
        public var tlsTimeout: Duration = .seconds(10)
        /// How long a request may wait for a connection; 10 seconds by default. While the first to an origin is being made,
        /// which others may share, `connectTimeout` and `tlsTimeout` more.
        public var poolTimeout: Duration = .seconds(10)
        /// How long the server may take none of a request; 60 seconds by default.
        public var writeTimeout: Duration = .seconds(60)
        /// How long the server may take to begin its response once it has the request; 60 seconds by default.
        public var firstByteTimeout: Duration = .seconds(60)
        /// How long the server may pause within its response; 60 seconds by default.
        public var readTimeout: Duration = .seconds(60)
        /// How long nothing may arrive on an HTTP/2 connection with requests under way before the server is asked whether
        /// it is still there (PING, RFC 9113 section 6.7); 30 seconds by default, nil for never. It is asked too when a
        /// request has waited too long. At least 10 milliseconds.
        public var http2PingInterval: Duration? = .seconds(30)
        /// How long the server may take to answer that. Then the connection is closed and its requests fail; 15 seconds by
        /// default.
        public var http2PingTimeout: Duration = .seconds(15)
        /// How long a request may take in all, with redirects and until its response has been read; any time by
        /// default.
        public var requestTimeout: Duration?

        // Messages.

        /// Which redirects are followed; 10 in a row by default.
        public var redirects = HTTPRedirectPolicy.follow()
        /// Where cookies are kept and taken from; nil, the default, for no cookies.
        public var cookies: HTTPCookieJar?
        /// What each origin (`HTTPURL.origin`) is told of the user; nothing by default. A request with an Authorization
        /// field, or a URL with a user, has its own.
        public var credentials: [HTTPOrigin: HTTPCredentials] = [:]
        /// What User-Agent says where a request has none; `netius` by default, nil for no such field.
        public var userAgent: String? = "netius"
        /// Whether content that the server compresses (gzip, deflate) is asked for and decoded; true by default.
        public var decodesContent = true
        /// How many times larger decoding may make content, once it is beyond 1 MiB; 1,032 by default, which is as much
        /// as the format can do.
        public var maximumDecodingRatio = 1032
        /// The size of a request's content from which on the server is asked before it is sent (`Expect:
        /// 100-continue`, RFC 9110 section 10.1.1); 1 MiB by default, nil for never. A request that has the field itself
        /// asks in any case; content of a size that is not known is sent without.
        public var continueThreshold: Int? = 1024 * 1024
        /// How long to wait for the server's word before the content is sent anyway; 1 second by default.
        public var continueTimeout: Duration = .seconds(1)
        /// The bytes of a response left unread that are discarded to keep the connection, if they have arrived; 64 KiB
        /// by default.
        public var maximumDiscardedBody = 64 * 1024
        /// Who is told how requests proceed; nobody by default.
        public var observer: HTTPClientObserver?

        /// The defaults.
        public init() {}
    }
}
