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
    /// What the system said.
    private(set) var failure: SystemError?

    init(_ pollable: Pollable, output: OutputBuffer) {
        self.pollable = pollable
        self.output = output
    }

    /// Reads once what the socket has: a count, 0 at the end, or -1 for nothing now.
    fileprivate func receive(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        guard !pollable.isClosed, failure == nil, pollable.isReadable, pollable.mayCall(reading: true) else {
            return -1
        }
        let received = retryingOnInterrupt { unsafe recv(pollable.descriptor, bytes, count, 0) }
        if received > 0 {
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

    /// One of OpenSSL's own, that writes to the socket itself: what the kernel is to encrypt must not be collected.
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
            unsafe socket.output.append(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
            return count
        }
        unsafe BIO_meth_set_ctrl(method) { bio, command, _, _ in
            switch command {
            case CInt(BIO_CTRL_FLUSH): return 1
            case CInt(BIO_CTRL_EOF):
                guard let bio = unsafe bio, let socket = unsafe TLSSocket.of(bio) else { return 1 }
                return socket.isAtEnd ? 1 : 0
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
