internal import Netius

/// Which servers have been silent lately: they are asked after the others.
final class DNSServerHealth: Sendable {
    /// How long a server is asked last after it has been silent.
    private static let memory: Duration = .seconds(30)

    private let silent = Guarded<[SocketAddress: MonotonicTime]>([:])

    /// The servers in the order in which they are asked, with each attempt.
    func order(_ servers: [SocketAddress], rotating: Bool, attempts: Int) -> [SocketAddress] {
        let start = rotating && !servers.isEmpty ? Int.random(in: servers.indices) : 0
        let turned = servers[start...] + servers[..<start]
        let silent = silent.withLock { silent in
            silent = silent.filter { $0.value > .now }
            return silent
        }
        let ordered = turned.filter { silent[$0] == nil } + turned.filter { silent[$0] != nil }
        return Array(repeatElement(ordered, count: max(attempts, 1)).joined())
    }

    func wasSilent(_ server: SocketAddress) {
        silent.withLock { $0[server] = .now + Self.memory }
    }

    func answered(_ server: SocketAddress) {
        silent.withLock { $0[server] = nil }
    }
}
