/// How many connections a server has, in all and of each host, whichever loops they are on. The addresses that an IPv6
/// host may choose from count as one.
package final class ConnectionCounts: Sendable {
    private struct Counts {
        var all = 0
        var byHost: [IPAddress: Int] = [:]
    }

    private let maximum: Int
    private let maximumPerAddress: Int
    private let counts = Guarded(Counts())

    package init(maximum: Int, maximumPerAddress: Int) {
        self.maximum = maximum
        self.maximumPerAddress = maximumPerAddress
    }

    /// Counts a connection; false, and nothing is counted, if that would be too many.
    package func add(_ peer: SocketAddress) -> Bool {
        let host = peer.ipAddress?.host
        return counts.withLock { counts in
            guard counts.all < maximum else { return false }
            if let host {
                let count = counts.byHost[host, default: 0]
                guard count < maximumPerAddress else { return false }
                counts.byHost[host] = count + 1
            }
            counts.all += 1
            return true
        }
    }

    package func remove(_ peer: SocketAddress) {
        let host = peer.ipAddress?.host
        counts.withLock { counts in
            counts.all -= 1
            guard let host, let count = counts.byHost[host] else { return }
            counts.byHost[host] = count > 1 ? count - 1 : nil
        }
    }
}
