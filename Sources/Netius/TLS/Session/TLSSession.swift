internal import COpenSSL

/// One end of a TLS connection: OpenSSL's state machine between the bytes of a protocol and those of a socket.
///
/// What arrives OpenSSL reads from the socket itself, into the buffer that it decrypts from. What it makes goes to the
/// loop's buffer for protected bytes, which the transport sends after the call: one system call for all the records of
/// a batch.
// @unchecked: used on the loop's thread alone, but for `information`, which never changes once the handshake is done.
@safe
package final class TLSSession: @unchecked Sendable {
    /// What a read came to.
    enum Received {
        case bytes(Int)
        case wouldBlock
        /// The peer has said that it sends no more.
        case end
        case failed(any Error)
    }

    /// How far a handshake has come.
    enum Handshake {
        case complete
        case wantsMore
        /// The socket has no room; only where the session writes to it itself.
        case wantsRoom
        case failed(any Error)
    }

    // Safe: OpenSSL's object, owned from here on and used on one thread; freed with this object.
    private let ssl: OpaquePointer
    /// Who the peer is to be, for a client.
    let serverName: String?
    /// What the object's callbacks use, kept for as long as they may be called.
    private let owner: AnyObject?
    /// Judges a handshake that OpenSSL has no more objections to.
    private let verify: (@Sendable (TLSInformation) throws(TLSError) -> Void)?

    /// Whether the system encrypts what is sent: the socket is then written to as one that is not protected.
    private(set) var isSentByKernel = false
    /// What the connection is; nil before the handshake is complete.
    package private(set) var information: TLSInformation?

    private var socket: TLSSocket?
    /// The alert that ends the connection was made.
    private var isClosed = false
    /// What the reads after the last bytes will come to.
    private var final: Received?
    /// Buffers of OpenSSL's in a row, of 16 KiB at the most, that had nothing for the reader in them.
    private var emptyBuffers = 0

    /// How many there may be, with tickets, new keys and alerts.
    private static let maximumEmptyBuffers = 32

    /// Takes over an object that is ready for its handshake.
    ///
    /// - Parameters:
    ///   - ssl: The object, which knows its context and its side.
    ///   - serverName: Whom a client expects, for what errors say.
    ///   - owner: What the callbacks of the object's context use.
    ///   - verify: Looks at the peer when the handshake is otherwise complete.
    init(
        taking ssl: OpaquePointer, serverName: String? = nil, owner: AnyObject? = nil,
        verify: (@Sendable (TLSInformation) throws(TLSError) -> Void)? = nil
    ) {
        unsafe self.ssl = ssl
        // Otherwise one call would go on for as long as a peer sends records that carry nothing.
        unsafe netius_ssl_clear_mode(ssl, Int(SSL_MODE_AUTO_RETRY))
        self.serverName = serverName
        self.owner = owner
        self.verify = verify
    }

    deinit {
        unsafe SSL_free(ssl)
    }

    /// Joins the session to its socket.
    func attach(to socket: TLSSocket) throws(TLSConfigurationError) {
        guard let bio = unsafe socket.makeBIO() else { throw TLSConfigurationError("OpenSSL has no memory") }
        self.socket = socket
        // One reference serves both directions.
        unsafe SSL_set_bio(ssl, bio, bio)
        guard KernelTLS.isAvailable, let direct = unsafe socket.makeDirectBIO() else { return }
        unsafe netius_ssl_allow_kernel(ssl)
        unsafe SSL_set0_wbio(ssl, direct)
    }

    // MARK: The handshake

    /// Goes on with the handshake as far as the bytes that have arrived allow.
    func handshake() -> Handshake {
        forgetErrors()
        let isFirst = socket?.hasSent != true
        let code = unsafe SSL_do_handshake(ssl)
        guard code != 1 else { return complete() }
        switch unsafe SSL_get_error(ssl, code) {
        case SSL_ERROR_WANT_READ: return .wantsMore
        case SSL_ERROR_WANT_WRITE: return .wantsRoom
        default:
            let failure = failure()
            // A peer that began with TLS speaks it, however badly.
            if case TLSError.notTLS = failure, !isFirst { return .failed(TLSError.malformed("wrong version number")) }
            return .failed(failure)
        }
    }

    private func complete() -> Handshake {
        let information = unsafe TLSInformation(ssl)
        do throws(TLSError) {
            try verify?(information)
        } catch {
            return .failed(error)
        }
        self.information = information
        if KernelTLS.isAvailable { settleSender() }
        return .complete
    }

    /// Whether the kernel knows the keys by now is known. Whatever OpenSSL still writes is the transport's to send, or
    /// the kernel's.
    private func settleSender() {
        let direct = unsafe SSL_get_wbio(ssl)
        guard let bio = unsafe SSL_get_rbio(ssl), unsafe bio != direct else { return }
        isSentByKernel = unsafe netius_bio_kernel_sends(direct) == 1
        socket?.isSentByKernel = isSentByKernel
        unsafe BIO_up_ref(bio)
        unsafe SSL_set0_wbio(ssl, bio)
    }

    // MARK: Bytes

    /// Decrypts what has arrived into `buffer`, reading from the socket where nothing has.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Received {
        if let final { return final }
        // OpenSSL would go on with the handshake by itself, and nobody would look at the peer.
        guard information != nil else { return .failed(ConnectionError.concurrentRead) }
        var total = 0
        while total < buffer.count {
            var count = 0
            forgetErrors()
            socket?.isEmpty = false
            let code = unsafe SSL_read_ex(
                ssl, buffer.baseAddress.map { unsafe $0 + total }, buffer.count - total, &count)
            if isSentByKernel, unsafe SSL_get_key_update_type(ssl) != SSL_KEY_UPDATE_NONE { return refuseKeys() }
            guard code == 1 else {
                if mayReadOn(after: code) { continue }
                let end = end(of: code)
                guard total > 0 else { return end }
                // What has come before is to be had first.
                if case .wouldBlock = end {} else { final = end }
                break
            }
            total += count
            emptyBuffers = 0
            guard unsafe SSL_has_pending(ssl) == 1 else { break }
        }
        return .bytes(total)
    }

    /// Whether what ended the call was that a buffer had nothing in it for the reader, and the next may.
    private func mayReadOn(after code: Int32) -> Bool {
        guard let socket, !socket.isEmpty, unsafe SSL_get_error(ssl, code) == SSL_ERROR_WANT_READ else { return false }
        emptyBuffers += 1
        // It has cost what many reads cost: after two of them others have their turn.
        socket.countEmptyBuffer()
        return emptyBuffers <= Self.maximumEmptyBuffers
    }

    private func end(of code: Int32) -> Received {
        switch unsafe SSL_get_error(ssl, code) {
        case SSL_ERROR_WANT_READ where emptyBuffers > Self.maximumEmptyBuffers:
            let end = Received.failed(TLSError.malformed("too many records that carry nothing"))
            final = end
            return end
        case SSL_ERROR_WANT_READ: return .wouldBlock
        case SSL_ERROR_ZERO_RETURN: return .end
        default:
            let end = Received.failed(failure())
            final = end
            return end
        }
    }

    /// Encrypts bytes, which become the loop's to send.
    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var done = 0
        while done < bytes.count {
            var count = 0
            forgetErrors()
            let code = unsafe SSL_write_ex(ssl, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done, &count)
            guard code == 1 else {
                // What a read has found wrong is why.
                if case .failed(let error)? = final { throw error }
                throw failure()
            }
            done += count
        }
    }

    /// The peer has asked for new keys, before which no more data may follow (RFC 8446 section 4.6.3), and the kernel
    /// has its keys for good. The end of the connection may follow.
    private func refuseKeys() -> Received {
        _ = close()
        let end = Received.failed(TLSError.keyUpdateRequested)
        final = end
        return end
    }

    /// Makes the alert that says that nothing follows; does nothing when it was made, or cannot be. False where the
    /// kernel has no room for it.
    func close() -> Bool {
        guard information != nil, !isClosed else { return true }
        forgetErrors()
        let code = unsafe SSL_shutdown(ssl)
        let reason = unsafe SSL_get_error(ssl, code)
        isClosed = code >= 0 || reason != SSL_ERROR_WANT_WRITE
        return isClosed
    }

    // MARK: Errors

    private func failure() -> any Error {
        if let error = socket?.failure { return error }
        return unsafe TLSError(of: ssl, serverName: serverName)
    }

    /// OpenSSL looks at the thread's errors to know how a call went.
    @inline(__always)
    private func forgetErrors() {
        if ERR_peek_error() != 0 { ERR_clear_error() }
    }
}
