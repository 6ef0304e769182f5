internal import Netius

/// The settings in force, read again when their files have changed.
final class DNSSystemSettings: Sendable {
    /// How often the files are looked at.
    private static let interval: Duration = .seconds(1)
    /// The most octets of a file that are read.
    private static let maximumFileSize = 4 * 1024 * 1024

    private struct State {
        var settings: DNSSettings?
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

    /// The settings, and whether they are others than the last time.
    ///
    /// - Throws: `CancellationError`; `DNSError` where no thread is left to read the files for the first time.
    func current() async throws -> (settings: DNSSettings, hasChanged: Bool) {
        let known: DNSSettings? = state.withLock { state in
            guard let settings = state.settings else { return nil }
            guard configuration.resolverFile != nil || configuration.hostsFile != nil else { return settings }
            if let lookedAt = state.lookedAt, lookedAt + Self.interval > .now { return settings }
            // Whoever else comes meanwhile takes what is known.
            state.lookedAt = .now
            return nil
        }
        if let known { return (known, false) }
        do {
            return try await BlockingPool.shared.run { self.load() }
        } catch let error as BlockingPoolError {
            guard let settings = state.withLock({ $0.settings }) else {
                throw DNSError.serversFailed(configuration.resolverFile ?? "", reason: "\(error)")
            }
            return (settings, false)
        }
    }

    private func load() -> (settings: DNSSettings, hasChanged: Bool) {
        let files = [configuration.resolverFile, configuration.hostsFile].map { path in
            path.flatMap { try? File(path: $0) }
        }
        let statuses = files.map { $0?.status }
        let known = state.withLock { $0.statuses == statuses ? $0.settings : nil }
        if let known { return (known, false) }
        let texts = files.map(Self.text)
        let settings = DNSSettings(configuration, ResolverFile(texts[0]), HostsFile(texts[1]))
        return state.withLock { state in
            let hasChanged = state.settings.map { $0.servers != settings.servers } ?? false
            state.settings = settings
            state.statuses = statuses
            state.lookedAt = .now
            return (settings, hasChanged)
        }
    }

    private static func text(of file: File?) -> String {
        guard let file, file.status.kind == .regular, file.status.size <= maximumFileSize,
            let bytes = try? file.read(at: 0, upTo: maximumFileSize)
        else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }
}
