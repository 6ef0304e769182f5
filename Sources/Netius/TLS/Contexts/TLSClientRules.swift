internal import COpenSSL

/// What a client's handshakes go by, and the sessions that came of them.
final class TLSClientRules: Sendable {
    private typealias Sessions = TLSSessionTable<TLSResumableSession>

    /// Whom a connection is with: what its sessions are kept under.
    private final class Peer: Sendable {
        let peer: TLSSessionPeer

        init(_ peer: TLSSessionPeer) {
            self.peer = peer
        }
    }

    private let verifiesChain: Bool
    private let pins: [TLSPin]
    private let sessions: Guarded<Sessions>?

    init(_ configuration: TLSClientConfiguration) {
        verifiesChain = configuration.verifiesPeer
        pins = configuration.pins
        let maximum = configuration.maximumResumableServers
        sessions = maximum > 0 ? Guarded(Sessions(maximumPeers: maximum)) : nil
    }

    /// Makes the context's handshakes ask these rules. The context must keep them: see `TLSContextObject`.
    func install(in context: TLSContextObject) {
        let pointer = unsafe context.pointer
        let isVerifying = verifiesChain || !pins.isEmpty
        unsafe SSL_CTX_set_verify(pointer, isVerifying ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nil)
        // Unretained: the context holds these rules, and a session the context that it calls back for.
        let rules = unsafe Unmanaged.passUnretained(self).toOpaque()
        if !pins.isEmpty {
            unsafe SSL_CTX_set_cert_verify_callback(
                pointer,
                { store, rules in
                    guard let store = unsafe store, let rules = unsafe rules else { return 0 }
                    let this = unsafe Unmanaged<TLSClientRules>.fromOpaque(rules).takeUnretainedValue()
                    return unsafe this.verify(store) ? 1 : 0
                }, rules)
        }
        guard sessions != nil else {
            _ = unsafe netius_ssl_ctx_set_session_cache_mode(pointer, Int(SSL_SESS_CACHE_OFF))
            return
        }
        _ = unsafe netius_ssl_ctx_set_session_cache_mode(
            pointer, Int(SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL))
        unsafe SSL_CTX_sess_set_new_cb(pointer) { ssl, session in
            guard let ssl = unsafe ssl, let session = unsafe session,
                let rules = unsafe TLSExtraData.object(ofContextOf: ssl, as: TLSClientRules.self)
            else { return 0 }
            unsafe rules.keep(session, of: ssl)
            // OpenSSL's reference stays OpenSSL's.
            return 0
        }
    }

    // MARK: Verification

    /// The pins are looked at within the handshake, before anything of this side's own is sent.
    private func verify(_ store: OpaquePointer) -> Bool {
        if verifiesChain, unsafe X509_verify_cert(store) != 1 { return false }
        if let leaf = unsafe X509_STORE_CTX_get0_cert(store),
            let certificate = unsafe TLSCertificate(leaf),
            pins.contains(where: { $0.matches(certificate) })
        {
            unsafe X509_STORE_CTX_set_error(store, X509_V_OK)
            return true
        }
        unsafe X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION)
        return false
    }

    // MARK: Sessions

    /// Readies a connection: it resumes a session, where there is one, and its own will be kept. False where there is no
    /// memory.
    func begin(_ ssl: OpaquePointer, with peer: TLSSessionPeer) -> Bool {
        guard let sessions else { return true }
        guard unsafe TLSExtraData.keep(Peer(peer), inSession: ssl) else { return false }
        guard let session = sessions.withLock({ $0.take(peer) }) else { return true }
        // Without one the handshake is a full one, which does no harm.
        guard let copy = unsafe TLSResumableSession(copying: session.pointer) else { return true }
        return unsafe SSL_set_session(ssl, copy.pointer) == 1
    }

    /// The most bytes that a ticket may have to be kept: 8 KiB. A server may make it as large as 64 KiB, and thousands
    /// are kept.
    static let maximumTicketSize = 8 * 1024

    private func keep(_ session: OpaquePointer, of ssl: OpaquePointer) {
        var ticketSize = 0
        unsafe SSL_SESSION_get0_ticket(session, nil, &ticketSize)
        guard let sessions, unsafe SSL_SESSION_is_resumable(session) == 1, ticketSize <= Self.maximumTicketSize,
            let peer = unsafe TLSExtraData.object(of: ssl, as: Peer.self)?.peer,
            let resumable = unsafe TLSResumableSession(copying: session)
        else { return }
        let isUsedOnce = unsafe SSL_SESSION_get_protocol_version(session) == TLS1_3_VERSION
        sessions.withLock { $0.insert(resumable, for: peer, isUsedOnce: isUsedOnce) }
    }
}

/// A session of OpenSSL's (`SSL_SESSION`) that may be resumed.
///
/// It is a copy, which no connection has: a connection that breaks makes its own session useless, and may do so while
/// another thread looks at it.
// @unchecked: it is not changed any more once it is here.
@safe
private final class TLSResumableSession: @unchecked Sendable {
    // Safe: OpenSSL alone looks inside; this reference is given up with this object.
    let pointer: OpaquePointer

    /// Nil where there is no memory.
    init?(copying session: OpaquePointer) {
        guard let copy = unsafe SSL_SESSION_dup(session) else { return nil }
        unsafe pointer = copy
    }

    deinit {
        unsafe SSL_SESSION_free(pointer)
    }
}
