internal import Netius
internal import NetiusDNS

/// Says how mail for a domain is to be protected: as it is configured or, where it is not, as the domain says itself
/// (MTA-STS, RFC 8461), and remembers that, in memory alone.
actor RelayTLSPolicies {
    private struct Known {
        var identifier: String?
        var policy: MTASTSPolicy?
        /// Until when the policy holds.
        var expires: MonotonicTime
        /// When it is fetched anew though it is said to be the same, so that it does not expire while it is in use.
        var refresh: MonotonicTime
        /// When the domain is asked again whether it has another.
        var checkAgain: MonotonicTime

        func holds(at time: MonotonicTime) -> Bool { policy != nil && expires > time }

        func protection(at time: MonotonicTime) -> SMTPTLSPolicy {
            guard holds(at: time), let policy, policy.mode == .enforce else { return SMTPTLSPolicy() }
            return SMTPTLSPolicy(.required, mailExchangers: policy.mailExchangers)
        }
    }

    /// How long the answer that there is no policy, or no new one, is believed.
    static let checkInterval = Duration.seconds(3600)
    /// How long to wait where nobody could say whether there is a policy, or it could not be fetched (RFC 8461 section 3.3).
    static let failureInterval = Duration.seconds(300)
    /// The least time between two questions to a domain, however soon its policy expires.
    static let minimumInterval = Duration.seconds(60)
    /// How old a policy may become that is in use; half of the time that it holds, where that is less.
    static let refreshInterval = Duration.seconds(86_400)
    /// The most domains that are remembered.
    static let maximumCount = 10_000

    private let configured: [String: SMTPSecurity]
    private let asksDomains: Bool
    private let lookUp: @Sendable (String) async throws -> [[UInt8]]
    private let fetch: @Sendable (String) async throws -> String
    private let clock: @Sendable () -> MonotonicTime
    private var known: [String: Known] = [:]
    /// The domains that are being asked.
    private var checks: [String: Task<Known?, Never>] = [:]

    init(
        _ configured: [String: SMTPSecurity], asksDomains: Bool,
        lookUp: @escaping @Sendable (String) async throws -> [[UInt8]],
        fetch: @escaping @Sendable (String) async throws -> String,
        clock: @escaping @Sendable () -> MonotonicTime = { .now }
    ) {
        self.configured = configured
        self.asksDomains = asksDomains
        self.lookUp = lookUp
        self.fetch = fetch
        self.clock = clock
    }

    /// The policy of a domain. Who asks while nothing is known that holds waits until the domain was asked, which is done once
    /// for all. What is not known because nobody answers is not waited for another time.
    ///
    /// - Throws: `CancellationError`.
    func policy(for domain: String) async throws -> SMTPTLSPolicy {
        if let security = configured[domain] { return SMTPTLSPolicy(security) }
        guard asksDomains, !domain.hasPrefix("[") else { return SMTPTLSPolicy() }
        while true {
            try Task.checkCancellation()
            let now = clock()
            let check = checks[domain]
            if let entry = known[domain], entry.checkAgain > now || check != nil && entry.holds(at: now) {
                return entry.protection(at: now)
            }
            let task = check ?? begin(domain)
            // Who is cancelled ends it for all, and the next who waits begins it anew.
            let found = await withTaskCancellationHandler {
                await task.value
            } onCancel: {
                task.cancel()
            }
            if let found { return found.protection(at: now) }
        }
    }

    private func begin(_ domain: String) -> Task<Known?, Never> {
        // It cannot run, and so not end, before this is noted.
        let task = Task { await check(domain) }
        checks[domain] = task
        return task
    }

    /// Asks a domain, and notes what it says; nil where that was interrupted.
    private func check(_ domain: String) async -> Known? {
        defer { checks[domain] = nil }
        let start = clock()
        var entry = known[domain] ?? Known(expires: start, refresh: start, checkAgain: start)
        var (records, isCertain): ([[UInt8]], Bool) = ([], true)
        do {
            records = try await lookUp("_mta-sts.\(domain)")
        } catch DNSError.noSuchName {
            // There is none.
        } catch {
            isCertain = false
        }
        let identifiers = records.compactMap(MTASTSPolicy.identifier)
        var fetched: MTASTSPolicy?
        // Section 3.1: several are as none; and then what is known holds on until it expires.
        if identifiers.count == 1, identifiers[0] != entry.identifier || entry.refresh <= start {
            if let text = try? await fetch(domain) { fetched = MTASTSPolicy(text) }
            if fetched == nil { isCertain = false }
        }
        // Who was interrupted has found nothing out.
        guard !Task.isCancelled else { return nil }
        let now = clock()
        if let fetched {
            entry.identifier = identifiers[0]
            entry.policy = fetched
            // As long, at least, as the domain is not asked for another.
            entry.expires = now + max(.seconds(fetched.maximumAge), Self.minimumInterval)
            entry.refresh = now + min(.seconds(fetched.maximumAge / 2), Self.refreshInterval)
        }
        entry.checkAgain = now + (isCertain ? Self.checkInterval : Self.failureInterval)
        // Not later than it expires: it would not be heeded until then.
        if entry.expires > now {
            entry.checkAgain = min(entry.checkAgain, max(entry.expires, now + Self.minimumInterval))
        }
        if known.count >= Self.maximumCount { known = known.filter { $0.value.holds(at: now) } }
        if known.count < Self.maximumCount { known[domain] = entry }
        return entry
    }
}
