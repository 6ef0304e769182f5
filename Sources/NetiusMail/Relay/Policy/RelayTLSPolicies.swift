internal import Netius
internal import NetiusDNS
internal import NetiusHTTP

/// Says how mail for a domain is to be protected: as it is configured or, where it is not, as the domain says itself
/// (MTA-STS, RFC 8461), and remembers that.
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

    /// The policy of a domain. What is not known because nobody answers is not waited for another time.
    func policy(for domain: String) async -> SMTPTLSPolicy {
        if let security = configured[domain] { return SMTPTLSPolicy(security) }
        guard asksDomains, !domain.hasPrefix("[") else { return SMTPTLSPolicy() }
        let now = clock()
        if known[domain].map({ $0.checkAgain <= now }) ?? true { await check(domain, now) }
        guard let entry = known[domain], let policy = entry.policy, entry.expires > now, policy.mode == .enforce else {
            return SMTPTLSPolicy()
        }
        return SMTPTLSPolicy(.required, mailExchangers: policy.mailExchangers)
    }

    private func check(_ domain: String, _ now: MonotonicTime) async {
        var entry = known[domain] ?? Known(expires: now, refresh: now, checkAgain: now)
        entry.checkAgain = now + Self.checkInterval
        // Those who ask meanwhile get what was known before.
        if known[domain] != nil { known[domain] = entry }
        var (records, isCertain): ([[UInt8]], Bool) = ([], true)
        do {
            records = try await lookUp("_mta-sts.\(domain)")
        } catch DNSError.noSuchName {
            // There is none.
        } catch {
            isCertain = false
        }
        let identifiers = records.compactMap(MTASTSPolicy.identifier)
        // Section 3.1: several are as none; and then what is known holds on until it expires.
        if identifiers.count == 1, identifiers[0] != entry.identifier || entry.refresh <= now {
            if let text = try? await fetch(domain), let policy = MTASTSPolicy(text) {
                entry.identifier = identifiers[0]
                entry.policy = policy
                entry.expires = now + .seconds(policy.maximumAge)
                entry.refresh = now + min(.seconds(policy.maximumAge / 2), Self.refreshInterval)
            } else {
                isCertain = false
            }
        }
        // Who was interrupted has found nothing out.
        guard !Task.isCancelled else {
            known[domain]?.checkAgain = now
            return
        }
        if !isCertain { entry.checkAgain = now + Self.failureInterval }
        // Not later than it expires: it would not be heeded until then.
        if entry.expires > now {
            entry.checkAgain = min(entry.checkAgain, max(entry.expires, now + Self.minimumInterval))
        }
        if known.count >= Self.maximumCount {
            known = known.filter { $0.value.expires > now && $0.value.policy != nil }
        }
        if known.count < Self.maximumCount { known[domain] = entry }
    }

    /// Fetches the policy of a domain by HTTPS from where RFC 8461 section 3.3 has it, without following redirects.
    static func fetching(
        _ client: HTTPClient, port: UInt16 = policyPort
    ) -> @Sendable (String) async throws -> String {
        { domain in
            let response = try await client.get("https://mta-sts.\(domain):\(port)/.well-known/mta-sts.txt")
            // What users of the domain may have put there is none (section 3.2).
            guard response.status == .ok, response.headerFields.contentType?.essence == "text/plain" else {
                throw MTASTSError()
            }
            return try await response.body.text(upTo: MTASTSPolicy.maximumSize)
        }
    }

    /// The port of HTTPS.
    static let policyPort: UInt16 = 443

    /// A client for policies, which asks the name servers that the relay asks, and trusts whom the relay trusts: none of
    /// what others keep is used.
    static func makeClient(_ loops: LoopGroup, dns: DNSClient, tls: TLSClientContext?) -> HTTPClient {
        let resolver = dns.resolver
        var configuration = HTTPClient.Configuration()
        configuration.loops = loops
        // The whole of a name: one of the same beginning in a search domain would be somebody else.
        configuration.resolver = Resolver { host in
            try await resolver.addresses(of: host.hasSuffix(".") ? host : "\(host).")
        }
        configuration.tls = tls
        configuration.redirects = .none
        configuration.requestTimeout = .seconds(60)
        return HTTPClient(configuration: configuration)
    }
}

/// A policy could not be fetched.
struct MTASTSError: Error {}
