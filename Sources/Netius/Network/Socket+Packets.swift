#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension Socket {
    /// The next packet that waits, nil when none does. `buffer` is overwritten; a longer packet would be cut, so it
    /// must have room for 64 KiB, which no UDP packet reaches.
    static func receivePacket(
        _ descriptor: CInt, into buffer: UnsafeMutableRawBufferPointer
    ) throws -> Datagram.Packet? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let count = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                retryingOnInterrupt {
                    unsafe recvfrom(descriptor, buffer.baseAddress, buffer.count, 0, address, &length)
                }
            }
        }
        guard count >= 0 else {
            guard errno == EAGAIN || errno == EWOULDBLOCK else { throw SystemError(operation: "receive") }
            return nil
        }
        let sender = SocketAddress(storage, length: length) ?? .unix(path: "")
        return Datagram.Packet(bytes: unsafe [UInt8](buffer[..<count]), sender: sender)
    }

    /// Sends one packet; false when the system has no room for it now.
    static func sendPacket(_ bytes: [UInt8], to receiver: SocketAddress?, on descriptor: CInt) throws -> Bool {
        let count = try unsafe bytes.withUnsafeBytes { bytes in
            guard let receiver else { return unsafe send(bytes, to: descriptor) }
            return try unsafe receiver.withSockaddr { address, length in
                retryingOnInterrupt {
                    unsafe sendto(descriptor, bytes.baseAddress, bytes.count, noSignal, address, length)
                }
            }
        }
        guard count < 0 else { return true }
        guard errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS else { throw SystemError(operation: "send") }
        return false
    }
}
