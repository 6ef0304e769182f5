internal import CNetius
internal import COpenSSL

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The socket as OpenSSL sees it: the source and the sink of protected bytes (a "BIO").
@safe
final class TLSSocket {
    private let pollable: Pollable
    /// Where protected bytes are collected. The loop's: empty between two calls of a transport's.
    let output: OutputBuffer
    /// The peer's side of the connection has ended.
    private(set) var isAtEnd = false
    /// A read found nothing for now; the session clears it before it asks.
    var isEmpty = false
    /// OpenSSL has made something.
    private(set) var hasSent = false
    /// What the system said.
    private(set) var failure: SystemError?
    /// Whether the kernel encrypts what is sent; OpenSSL then gives away only what is not the application's data, and
    /// not yet encrypted.
    var isSentByKernel = false
    /// What the next record is that the kernel is to encrypt.
    private var recordType: CInt = 0
    /// The kernel had no room for that.
    private var isFull = false

    init(_ pollable: Pollable, output: OutputBuffer) {
        self.pollable = pollable
        self.output = output
    }

    /// Reads once what the socket has: a count, 0 at the end, or -1 for nothing now.
    fileprivate func receive(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        isEmpty = true
        guard !pollable.isClosed, failure == nil, pollable.isReadable, pollable.mayCall(reading: true) else {
            return -1
        }
        let received = retryingOnInterrupt { unsafe recv(pollable.descriptor, bytes, count, 0) }
        if received > 0 {
            isEmpty = false
            // As in a plain transport: a short read has emptied the socket.
            if received < count, !pollable.isHungUp { pollable.isReadable = false }
        } else if received == 0 {
            isAtEnd = true
        } else if errno == EAGAIN || errno == EWOULDBLOCK {
            pollable.isReadable = false
        } else {
            failure = SystemError(operation: "read")
            return 0
        }
        return received
    }

    /// What was read held nothing for the reader, and took much time.
    func countEmptyBuffer() {
        _ = pollable.mayCall(reading: true, weight: 16)
    }

    /// Takes what OpenSSL has made: how many bytes, or -1 for no room now, or nothing more ever.
    fileprivate func send(_ bytes: UnsafePointer<CChar>?, _ count: Int) -> Int {
        hasSent = true
        guard isSentByKernel else {
            unsafe output.append(UnsafeRawBufferPointer(start: bytes, count: count))
            return count
        }
        // After the handshake there is nothing else that it says of itself.
        guard recordType == SSL3_RT_ALERT, !pollable.isClosed else { return -1 }
        let sent = retryingOnInterrupt {
            unsafe netius_kernel_tls_send(pollable.descriptor, UInt8(SSL3_RT_ALERT), bytes, UInt(count))
        }
        isFull = sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)
        return sent
    }

    // MARK: The BIO

    /// A BIO for the socket, nil where there is no memory.
    ///
    /// Unretained: the session owns the socket and the BIO, and OpenSSL uses the one only in calls on the other.
    func makeBIO() -> OpaquePointer? {
        guard let method = unsafe Self.method.pointer, let bio = unsafe BIO_new(method) else { return nil }
        unsafe BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
        unsafe BIO_set_init(bio, 1)
        return unsafe bio
    }

    /// One of OpenSSL's own, for the handshake, that writes to the socket itself and can give the kernel its keys.
    func makeDirectBIO() -> OpaquePointer? {
        unsafe BIO_new_socket(pollable.descriptor, BIO_NOCLOSE)
    }

    /// The table of the BIO's functions; made once and kept.
    // @unchecked: OpenSSL only reads it.
    @safe
    private struct Method: @unchecked Sendable {
        let pointer: OpaquePointer?
    }

    private static let method: Method = {
        let method = unsafe BIO_meth_new(netius_bio_type(), "netius")
        unsafe BIO_meth_set_read(method) { bio, bytes, count in
            guard let bio = unsafe bio, let socket = unsafe TLSSocket.of(bio) else { return 0 }
            unsafe netius_bio_clear_retry(bio)
            let received = unsafe socket.receive(bytes, Int(count))
            if received < 0 { unsafe netius_bio_retry_read(bio) }
            return CInt(clamping: received)
        }
        unsafe BIO_meth_set_write(method) { bio, bytes, count in
            guard let bio = unsafe bio, let socket = unsafe TLSSocket.of(bio) else { return 0 }
            let sent = unsafe socket.send(bytes, Int(count))
            if sent < 0, socket.isFull { unsafe netius_bio_retry_write(bio) }
            return CInt(clamping: sent)
        }
        unsafe BIO_meth_set_ctrl(method) { bio, command, number, _ in
            guard let bio = unsafe bio, let socket = unsafe TLSSocket.of(bio) else { return 0 }
            switch command {
            case BIO_CTRL_FLUSH: return 1
            case BIO_CTRL_EOF: return socket.isAtEnd ? 1 : 0
            case BIO_CTRL_GET_KTLS_SEND: return socket.isSentByKernel ? 1 : 0
            case CInt(NETIUS_BIO_SET_RECORD_TYPE):
                socket.recordType = CInt(truncatingIfNeeded: number)
                return 0
            default: return 0
            }
        }
        return unsafe Method(pointer: method)
    }()

    private static func of(_ bio: OpaquePointer) -> TLSSocket? {
        guard let data = unsafe BIO_get_data(bio) else { return nil }
        return unsafe Unmanaged<TLSSocket>.fromOpaque(data).takeUnretainedValue()
    }
}
