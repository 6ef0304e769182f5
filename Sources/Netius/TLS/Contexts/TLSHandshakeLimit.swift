/// How many handshakes are under way, which cost more than anything else that a stranger may ask for: in all, and of
/// each address, so that no host keeps others out by beginning handshakes and not going on.
package final class TLSHandshakeLimit: Sendable {
    private struct UnderWay {
        var all = 0
        var byAddress: [IPAddress: Int] = [:]
    }

    /// The most there may be at a time.
    package let maximum: Int
    /// The most there may be at a time with one address.
    package let maximumPerAddress: Int
    private let underWay = Guarded(UnderWay())

    /// - Parameters:
    ///   - maximum: The most there may be at a time; less than 1 counts as 1.
    ///   - perAddress: The most of one address, at least 1; nil is an eighth of `maximum`.
    package init(maximum: Int, perAddress: Int? = nil) {
        self.maximum = max(maximum, 1)
        maximumPerAddress = max(perAddress ?? self.maximum / 8, 1)
    }

    /// How many there are.
    package var count: Int { underWay.withLock { $0.all } }

    /// How many addresses they are from.
    var addresses: Int { underWay.withLock { $0.byAddress.count } }

    /// Counts one more, which `end` is to be called for, unless there are as many as may be.
    ///
    /// - Parameter address: The peer's; one without any, as of a Unix domain socket, counts in all only.
    /// - Returns: Whether it was counted.
    package func begin(from address: IPAddress?) -> Bool {
        let host = address?.host
        return underWay.withLock { underWay in
            guard underWay.all < maximum else { return false }
            if let host {
                let count = underWay.byAddress[host, default: 0]
                guard count < maximumPerAddress else { return false }
                underWay.byAddress[host] = count + 1
            }
            underWay.all += 1
            return true
        }
    }

    /// One that had begun is over.
    ///
    /// - Parameter address: As it was given to `begin`.
    package func end(from address: IPAddress?) {
        let host = address?.host
        underWay.withLock { underWay in
            underWay.all = max(underWay.all - 1, 0)
            guard let host, let count = underWay.byAddress[host] else { return }
            underWay.byAddress[host] = count > 1 ? count - 1 : nil
        }
    }
}
