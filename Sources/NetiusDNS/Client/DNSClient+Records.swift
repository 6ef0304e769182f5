public import Netius

extension DNSClient {
    /// The hosts that take a domain's mail (RFC 5321 section 5.1): those with the lowest preference first, and equals in
    /// an order that differs each time. None where the domain has no such record, so that its own addresses count; one
    /// without a host where it takes no mail.
    ///
    /// - Throws: `DNSError.noSuchName` where there is no such domain.
    public func mailExchangers(of domain: String) async throws -> [DNSMailExchanger] {
        var found: [DNSMailExchanger] = []
        for record in try await records(of: domain, type: .mx) {
            guard case .mx(let preference, let exchange) = record.data else { continue }
            found.append(DNSMailExchanger(preference: preference, host: exchange.isRoot ? "" : "\(exchange)"))
        }
        found.shuffle()
        // Equals stay as they have been shuffled: the sort is stable.
        found.sort { $0.preference < $1.preference }
        return found
    }

    /// The texts that a name has (TXT), each with its character strings put together.
    ///
    /// - Throws: `DNSError.noSuchName` where there is no such name.
    public func texts(of name: String) async throws -> [[UInt8]] {
        var texts: [[UInt8]] = []
        for record in try await records(of: name, type: .txt) {
            guard case .txt(let strings) = record.data else { continue }
            texts.append(Array(strings.joined()))
        }
        return texts
    }

    /// The names of an address (PTR); none where it has none. Whoever has the address may claim any name: look up the
    /// addresses of a name before it is believed.
    public func names(of address: IPAddress) async throws -> [String] {
        do {
            return try await records(of: address.unmapped.reverseName, type: .ptr).compactMap { record in
                guard case .ptr(let name) = record.data else { return nil }
                return "\(name)"
            }
        } catch DNSError.noSuchName {
            return []
        }
    }
}
