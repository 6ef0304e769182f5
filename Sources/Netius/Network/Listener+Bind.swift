extension Listener {
    /// How to listen.
    public struct Options: Sendable {
        /// How many connections may wait to be accepted; 4096 by default, and no more than the system allows.
        public var backlog = 4096
        /// An IPv6 address leaves IPv4 alone; false by default: `::` listens for both.
        public var isIPv6Only = false
        /// Who may connect to a Unix domain socket, as the mode of its file; what the process's mask leaves by default.
        public var unixPermissions: UInt32?
        /// Whether other sockets of this process listen on the same port.
        package var sharing = PortSharing.none

        /// The defaults.
        public init() {}
    }

    /// How the listeners of several loops come to listen on one port.
    package enum PortSharing: Sendable {
        case none
        /// The first has the port alone while it binds, which finds out whether another process, sharing the port too,
        /// has it already; then it lets the others in.
        case first
        case another
    }

    /// Listens on an address.
    ///
    /// The file of a Unix domain socket that nobody listens on any more is replaced, and removed again when the
    /// listener is closed.
    ///
    /// - Throws: `SystemError`, whose code is `EADDRINUSE` when another listens there; `SocketAddressError`.
    public static func bind(
        _ address: SocketAddress, options: Options = Options(), on loop: EventLoop? = nil
    ) async throws -> Listener {
        let loop = try loop ?? LoopGroup.shared.next()
        if case .unix(let path) = address {
            let (descriptor, file) = try UnixSocketFile.bind(path, permissions: options.unixPermissions)
            return try await listen(descriptor, file: file, options: options, on: loop)
        }
        let descriptor = try Socket.open(for: address)
        do {
            Socket.setReuseAddress(descriptor)
            if case .ip(.v6, _) = address { Socket.setIPv6Only(descriptor, options.isIPv6Only) }
            if options.sharing == .another { Socket.setReusePort(descriptor) }
            try Socket.bind(descriptor, to: address)
        } catch {
            Descriptor.close(descriptor)
            throw error
        }
        return try await listen(descriptor, file: nil, options: options, on: loop)
    }

    /// Listens on a TCP port of a host, by name or address.
    ///
    /// - Parameters:
    ///   - host: `127.0.0.1` by default. Of a name with several addresses the first is taken.
    ///   - port: 0 lets the system choose one, which `address` then names.
    ///   - options: How to listen.
    ///   - loop: Where to accept; one of the shared group's by default.
    /// - Returns: The listener, which is to be closed.
    /// - Throws: What `bind(_:options:on:)` throws, and `ResolverError`.
    public static func bind(
        host: String = "127.0.0.1", port: UInt16, options: Options = Options(), on loop: EventLoop? = nil
    ) async throws -> Listener {
        let address = try await Resolver.shared.firstAddress(of: host)
        return try await bind(.ip(address, port: port), options: options, on: loop)
    }

    /// Takes over a socket that listens already, such as one of systemd's (see `InheritedDescriptors`).
    ///
    /// - Throws: `SystemError` when the descriptor is not a socket.
    public static func adopt(descriptor: Int32, on loop: EventLoop? = nil) async throws -> Listener {
        let loop = try loop ?? LoopGroup.shared.next()
        guard Socket.localAddress(of: descriptor) != nil else {
            throw SystemError(operation: "adopt descriptor \(descriptor)")
        }
        try Descriptor.prepare(descriptor)
        return try await make(descriptor: descriptor, on: loop)
    }

    private static func listen(
        _ descriptor: CInt, file: UnixSocketFile?, options: Options, on loop: EventLoop
    ) async throws -> Listener {
        do {
            if options.sharing == .first { Socket.setReusePort(descriptor) }
            try Socket.listen(descriptor, backlog: options.backlog)
        } catch {
            Descriptor.close(descriptor)
            throw error
        }
        return try await make(descriptor: descriptor, unixSocketFile: file, on: loop)
    }
}
