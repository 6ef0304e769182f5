#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A connection that was accepted and belongs to no loop yet.
package struct AcceptedSocket: Sendable {
    let descriptor: CInt
    package let peer: SocketAddress

    /// Puts the connection on `loop`, whose thread must be the calling one. The socket is closed when this throws.
    package func makeTransport(on loop: EventLoop) throws -> Transport {
        if peer.ipAddress != nil { Socket.setNoDelay(descriptor) }
        return try Transport(descriptor: descriptor, peer: peer, on: loop)
    }

    /// Puts the connection on `loop`, protected from its beginning where there is a context for that: the handshake is
    /// to come next, and then calls for `endHandshake(from:)`.
    ///
    /// - Returns: Nil, with the socket closed, where as many handshakes are under way as the context allows.
    package func makeTransport(on loop: EventLoop, protectedBy tls: TLSServerContext?) throws -> Transport? {
        let transport = try makeTransport(on: loop)
        guard let tls else { return transport }
        guard tls.beginHandshake(from: peer) else {
            transport.close()
            return nil
        }
        do {
            try transport.startTLS(tls.makeSession())
            return transport
        } catch {
            tls.endHandshake(from: peer)
            transport.close()
            throw error
        }
    }

    /// Closes the connection that nobody is going to serve, with a last word.
    package func close(sending bytes: [UInt8] = []) {
        if !bytes.isEmpty {
            _ = unsafe bytes.withUnsafeBytes { unsafe Socket.send($0, to: descriptor) }
            _ = shutdown(descriptor, CInt(SHUT_WR))
            // To close with something unread would reset the connection, and the word be lost.
            var unread = [UInt8](repeating: 0, count: 4096)
            _ = unsafe recv(descriptor, &unread, unread.count, 0)
        }
        Descriptor.close(descriptor)
    }
}

extension SystemError {
    /// The process or the system is out of descriptors or memory: a matter of waiting.
    var isShortage: Bool {
        [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code)
    }
}
