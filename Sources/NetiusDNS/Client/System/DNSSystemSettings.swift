internal import Netius

/// The settings in force, read again when their files have changed.
final class DNSSystemSettings: Sendable {
    /// How often the files are looked at.
    private static let interval: Duration = .seconds(1)
    /// Who comes this long after they have been looked at waits until they have been again; before, nobody does.
    private static let tolerance: Duration = .seconds(10)
    /// The most octets that a file may have.
    static let maximumFileSize = 4 * 1024 * 1024

    private struct State {
        var settings: DNSSettings?
        /// Counts the changes of the servers.
        var generation: UInt64 = 0
        var resolver = DNSSystemFile(content: ResolverFile(""))
        var hosts = DNSSystemFile(content: HostsFile(""))
        var lookedAt: MonotonicTime?
    }

    /// Reads them one after another, so that what was read last counts, and not behind what other disks are busy with.
    private static let pool = BlockingPool(name: "netius-dns", maximumThreads: 1)

    private let configuration: DNSClient.Configuration
    private let pool: BlockingPool
    private let state: Guarded<State>

    init(_ configuration: DNSClient.Configuration, pool: BlockingPool = DNSSystemSettings.pool) {
        self.configuration = configuration
        self.pool = pool
        var state = State()
        if configuration.resolverFile == nil, configuration.hostsFile == nil {
            state.settings = DNSSettings(configuration, ResolverFile(""), HostsFile(""))
        }
        self.state = Guarded(state)
    }

    /// The settings, and how often other servers have been set before.
    ///
    /// - Throws: `CancellationError`; `DNSError` where no thread is left to read the files for the first time.
    func current(at now: MonotonicTime = .now) async throws -> (settings: DNSSettings, generation: UInt64) {
        let (known, age): ((DNSSettings, UInt64)?, Duration?) = state.withLock { state in
            let known = state.settings.map { ($0, state.generation) }
            let isFixed = configuration.resolverFile == nil && configuration.hostsFile == nil
            let age = state.lookedAt.map { now.since($0) }
            if known != nil, isFixed || age.map({ $0 < Self.interval }) ?? false { return (known, nil) }
            // Whoever else comes meanwhile takes what is known.
            state.lookedAt = now
            return (known, age)
        }
        if let known {
            guard let age else { return known }
            if age < Self.tolerance {
                // Where too much is waiting, the next is as good.
                _ = pool.submit { _ = self.load() }
                return known
            }
        }
        do {
            return try await pool.run { self.load() }
        } catch let error as BlockingPoolError {
            guard let known else {
                throw DNSError.serversFailed(configuration.resolverFile ?? "", reason: "\(error)")
            }
            return known
        }
    }

    private func load() -> (settings: DNSSettings, generation: UInt64) {
        let (resolver, hosts) = state.withLock { ($0.resolver, $0.hosts) }
        let newResolver = configuration.resolverFile.flatMap { resolver.renewed(from: $0, ResolverFile.init) }
        let newHosts = configuration.hostsFile.flatMap { hosts.renewed(from: $0, HostsFile.init) }
        if newResolver == nil, newHosts == nil {
            let known = state.withLock { state in state.settings.map { ($0, state.generation) } }
            if let known { return known }
        }
        let (latestResolver, latestHosts) = (newResolver ?? resolver, newHosts ?? hosts)
        let settings = DNSSettings(configuration, latestResolver.content, latestHosts.content)
        return state.withLock { state in
            if let before = state.settings, before.servers != settings.servers { state.generation += 1 }
            (state.settings, state.resolver, state.hosts) = (settings, latestResolver, latestHosts)
            return (settings, state.generation)
        }
    }
}
