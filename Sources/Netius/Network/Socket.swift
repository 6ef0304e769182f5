internal import CNetius

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The system's calls on sockets, each with its pointers kept inside.
///
/// Unsafe code: every pointer given to the system is to memory that outlives the call, with its true length.
enum Socket {
    /// Opens a non-blocking socket of the address's family, closed on exec.
    static func open(for address: SocketAddress, datagram: Bool = false) throws -> CInt {
        #if canImport(Darwin)
            let type = datagram ? SOCK_DGRAM : SOCK_STREAM
        #else
            let type = CInt((datagram ? SOCK_DGRAM : SOCK_STREAM).rawValue)
        #endif
        let descriptor = netius_socket(address.family, type, 0)
        guard descriptor >= 0 else { throw SystemError(operation: "socket") }
        return descriptor
    }

    static func bind(_ descriptor: CInt, to address: SocketAddress) throws {
        let code = try unsafe address.withSockaddr { pointer, length in
            unsafe systemBind(descriptor, pointer, length) == 0 ? 0 : errno
        }
        guard code == 0 else { throw SystemError(operation: "bind \(address)", code: code) }
    }

    static func listen(_ descriptor: CInt, backlog: Int) throws {
        guard systemListen(descriptor, CInt(clamping: backlog)) == 0 else { throw SystemError(operation: "listen") }
    }

    /// Begins to connect; true when that is already done.
    static func connect(_ descriptor: CInt, to address: SocketAddress) throws -> Bool {
        let code = try unsafe address.withSockaddr { pointer, length in
            unsafe systemConnect(descriptor, pointer, length) == 0 ? 0 : errno
        }
        switch code {
        case 0: return true
        // A signal interrupts the call, not the connecting.
        case EINPROGRESS, EINTR: return false
        default: throw SystemError(operation: "connect \(address)", code: code)
        }
    }

    /// The error that the socket has met since it was last asked, 0 for none.
    static func pendingError(of descriptor: CInt) -> CInt {
        var code: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 else { return errno }
        return code
    }

    /// The next connection that waits, and where it comes from; nil when none does.
    static func accept(_ listener: CInt) throws -> (descriptor: CInt, peer: SocketAddress)? {
        while true {
            var storage = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let descriptor = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    unsafe netius_accept(listener, address, &length)
                }
            }
            if descriptor >= 0 {
                return (descriptor, SocketAddress(storage, length: length) ?? .unix(path: ""))
            }
            switch errno {
            case EAGAIN, EWOULDBLOCK: return nil
            // The connection went before it was accepted; accept(2) reports its errors too, on Linux.
            case EINTR, ECONNABORTED, ENETDOWN, EPROTO, ENOPROTOOPT, EHOSTDOWN, EHOSTUNREACH, EOPNOTSUPP, ENETUNREACH:
                continue
            default: throw SystemError(operation: "accept")
            }
        }
    }

    static func localAddress(of descriptor: CInt) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let code = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe getsockname(descriptor, address, &length)
            }
        }
        return code == 0 ? SocketAddress(storage, length: length) : nil
    }

    static func send(_ bytes: UnsafeRawBufferPointer, to descriptor: CInt) -> Int {
        retryingOnInterrupt { unsafe systemSend(descriptor, bytes.baseAddress, bytes.count, noSignal) }
    }

    /// Sends two runs of bytes in one call.
    static func send(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, to descriptor: CInt) -> Int {
        var vectors = unsafe (
            iovec(iov_base: UnsafeMutableRawPointer(mutating: first.baseAddress), iov_len: first.count),
            iovec(iov_base: UnsafeMutableRawPointer(mutating: second.baseAddress), iov_len: second.count)
        )
        return unsafe withUnsafeMutablePointer(to: &vectors) { pointer in
            unsafe pointer.withMemoryRebound(to: iovec.self, capacity: 2) { vectors in
                var message = unsafe msghdr()
                unsafe message.msg_iov = vectors
                unsafe message.msg_iovlen = 2
                return retryingOnInterrupt { unsafe sendmsg(descriptor, &message, noSignal) }
            }
        }
    }

    /// Writing to a connection that the peer has closed is an error, not a signal.
    static var noSignal: CInt {
        #if canImport(Darwin)
            0
        #else
            CInt(MSG_NOSIGNAL)
        #endif
    }
}

/// Calls again what a signal interrupted.
@inline(__always)
func retryingOnInterrupt(_ call: () -> Int) -> Int {
    while true {
        let result = call()
        if result >= 0 || errno != EINTR { return result }
    }
}

// The C functions, under names that the methods above do not hide.
private let systemBind = unsafe bind
private let systemListen = listen
private let systemConnect = unsafe connect
private let systemSend = unsafe send
