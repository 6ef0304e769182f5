internal import COpenSSL

/// What a client's TLS connections begin with: whom to trust, what to show, and the sessions that may be resumed.
///
/// One context serves any number of connections, on any loops.
public final class TLSClientContext: Sendable {
    /// What it was made with.
    public let configuration: TLSClientConfiguration
    private let object: TLSContextObject
    private let rules: TLSClientRules

    private static let shared = Result { () throws(TLSConfigurationError) in try TLSClientContext() }

    /// The context that is used where none is named: with the defaults.
    ///
    /// - Throws: `TLSConfigurationError` where the system has no trust roots.
    public static var `default`: TLSClientContext {
        get throws(TLSConfigurationError) { try shared.get() }
    }

    /// Makes a context. This reads the trust roots, which may wait for a disk.
    ///
    /// - Throws: `TLSConfigurationError` where there are no trust roots, the certificate cannot be used, or
    ///   `serverName` is none.
    public init(_ configuration: TLSClientConfiguration = TLSClientConfiguration()) throws(TLSConfigurationError) {
        self.configuration = configuration
        rules = TLSClientRules(configuration)
        object = unsafe try TLSContextObject(
            method: TLS_client_method(), minimumVersion: configuration.minimumVersion, rules: rules)
        let context = unsafe object.pointer
        if let name = configuration.serverName { _ = try TLSPeerName(name) }
        if configuration.verifiesPeer { try unsafe configuration.trustRoots.use(in: context) }
        try unsafe configuration.identity?.use(in: context)
        unsafe SSL_CTX_set_verify_depth(context, Int32(clamping: max(configuration.maximumIntermediates, 0)))
        rules.install(in: object)
    }

    /// OpenSSL's object for a new connection, on the client's side.
    ///
    /// - Parameters:
    ///   - serverName: The server's name or address, which its certificate must be for.
    ///   - port: Its port, which tells servers of one name apart when sessions are resumed.
    ///   - applicationProtocols: The protocols to offer (RFC 7301), the preferred first.
    /// - Returns: The object, ready for its handshake.
    /// - Throws: `TLSConfigurationError` where the name is none, or a protocol has none.
    func makeObject(
        serverName: String, port: UInt16, applicationProtocols: [String]
    ) throws(TLSConfigurationError) -> TLSConnectionObject {
        let name = try TLSPeerName(configuration.serverName ?? serverName)
        let protocols = try TLSApplicationProtocols(applicationProtocols)
        let connection = try TLSConnectionObject(object)
        let ssl = unsafe connection.pointer
        unsafe SSL_set_connect_state(ssl)
        guard unsafe name.use(in: ssl, verifies: configuration.verifiesPeer) else { throw .openSSL() }
        if !protocols.names.isEmpty {
            // This one returns 0 when it has done it.
            let isDone = unsafe protocols.encoded.withUnsafeBufferPointer { bytes in
                unsafe SSL_set_alpn_protos(ssl, bytes.baseAddress, UInt32(clamping: bytes.count)) == 0
            }
            guard isDone else { throw .openSSL() }
        }
        guard unsafe rules.begin(ssl, with: TLSSessionPeer(name: name.description, port: port)) else {
            throw .openSSL()
        }
        return connection
    }

    /// A session for a new connection, on the client's side: see `makeObject`.
    package func makeSession(
        serverName: String, port: UInt16, applicationProtocols: [String]
    ) throws(TLSConfigurationError) -> TLSSession {
        let object = try makeObject(serverName: serverName, port: port, applicationProtocols: applicationProtocols)
        return unsafe TLSSession(taking: object.take(), serverName: configuration.serverName ?? serverName)
    }
}
