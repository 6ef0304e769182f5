/// How many connections a server has, in all and of each address, whichever loops they are on.
package final class ConnectionCounts: Sendable {
    private struct Counts {
        var all = 0
        var byAddress: [IPAddress: Int] = [:]
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
        counts.withLock { counts in
            guard counts.all < maximum else { return false }
            if let address = peer.ipAddress {
                let count = counts.byAddress[address, default: 0]
                guard count < maximumPerAddress else { return false }
                counts.byAddress[address] = count + 1
            }
            counts.all += 1
            return true
        }
    }

    package func remove(_ peer: SocketAddress) {
        counts.withLock { counts in
            counts.all -= 1
            guard let address = peer.ipAddress, let count = counts.byAddress[address] else { return }
            counts.byAddress[address] = count > 1 ? count - 1 : nil
        }
    }
}
