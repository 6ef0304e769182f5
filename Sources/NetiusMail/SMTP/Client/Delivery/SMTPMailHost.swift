internal import Netius
internal import NetiusDNS

/// A host that takes mail for a domain, with what is known of its addresses.
struct SMTPMailHost: Sendable, Hashable {
    /// Its name, or its address.
    let name: String
    /// Its addresses; they are looked up when it is its turn where there are none.
    var addresses: [IPAddress] = []
}

extension SMTPMailHost {
    /// The mail exchangers that may be tried, in order (RFC 5321 section 5.1).
    ///
    /// - Parameters:
    ///   - exchangers: What the domain has, the preferred first; empty where it has none, and is its own.
    ///   - domain: The domain.
    ///   - own: The names of this host.
    ///   - policy: Which may be used.
    /// - Returns: At least one.
    /// - Throws: `SMTPClientError` where none is left.
    static func usable(
        _ exchangers: [DNSMailExchanger], of domain: String, own: Set<String>, policy: SMTPTLSPolicy
    ) throws(SMTPClientError) -> [DNSMailExchanger] {
        if exchangers.count == 1, exchangers[0].host.isEmpty {
            throw SMTPClientError(
                .noMailService, host: domain, reason: "the domain takes no mail",
                reply: .permanent(
                    "the domain takes no mail (RFC 7505)", code: 556, status: SMTPEnhancedStatus(checked: 5, 1, 10)))
        }
        // What is no name is no host: an address, or the root among others. Without any the domain itself is the host,
        // and nothing else is different: who forges that there are none must not gain by it.
        let all = exchangers.isEmpty ? [DNSMailExchanger(preference: 0, host: domain)] : exchangers
        let named = all.filter { !$0.host.isEmpty && IPAddress($0.host) == nil }
        guard !named.isEmpty else {
            throw SMTPClientError(.noRoute, host: domain, reason: "the domain's mail exchangers are no hosts")
        }
        let others = try preferred(named, over: { own.contains($0.host.lowercasedASCII) }, of: domain)
        let allowed = others.filter { policy.allows($0.host) }
        guard !allowed.isEmpty else {
            throw SMTPClientError(
                .noRoute, host: domain, reason: "none of the domain's mail exchangers is one that its policy allows",
                status: SMTPEnhancedStatus(checked: 4, 7, 1))
        }
        return allowed
    }

    /// Those that are preferred to this host: had this one mail for the domain, it would not be looking for another.
    private static func preferred(
        _ exchangers: [DNSMailExchanger], over isOwn: (DNSMailExchanger) -> Bool, of domain: String
    ) throws(SMTPClientError) -> [DNSMailExchanger] {
        var limit: UInt16?
        for exchanger in exchangers where isOwn(exchanger) {
            limit = min(limit ?? exchanger.preference, exchanger.preference)
        }
        guard let limit else { return exchangers }
        let rest = exchangers.filter { $0.preference < limit }
        guard !rest.isEmpty else {
            throw SMTPClientError(
                .loop, host: domain, reason: "this host is the domain's mail exchanger, and does not know the domain")
        }
        return rest
    }

    /// The hosts that take mail for a domain, in the order in which they are to be tried.
    ///
    /// - Throws: `SMTPClientError`; `CancellationError`.
    static func hosts(
        of domain: String, _ dns: DNSClient, _ configuration: SMTPClient.Configuration, policy: SMTPTLSPolicy
    ) async throws -> [SMTPMailHost] {
        if domain.hasPrefix("[") {
            guard let address = MailAddress(localPart: "x", domain: domain)?.literalAddress else {
                throw SMTPClientError(.hostNotFound, host: domain, reason: "it is no address")
            }
            guard !configuration.ownAddresses.contains(address) else {
                throw SMTPClientError(.loop, host: domain, reason: "it is an address of this host")
            }
            return [SMTPMailHost(name: address.description, addresses: [address])]
        }
        var own = Set(configuration.ownNames.map { $0.lowercasedASCII })
        if let name = configuration.hostName { own.insert(name.lowercasedASCII) }
        let exchangers = try await look(up: domain) { try await dns.mailExchangers(of: domain) }
        var usable = try usable(exchangers, of: domain, own: own, policy: policy)
        usable = Array(usable.prefix(max(configuration.maximumMailExchangers, 1)))
        var addresses: [String: [IPAddress]] = [:]
        if !configuration.ownAddresses.isEmpty {
            // Whose addresses are ours, the others of its preference are to be left out for too: all are needed.
            for exchanger in usable {
                addresses[exchanger.host] = try? await Self.addresses(of: exchanger.host, dns, configuration)
            }
            usable = try preferred(
                usable,
                over: { addresses[$0.host]?.contains(where: configuration.ownAddresses.contains) ?? false }, of: domain)
        }
        return usable.map { SMTPMailHost(name: $0.host, addresses: addresses[$0.host] ?? []) }
    }

    /// The addresses of a host.
    ///
    /// With `isRelative` it may be in one of this machine's search domains. What a mail exchanger or a domain is called is
    /// the whole of its name (RFC 5321 sections 2.3.5 and 5.1): else mail could go to another host.
    ///
    /// - Throws: `SMTPClientError`; `CancellationError`.
    static func addresses(
        of host: String, _ dns: DNSClient, _ configuration: SMTPClient.Configuration, isRelative: Bool = false
    ) async throws -> [IPAddress] {
        if let known = configuration.addresses[host.lowercasedASCII] { return known }
        let name = isRelative || host.hasSuffix(".") ? host : host + "."
        let addresses = try await look(up: host) { try await dns.addresses(of: name) }
        guard !addresses.isEmpty else {
            throw SMTPClientError(.hostNotFound, host: host, reason: "the host has no address")
        }
        return addresses
    }

    private static func look<Found>(up name: String, _ ask: () async throws -> Found) async throws -> Found {
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw SMTPClientError(
                .hostNotFound, host: name, reason: "names that are not ASCII are not looked up: write it with xn--")
        }
        do {
            return try await ask()
        } catch let error as CancellationError {
            throw error
        } catch {
            let isTemporary = (error as? DNSError)?.isTemporary ?? true
            throw SMTPClientError(
                isTemporary ? .lookUpFailed : .hostNotFound, host: name,
                reason: isTemporary ? "the name servers gave no answer" : "there is no such domain",
                underlying: error)
        }
    }
}
