internal import Netius

/// The settings in force, read again when their files have changed.
final class DNSSystemSettings: Sendable {
    /// How often the files are looked at.
    private static let interval: Duration = .seconds(1)
    /// The most octets of a file that are read.
    private static let maximumFileSize = 4 * 1024 * 1024

    private struct State {
        var settings: DNSSettings?
        /// Counts the changes of the servers.
        var generation: UInt64 = 0
        var statuses: [File.Status?] = []
        var lookedAt: MonotonicTime?
    }

    private let configuration: DNSClient.Configuration
    private let state: Guarded<State>

    init(_ configuration: DNSClient.Configuration) {
        self.configuration = configuration
        var state = State()
        if configuration.resolverFile == nil, configuration.hostsFile == nil {
            state.settings = DNSSettings(configuration, ResolverFile(""), HostsFile(""))
        }
        self.state = Guarded(state)
    }

    /// The settings, and how often other servers have been set before.
    ///
    /// - Throws: `CancellationError`; `DNSError` where no thread is left to read the files for the first time.
    func current() async throws -> (settings: DNSSettings, generation: UInt64) {
        let known: (DNSSettings, UInt64)? = state.withLock { state in
            guard let settings = state.settings else { return nil }
            let isFixed = configuration.resolverFile == nil && configuration.hostsFile == nil
            let isFresh = state.lookedAt.map { $0 + Self.interval > .now } ?? false
            if isFixed || isFresh { return (settings, state.generation) }
            // Whoever else comes meanwhile takes what is known.
            state.lookedAt = .now
            return nil
        }
        if let known { return known }
        do {
            return try await BlockingPool.shared.run { self.load() }
        } catch let error as BlockingPoolError {
            let (settings, generation) = state.withLock { ($0.settings, $0.generation) }
            guard let settings else {
                throw DNSError.serversFailed(configuration.resolverFile ?? "", reason: "\(error)")
            }
            return (settings, generation)
        }
    }

    private func load() -> (settings: DNSSettings, generation: UInt64) {
        let files = [configuration.resolverFile, configuration.hostsFile].map { path in
            path.flatMap { try? File(path: $0) }
        }
        let statuses = files.map { $0?.status }
        let known = state.withLock { state in
            state.statuses == statuses ? state.settings.map { ($0, state.generation) } : nil
        }
        if let known { return known }
        let texts = files.map(Self.text)
        let settings = DNSSettings(configuration, ResolverFile(texts[0]), HostsFile(texts[1]))
        return state.withLock { state in
            if let before = state.settings, before.servers != settings.servers { state.generation += 1 }
            state.settings = settings
            state.statuses = statuses
            state.lookedAt = .now
            return (settings, state.generation)
        }
    }

    private static func text(of file: File?) -> String {
        guard let file, file.status.kind == .regular, file.status.size <= maximumFileSize,
            let bytes = try? file.read(at: 0, upTo: maximumFileSize)
        else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }
}
