/// Checks of passwords, which are slow by design: two threads of their own do them, so that whoever tries many keeps neither
/// a loop nor other blocking work waiting, and each address has so many under way at a time that it keeps no other waiting.
package final class PasswordChecks: Sendable {
    /// The checks under way for one address. The addresses that an IPv6 host may choose from count as one.
    package static let maximumPerAddress = 2
    /// The checks that wait for those of the same address; one more is refused.
    package static let maximumWaiting = 64

    /// Those of all password files and servers of the process.
    package static let shared = PasswordChecks(
        pool: BlockingPool(name: "netius-password", maximumThreads: 2, maximumQueue: 128))

    fileprivate struct Waiter {
        let number: UInt64
        let continuation: CheckedContinuation<Void, any Error>
    }

    fileprivate struct Host {
        var underWay = 0
        var waiting: [Waiter] = []
    }

    fileprivate struct State {
        var hosts: [IPAddress: Host] = [:]
        var lastNumber: UInt64 = 0
    }

    private let pool: BlockingPool
    private let state = Guarded(State())

    package init(pool: BlockingPool) {
        self.pool = pool
    }

    /// Does a check on a thread, when it is the address's turn. Those of nobody's address have none to wait for.
    ///
    /// - Throws: What `check` throws; `BlockingPoolError.queueFull` where too many wait; `CancellationError`.
    package func run<Result: Sendable>(
        for address: IPAddress?, _ check: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        guard let host = address?.host else { return try await pool.run(check) }
        try await enter(host)
        // A thread that is at it counts until it is done, though who asked has left.
        return try await pool.run(check) { self.leave(host) }
    }

    /// How many addresses have a check under way.
    package var addressCount: Int { state.withLock { $0.hosts.count } }

    /// How many checks of an address are under way.
    package func underWay(for address: IPAddress) -> Int { state.withLock { $0.hosts[address.host]?.underWay ?? 0 } }

    /// How many checks of an address wait.
    package func waiting(for address: IPAddress) -> Int {
        state.withLock { $0.hosts[address.host]?.waiting.count ?? 0 }
    }

    // MARK: Turns

    private func enter(_ host: IPAddress) async throws {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let waiter = Waiter(number: number, continuation: continuation)
                // Looked at under the lock: who cancels later finds the waiter.
                let result = state.withLock { Task.isCancelled ? .failure(CancellationError()) : $0.enter(host, waiter) }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            state.withLock { $0.remove(number, of: host) }?.continuation.resume(throwing: CancellationError())
        }
    }

    private func leave(_ host: IPAddress) {
        state.withLock { $0.leave(host) }?.continuation.resume()
    }
}

extension PasswordChecks.State {
    /// Whether it is the turn of who asks at once, or never; nil where it is to wait.
    fileprivate mutating func enter(_ host: IPAddress, _ waiter: PasswordChecks.Waiter) -> Result<Void, any Error>? {
        let known = hosts[host, default: PasswordChecks.Host()]
        if known.underWay < PasswordChecks.maximumPerAddress {
            hosts[host, default: PasswordChecks.Host()].underWay += 1
            return .success(())
        }
        guard known.waiting.count < PasswordChecks.maximumWaiting else { return .failure(BlockingPoolError.queueFull) }
        hosts[host]?.waiting.append(waiter)
        return nil
    }

    /// Who has the turn next.
    fileprivate mutating func leave(_ host: IPAddress) -> PasswordChecks.Waiter? {
        guard let known = hosts[host] else { return nil }
        if !known.waiting.isEmpty { return hosts[host]?.waiting.removeFirst() }
        hosts[host] = known.underWay > 1 ? PasswordChecks.Host(underWay: known.underWay - 1) : nil
        return nil
    }

    fileprivate mutating func remove(_ number: UInt64, of host: IPAddress) -> PasswordChecks.Waiter? {
        guard let index = hosts[host]?.waiting.firstIndex(where: { $0.number == number }) else { return nil }
        return hosts[host]?.waiting.remove(at: index)
    }
}
