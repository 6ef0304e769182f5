public import Netius

extension HTTPServer {
    /// How a server listens, what it accepts, and how long it waits. `Docs/Configuration.md` lists all of it.
    public struct Configuration: Sendable {
        /// The loops to serve on; the shared group, one loop per processor, by default.
        public var loops: LoopGroup?
        /// How to listen: backlog, IPv6, the permissions of a Unix domain socket.
        public var listening = Listener.Options()
        /// Sockets that listen already and are used instead of the address (see `InheritedDescriptors`); none by
        /// default.
        public var inheritedDescriptors: [Int32] = []
        /// The sizes that a message may have.
        public var limits = HTTP1Limits()
        /// What clients may speak, all on the same port; HTTP/1 and HTTP/2 by default. `serve`, which hands over
        /// connections, speaks HTTP/1 alone.
        public var protocols: HTTPProtocols = [.http1, .http2]
        /// How much of each thing is accepted on an HTTP/2 connection.
        public var http2 = HTTP2Limits()
        /// Whether HTTP/2 clients may ask for another protocol on a stream (extended CONNECT, RFC 8441), which a handler
        /// finds in `HTTPRequest.connectProtocol`; false by default.
        public var allowsExtendedConnect = false
        /// What connections are protected with: HTTP over TLS (RFC 9110 section 4.2.2); nothing by default.
        public var tls: TLSServerContext?
        /// Whether connections persist after a response (RFC 9112 section 9.3); true by default.
        public var keepsConnectionsAlive = true
        /// Whose connections are accepted, by the address of the socket; everybody's by default. Any other connection is
        /// closed at once, without an answer. Over a Unix domain socket everybody is let in who may open it.
        public var allowedNetworks: IPNetworkSet?
        /// The connections there may be at a time; 65,536 by default. One more is answered 503 and closed.
        public var maximumConnections = 65_536
        /// The connections there may be at a time of one address, or of one IPv6 network of 64 bits, which is what a host
        /// has; 16,384 by default. One more is answered 503.
        public var maximumConnectionsPerAddress = 16_384
        /// How long a head may take from its first byte, or, the first on a connection, from when it was accepted;
        /// 30 seconds by default. Beyond it: 408, or where nothing at all was sent, just a close.
        public var headTimeout: Duration = .seconds(30)
        /// How long a connection may be without a request; 60 seconds by default.
        public var idleTimeout: Duration = .seconds(60)
        /// The bytes per second that a client must send of a body while the handler waits for it; 240 by default, at
        /// least 1. Below it: 408.
        public var minimumBodyRate = 240
        /// How long a body may take before its rate counts; 5 seconds by default.
        public var bodyGracePeriod: Duration = .seconds(5)
        /// How long a client may take nothing of a response; 60 seconds by default.
        public var writeTimeout: Duration = .seconds(60)
        /// The bytes of a body left unread by its handler that are discarded to keep the connection; 64 KiB by default.
        public var maximumDiscardedBody = 64 * 1024
        /// How long to discard, before closing, what a client still sends; 2 seconds by default. Closing at once
        /// would reset the connection, and the client could lose the response.
        public var lingerTimeout: Duration = .seconds(2)
        /// Whether a client that ends its side of the connection after its request still wants the response; false by
        /// default: it has left, and its handler is cancelled.
        public var allowsHalfClosure = false
        /// How long requests in flight may take at a graceful shutdown before they are cancelled; 30 seconds by
        /// default.
        public var shutdownTimeout: Duration = .seconds(30)
        /// The signals that begin a graceful shutdown; SIGINT and SIGTERM by default. Empty where something else, such
        /// as a service group, handles signals.
        public var shutdownSignals: [Signal] = [.interrupt, .terminate]
        /// The log of requests; none by default.
        public var accessLog: HTTPAccessLog?
        /// Where to log; the task's current log by default.
        public var log: Log?

        /// The defaults.
        public init() {}
    }
}
