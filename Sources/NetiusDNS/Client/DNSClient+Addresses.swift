public import Netius

extension DNSClient {
    /// The addresses of a host, as the file of hosts has them, else its records A and AAAA. Text that is an address is
    /// its own answer, and `localhost`, with all names below it, this machine (RFC 6761).
    ///
    /// A host with fewer dots than `minimumDots` is looked for in the search domains first, then as it is; one with a
    /// dot at its end never, nor one that is special. A search domain whose servers fail does not end the search; where
    /// nothing is found, that is the error. IPv6 comes first where this machine has a way to it.
    ///
    /// - Returns: The addresses; none where the host has none.
    /// - Throws: `DNSError.noSuchName` where there is no such host.
    public func addresses(of host: String) async throws -> [IPAddress] {
        if let address = IPAddress(host) { return [address] }
        guard let name = DNSName(host), name.isHostName else { throw DNSError.malformedName(host) }
        let settings = try await currentSettings()
        if !name.isWithin(.localhost), let known = settings.hosts["\(name.lowercased)"] { return known }
        // A special name below a search domain would be another host, which is not to be taken for it.
        let isSpecial = DNSAnswer(toSpecial: DNSQuestion(name: name, type: .a)) != nil
        let searched = isSpecial || host.hasSuffix(".") ? [] : settings.searched(for: name)
        var isKnown = false
        var failure: DNSError?
        let end = MonotonicTime.now + configuration.totalTimeout
        for candidate in searched + [name] {
            // Servers that are silent about each are not waited for each time.
            guard failure == nil || .now < end else { break }
            do {
                let addresses = try await addresses(of: candidate)
                guard addresses.isEmpty else { return addresses }
                isKnown = true
            } catch DNSError.noSuchName {
                continue
            } catch let error as DNSError where error.isTemporary {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        guard isKnown else { throw DNSError.noSuchName(host) }
        return []
    }

    /// Asks for both families at once. One that fails counts for nothing where the other has addresses.
    private func addresses(of name: DNSName) async throws -> [IPAddress] {
        async let asking6 = outcome(of: name, .aaaa)
        let found4 = try await outcome(of: name, .a)
        let found6 = try await asking6
        var (v4, v6): ([IPAddress], [IPAddress]) = ([], [])
        if case .success(let addresses) = found4 { v4 = addresses }
        if case .success(let addresses) = found6 { v6 = addresses }
        guard v4.isEmpty, v6.isEmpty else {
            guard !v4.isEmpty, case .v6(let first) = v6.first else { return v4 + v6 }
            return try await reachability.isReachable(first) ? v6 + v4 : v4 + v6
        }
        return try found4.get() + found6.get()
    }

    /// The addresses of one family; throws cancellation alone.
    private func outcome(
        of name: DNSName, _ type: DNSRecordType
    ) async throws -> Result<[IPAddress], DNSError> {
        do {
            return .success(
                try await records(of: name, type).compactMap { record in
                    switch record.data {
                    case .a(let address): .v4(address)
                    case .aaaa(let address): .v6(address)
                    default: nil
                    }
                })
        } catch let error as DNSError {
            return .failure(error)
        }
    }
}

extension DNSName {
    /// Whether it can be that of a host: letters, digits, hyphens (RFC 1123 section 2.1), and underscores, which some have
    /// though they should not. One that ends in a number is a mistaken address.
    fileprivate var isHostName: Bool {
        let labels = labels
        return labels.last?.allSatisfy(\.isDigit) == false
            && labels.joined().allSatisfy {
                $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
            }
    }
}

extension DNSClient {
    /// Name resolution by this client, for whatever takes a `Resolver`, in place of the system's.
    public var resolver: Resolver {
        Resolver { host in
            do {
                return try await self.addresses(of: host)
            } catch let error as DNSError {
                throw ResolverError(host: host, reason: "\(error)", isTemporary: error.isTemporary)
            }
        }
    }
}
