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

    struct Waiter {
        let number: UInt64
        let continuation: CheckedContinuation<Void, any Error>
    }

    struct Host {
        var underWay = 0
        var waiting: [Waiter] = []
    }

    struct State {
        /// By the host's address, as text: to pass the address itself to these methods crashes in debug builds of Swift 6.3.
        var hosts: [String: Host] = [:]
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
        guard let host = (address?.host).map({ $0.description }) else { return try await pool.run(check) }
        try await enter(host)
        // A thread that is at it counts until it is done, though who asked has left.
        return try await pool.run(check) { self.leave(host) }
    }

    /// How many addresses have a check under way.
    package var addressCount: Int { state.withLock { $0.hosts.count } }

    /// How many checks of an address are under way.
    package func underWay(for address: IPAddress) -> Int {
        state.withLock { $0.hosts[address.host.description]?.underWay ?? 0 }
    }

    /// How many checks of an address wait.
    package func waiting(for address: IPAddress) -> Int {
        state.withLock { $0.hosts[address.host.description]?.waiting.count ?? 0 }
    }

    // MARK: Turns

    private func enter(_ host: String) async throws {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<Void, any Error>? = state.withLock { state in
                    // Looked at under the lock: who cancels later finds the waiter.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    return state.enter(host, Waiter(number: number, continuation: continuation))
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let waiting = state.withLock { state in state.remove(number, of: host) }
            waiting?.resume(throwing: CancellationError())
        }
    }

    private func leave(_ host: String) {
        let next = state.withLock { state in state.leave(host) }
        next?.resume()
    }
}

extension PasswordChecks.State {
    /// Whether it is the turn of who asks at once, or never; nil where it is to wait.
    mutating func enter(_ host: String, _ waiter: PasswordChecks.Waiter) -> Result<Void, any Error>? {
        var known = hosts[host] ?? PasswordChecks.Host()
        if known.underWay < PasswordChecks.maximumPerAddress {
            known.underWay += 1
            hosts[host] = known
            return .success(())
        }
        guard known.waiting.count < PasswordChecks.maximumWaiting else { return .failure(BlockingPoolError.queueFull) }
        known.waiting.append(waiter)
        hosts[host] = known
        return nil
    }

    /// Ends a turn; who has it next.
    mutating func leave(_ host: String) -> CheckedContinuation<Void, any Error>? {
        guard var known = hosts[host] else { return nil }
        guard !known.waiting.isEmpty else {
            known.underWay -= 1
            hosts[host] = known.underWay > 0 ? known : nil
            return nil
        }
        let next = known.waiting.removeFirst()
        hosts[host] = known
        return next.continuation
    }

    /// Who waited under that number, and waits no more.
    mutating func remove(_ number: UInt64, of host: String) -> CheckedContinuation<Void, any Error>? {
        guard var known = hosts[host] else { return nil }
        for (index, waiter) in known.waiting.enumerated() where waiter.number == number {
            known.waiting.remove(at: index)
            hosts[host] = known
            return waiter.continuation
        }
        return nil
    }
}
