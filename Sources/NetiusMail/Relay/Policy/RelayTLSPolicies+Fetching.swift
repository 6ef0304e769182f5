internal import Netius
internal import NetiusDNS
internal import NetiusHTTP

extension RelayTLSPolicies {
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

    /// What policies are fetched with: it trusts whom a client of SMTP trusts, and has nothing else of that. A server is
    /// verified, by its own name (section 3.3), whatever is said of mail servers, and is shown no certificate.
    ///
    /// - Returns: The context; nil for the default where that is what the client has.
    /// - Throws: `TLSConfigurationError`.
    static func trust(of client: TLSClientContext?) throws -> TLSClientContext? {
        guard let client else { return nil }
        var configuration = TLSClientConfiguration()
        configuration.trustRoots = client.configuration.trustRoots
        return try TLSClientContext(configuration)
    }

    /// A client for policies, which asks the name servers that the relay asks: none of what others keep is used.
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
