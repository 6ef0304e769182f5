/// Where a server listens.
package enum ServerPlace: Sendable {
    /// A TCP port of a host, by name or address.
    case host(String, port: UInt16)
    /// An address, which may be that of a Unix domain socket.
    case address(SocketAddress)

    /// Listens with the loops of a group: on the sockets that listen already, where there are any, instead of here.
    ///
    /// - Throws: `SystemError`; `ResolverError`.
    package func listen(
        with group: LoopGroup, _ options: Listener.Options, inherited descriptors: [Int32]
    ) async throws -> [Listener] {
        guard descriptors.isEmpty else {
            var listeners: [Listener] = []
            for (index, descriptor) in descriptors.enumerated() {
                let loop = group.loops[index % group.loops.count]
                listeners.append(try await Listener.adopt(descriptor: descriptor, on: loop))
            }
            return listeners
        }
        let address: SocketAddress
        switch self {
        case .address(let given): address = given
        case .host(let host, let port): address = .ip(try await Resolver.shared.firstAddress(of: host), port: port)
        }
        return try await group.listen(on: address, options: options)
    }
}
