internal import Netius
internal import NetiusDNS

/// Takes messages over SMTP to other hosts, and into the mailboxes here.
struct SMTPRelayTransport: RelayTransport {
    private let configuration: MailRelay.Configuration
    private let client: SMTPClient.Configuration
    private let policies: RelayTLSPolicies

    init(_ configuration: MailRelay.Configuration, loops: LoopGroup) {
        self.configuration = configuration
        var client = configuration.client
        client.hostName = client.hostName ?? configuration.hostName
        client.loops = loops
        self.client = client
        let dns = configuration.dns
        let http = RelayTLSPolicies.makeClient(loops)
        policies = RelayTLSPolicies(
            configuration.domainSecurity, asksDomains: configuration.usesMTASTS,
            lookUp: { try await dns.texts(of: $0) }, fetch: RelayTLSPolicies.fetching(http))
    }

    func makeDeliverer(to destination: RelayDestination, on loop: EventLoop) -> any RelayDeliverer {
        switch destination {
        case .local:
            switch configuration.mailboxes {
            case .lmtp(let address):
                var client = client
                client.speaksLMTP = true
                return SMTPRelayDeliverer(LocalDestination(address: address), client, isLocal: true, on: loop)
            case .store(let store): return MailboxDeliverer(store)
            case nil: return MailboxDeliverer(nil)
            }
        case .smartHost:
            guard case .host(let host, let port, let security, let credentials) = configuration.route else {
                return MailboxDeliverer(nil)
            }
            let destination = SmartHostDestination(
                host: host, port: port, security: security, credentials: credentials, dns: configuration.dns)
            return SMTPRelayDeliverer(destination, client, on: loop)
        case .mailExchangers(let domain):
            let destination = DomainDestination(domain: domain, policies: policies, dns: configuration.dns)
            return SMTPRelayDeliverer(destination, client, on: loop)
        }
    }
}

/// How connections to a destination are made.
protocol SMTPRelayDestination: Sendable {
    /// What it is called.
    var name: String { get }

    /// Where a message may be taken, in the order in which it is tried.
    ///
    /// - Throws: `SMTPClientError`; `CancellationError`.
    func hosts(_ client: SMTPClient.Configuration, requiresTLS: Bool) async throws -> [SMTPRelayHost]
}

/// A host, and how it is talked to.
struct SMTPRelayHost: Sendable {
    let name: String
    let port: UInt16
    let security: SMTPSecurity
    let connect: @Sendable (EventLoop) async throws -> SMTPClientConnection
}

/// The hosts of a domain.
struct DomainDestination: SMTPRelayDestination {
    let domain: String
    let policies: RelayTLSPolicies
    let dns: DNSClient

    var name: String { domain }

    func hosts(_ client: SMTPClient.Configuration, requiresTLS: Bool) async throws -> [SMTPRelayHost] {
        var policy = await policies.policy(for: domain)
        if let ask = client.tlsPolicy { policy = try await ask(domain) }
        if requiresTLS, policy.security != .implicit { policy.security = .required }
        let hosts = try await SMTPMailHost.hosts(of: domain, dns, client, policy: policy)
        return hosts.map { [dns, policy] host in
            let port = client.mailExchangerPort
            return SMTPRelayHost(name: host.name, port: port, security: policy.security) { loop in
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

/// The host that takes all mail.
struct SmartHostDestination: SMTPRelayDestination {
    let host: String
    let port: UInt16
    let security: SMTPSecurity
    let credentials: SMTPCredentials?
    let dns: DNSClient

    var name: String { host }

    func hosts(_ client: SMTPClient.Configuration, requiresTLS: Bool) async throws -> [SMTPRelayHost] {
        let security = requiresTLS && self.security != .implicit ? SMTPSecurity.required : self.security
        return [
            SMTPRelayHost(name: host, port: port, security: security) { [self] loop in
                var addresses = IPAddress(host).map { [$0] } ?? []
                if addresses.isEmpty { addresses = try await SMTPMailHost.addresses(of: host, dns, client) }
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

    func hosts(_ client: SMTPClient.Configuration, requiresTLS: Bool) async throws -> [SMTPRelayHost] {
        [
            SMTPRelayHost(name: "localhost", port: address.port ?? 0, security: .none) { [address] loop in
                try await SMTPClientConnection.connect(
                    to: address, serverName: "localhost", security: .none, configuration: client, on: loop)
            }
        ]
    }
}
