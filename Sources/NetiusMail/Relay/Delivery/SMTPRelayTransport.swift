internal import Netius
internal import NetiusDNS

/// Takes messages over SMTP to other hosts, and into the mailboxes here.
struct SMTPRelayTransport: RelayTransport {
    private let configuration: MailRelay.Configuration
    private let client: SMTPClient.Configuration
    private let policies: RelayTLSPolicies
    private var patience: RelayPatience {
        RelayPatience(time: configuration.deliveryTime, minimumRate: configuration.minimumDeliveryRate)
    }

    /// - Throws: `TLSConfigurationError` where domains are to be asked for policies, and there is nobody to trust.
    init(
        _ configuration: MailRelay.Configuration, loops: LoopGroup, policyPort: UInt16 = RelayTLSPolicies.policyPort
    ) throws {
        self.configuration = configuration
        var client = configuration.client
        client.hostName = client.hostName ?? configuration.hostName
        client.loops = loops
        self.client = client
        let dns = configuration.dns
        let tls = configuration.usesMTASTS ? try RelayTLSPolicies.trust(of: client.tls) : nil
        let http = RelayTLSPolicies.makeClient(loops, dns: dns, tls: tls)
        policies = RelayTLSPolicies(
            configuration.domainSecurity, asksDomains: configuration.usesMTASTS,
            lookUp: { try await dns.texts(of: $0) }, fetch: RelayTLSPolicies.fetching(http, port: policyPort))
    }

    func makeDeliverer(to destination: RelayDestination, on loop: EventLoop) -> any RelayDeliverer {
        switch destination {
        case .local:
            switch configuration.mailboxes {
            case .lmtp(let address):
                var client = client
                client.speaksLMTP = true
                return SMTPRelayDeliverer(
                    LocalDestination(address: address), client, patience: patience, isLocal: true, on: loop)
            case .store(let store): return MailboxDeliverer(store)
            case nil: return MailboxDeliverer(nil)
            }
        case .smartHost:
            guard case .host(let host, let port, let security, let credentials) = configuration.route else {
                return MailboxDeliverer(nil)
            }
            let destination = SmartHostDestination(
                host: host, port: port, security: security, credentials: credentials, dns: configuration.dns)
            return SMTPRelayDeliverer(destination, client, patience: patience, on: loop)
        case .mailExchangers(let domain):
            let destination = DomainDestination(domain: domain, policies: policies, dns: configuration.dns)
            return SMTPRelayDeliverer(destination, client, patience: patience, on: loop)
        }
    }
}

/// How connections to a destination are made.
protocol SMTPRelayDestination: Sendable {
    /// What it is called.
    var name: String { get }
    /// Whether the configuration names it, rather than a recipient's domain: what goes wrong before a message is spoken of
    /// is no message's fault.
    var isConfigured: Bool { get }

    /// Where a message may be taken, in the order in which it is tried.
    ///
    /// - Throws: `SMTPClientError`; `CancellationError`.
    func hosts(_ client: SMTPClient.Configuration, requiresTLS: Bool) async throws -> [SMTPRelayHost]

    /// Whether a connection to a host may be used once more: how mail is to be protected may have become known since it
    /// was made.
    ///
    /// - Throws: `CancellationError`.
    func allows(_ host: SMTPRelayHost, _ client: SMTPClient.Configuration) async throws -> Bool
}

extension SMTPRelayDestination {
    func allows(_ host: SMTPRelayHost, _ client: SMTPClient.Configuration) async throws -> Bool { true }
}

/// A host, and how it is talked to.
struct SMTPRelayHost: Sendable {
    let name: String
    let port: UInt16
    let security: SMTPSecurity
    /// Whether the name that TLS verifies is the one that is meant: DNS alone may say any (RFC 8689 section 4.2.1).
    var isNameTrusted = true
    let connect: @Sendable (EventLoop) async throws -> SMTPClientConnection
}

/// The hosts of a domain.
struct DomainDestination: SMTPRelayDestination {
    let domain: String
    let policies: RelayTLSPolicies
    let dns: DNSClient

    var name: String { domain }
    var isConfigured: Bool { false }

    func hosts(_ client: SMTPClient.Configuration, requiresTLS: Bool) async throws -> [SMTPRelayHost] {
        var policy: SMTPTLSPolicy
        if let ask = client.tlsPolicy {
            policy = try await ask(domain)
        } else {
            policy = try await policies.policy(for: domain)
        }
        if requiresTLS, policy.security != .implicit { policy.security = .required }
        let hosts = try await SMTPMailHost.hosts(of: domain, dns, client, policy: policy)
        // RFC 8689 section 4.2.1: the policy of the domain names the host, or whom to trust, or it is the domain itself.
        let isTrusted = { [policy, domain] (host: SMTPMailHost) in
            policy.mailExchangers != nil || policy.context != nil || host.name.lowercasedASCII == domain
                || domain.hasPrefix("[")
        }
        let usable = requiresTLS ? hosts.filter(isTrusted) : hosts
        guard !usable.isEmpty else {
            throw SMTPClientError(
                .noRoute, host: domain,
                reason: "the message requires TLS, and who takes the domain's mail is known from plain DNS alone",
                status: SMTPEnhancedStatus(checked: 4, 7, 1))
        }
        return usable.map { [dns, policy] host in
            let port = client.mailExchangerPort
            return SMTPRelayHost(
                name: host.name, port: port, security: policy.security, isNameTrusted: isTrusted(host)
            ) { loop in
                let addresses =
                    host.addresses.isEmpty
                    ? try await SMTPMailHost.addresses(of: host.name, dns, client) : host.addresses
                return try await SMTPClientConnection.connect(
                    to: host.name, port: port, at: addresses, security: policy.security, tls: policy.context,
                    configuration: client, on: loop)
            }
        }
    }
}

extension DomainDestination {
    func allows(_ host: SMTPRelayHost, _ client: SMTPClient.Configuration) async throws -> Bool {
        // What `tlsPolicy` says is asked for with each connection.
        guard client.tlsPolicy == nil else { return true }
        let policy = try await policies.policy(for: domain)
        return policy.allows(host.name) && (!policy.security.isVerified || host.security.isVerified)
    }
}

/// The host that takes all mail.
struct SmartHostDestination: SMTPRelayDestination {
    let host: String
    let port: UInt16
    let security: SMTPSecurity
    let credentials: SMTPCredentials?
    let dns: DNSClient

    var name: String { host }
    var isConfigured: Bool { true }

    func hosts(_ client: SMTPClient.Configuration, requiresTLS: Bool) async throws -> [SMTPRelayHost] {
        let security = requiresTLS && self.security != .implicit ? SMTPSecurity.required : self.security
        return [
            SMTPRelayHost(name: host, port: port, security: security) { [self] loop in
                var addresses = IPAddress(host).map { [$0] } ?? []
                if addresses.isEmpty {
                    addresses = try await SMTPMailHost.addresses(of: host, dns, client, isRelative: true)
                }
                return try await SMTPClientConnection.connect(
                    to: host, port: port, at: addresses, security: security, credentials: credentials,
                    configuration: client, on: loop)
            }
        ]
    }
}

/// The server of the mailboxes here, over LMTP.
struct LocalDestination: SMTPRelayDestination {
    let address: SocketAddress

    var name: String { "local" }
    var isConfigured: Bool { true }

    func hosts(_ client: SMTPClient.Configuration, requiresTLS: Bool) async throws -> [SMTPRelayHost] {
        [
            SMTPRelayHost(name: "localhost", port: address.port ?? 0, security: .none) { [address] loop in
                try await SMTPClientConnection.connect(
                    to: address, serverName: "localhost", security: .none, configuration: client, on: loop)
            }
        ]
    }
}
