internal import COpenSSL

/// What a server's TLS connections begin with: certificates, and what is asked of clients.
///
/// It may be reloaded while it is used. What has begun goes on with what there was when it began.
///
/// ```swift
/// var configuration = HTTPServer.Configuration()
/// configuration.tls = try TLSServerContext(identity: TLSIdentity(certificateFile: "hive.crt", keyFile: "hive.key"))
/// ```
public final class TLSServerContext: Sendable {
    /// What it was made with.
    public let configuration: TLSServerConfiguration
    private let state: TLSServerContextState
    private let offer: TLSServerOffer

    /// Makes a context with one certificate, and the defaults for all else.
    ///
    /// - Throws: `TLSConfigurationError`, as `init(_:)`.
    public convenience init(identity: TLSIdentity) throws(TLSConfigurationError) {
        try self.init(TLSServerConfiguration(identity: identity))
    }

    /// Makes a context. This reads files, which may wait for a disk.
    ///
    /// - Throws: `TLSConfigurationError` where there is no certificate, one has expired or is not valid yet, a name is
    ///   none, or a file cannot be read.
    public convenience init(_ configuration: TLSServerConfiguration) throws(TLSConfigurationError) {
        try self.init(configuration, now: { .now })
    }

    /// The same, with another clock for the keys of tickets to grow old by.
    init(
        _ configuration: TLSServerConfiguration, now: @escaping @Sendable () -> MonotonicTime
    ) throws(TLSConfigurationError) {
        self.configuration = configuration
        state = try TLSServerContextState(configuration, now: now)
        // What is wrong with the configuration is told now, and not to the first client.
        offer = try state.offer(configuration.applicationProtocols)
    }

    private init(_ context: TLSServerContext, _ offer: TLSServerOffer) {
        configuration = context.configuration
        state = context.state
        self.offer = offer
    }

    /// The same context, reloaded with it, for a server that speaks these protocols (RFC 7301). With many names this
    /// takes a while: on a loop, do it in a `BlockingPool`.
    ///
    /// - Throws: `TLSConfigurationError` where a protocol has no name, or one that is too long.
    package func offering(_ applicationProtocols: [String]) throws(TLSConfigurationError) -> TLSServerContext {
        TLSServerContext(self, try state.offer(applicationProtocols))
    }

    /// Reads the files again, for the connections that begin from now on. This may wait for a disk: on a loop, do it in a
    /// `BlockingPool`. The keys of tickets stay, so that clients may resume their sessions.
    ///
    /// - Throws: `TLSConfigurationError`, as `init(_:)`, and everything stays as it was.
    public func reload() throws(TLSConfigurationError) {
        try state.reload()
    }

    /// The certificates that end soon, those in the chains included, and how many whole days are left of each.
    ///
    /// - Parameters:
    ///   - days: What is soon: fewer days than this; 14 by default.
    ///   - now: The present.
    /// - Returns: Them, each once; 0 days are left of those that have ended.
    public func certificatesExpiring(
        withinDays days: Int = 14, of now: Timestamp = .now
    ) -> [(certificate: TLSCertificate, daysLeft: Int)] {
        state.material.expiring(withinDays: days, of: now)
    }

    /// What the system knew of the files before they were read; nil where that is not known to be so any more.
    var files: TLSFileStatuses? { state.material.files }

    // MARK: Handshakes

    /// How long a handshake may take.
    package var handshakeTimeout: Duration { configuration.handshakeTimeout }
    /// The handshakes there may be at a time.
    package var maximumHandshakes: Int { state.handshakes.maximum }
    /// The handshakes there may be at a time with one address.
    package var maximumHandshakesPerAddress: Int { state.handshakes.maximumPerAddress }
    /// The application protocols that there are contexts for, of this one and of others that are reloaded with it.
    var offeredProtocols: [[String]] { state.offeredProtocols }

    /// Counts a handshake that begins, and calls for `endHandshake(from:)`; false when there are as many as may be, in
    /// all or of the peer's address.
    package func beginHandshake(from peer: SocketAddress) -> Bool { state.handshakes.begin(from: peer.ipAddress) }

    /// Counts a handshake that has ended, however it has.
    package func endHandshake(from peer: SocketAddress) { state.handshakes.end(from: peer.ipAddress) }

    /// OpenSSL's object for a new connection, on the server's side.
    func makeObject() throws(TLSConfigurationError) -> TLSConnectionObject {
        let object = try TLSConnectionObject(offer.object)
        unsafe SSL_set_accept_state(object.pointer)
        return object
    }

    /// A session for a new connection, on the server's side.
    package func makeSession() throws(TLSConfigurationError) -> TLSSession {
        unsafe TLSSession(taking: try makeObject().take())
    }
}
